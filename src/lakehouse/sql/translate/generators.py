"""Functions that make rows (explode, stack, …) and functions in FROM."""

from sqlglot import errors, exp

from nodes import Source, Unsupported, WrongArguments, anonymous, cast, expect, integer, number_of, string_of


def stack(node):
    count, *values = node.expressions
    rows = int(number_of(count) or 0)
    if rows < 1 or not values:
        raise Unsupported("stack with a number of rows that is no literal")
    columns = -(-len(values) // rows)
    lists = []
    for column in range(columns):
        items = [values[i] if i < len(values) else exp.null() for i in range(column, rows * columns, columns)]
        lists.append(anonymous("unnest", exp.Array(expressions=items)))
    return Generated(lists, [f"col{i}" for i in range(columns)])


class Generated:
    """What a generator such as explode becomes: expressions of a SELECT list with their names."""

    def __init__(self, expressions, names):
        self.expressions, self.names = expressions, names


def position_in(items):
    return cast(anonymous("unnest", anonymous("range", anonymous("len", items.copy()))), "INTEGER")


GENERATORS = ("explode", "explode_outer", "posexplode", "posexplode_outer", "inline", "inline_outer", "stack")


def generator_name(node):
    if isinstance(node, exp.PosexplodeOuter):
        return "posexplode_outer"
    if isinstance(node, exp.Posexplode):
        return "posexplode"
    if isinstance(node, exp.ExplodeOuter):
        return "explode_outer"
    if isinstance(node, exp.Explode):
        return "explode"
    if isinstance(node, exp.Inline):
        return "inline"
    if isinstance(node, exp.Anonymous) and node.name.lower() in GENERATORS:
        return node.name.lower()
    return None


def generate(node, outer=False, columns=0):
    """A generator's rows; `columns` says how many names it was given (2 for explode: the keys and values of a map)."""
    name = generator_name(node)
    if name == "stack":
        return stack(node)
    items = node.this if not isinstance(node, exp.Anonymous) else expect(node, 1)[0]
    if name.endswith("_outer"):
        outer, name = True, name[: -len("_outer")]
    if name == "inline":
        return Generated([anonymous("unnest", items, exp.PropertyEQ(this=exp.to_identifier("max_depth"), expression=integer(2)))], [])
    of_map = isinstance(items, (exp.Map, exp.VarMap)) or columns == (3 if name == "posexplode" else 2)
    if isinstance(items, exp.Anonymous) and items.name.lower().startswith(("map_from", "map_concat", "databricks_map_from")):
        of_map = True
    values = [anonymous("map_keys", items), anonymous("map_values", items.copy())] if of_map else [items]
    if outer:
        values = [anonymous("databricks_outer", value) for value in values]
    names = ["key", "value"] if of_map else ["col"]
    expressions = [anonymous("unnest", value) for value in values]
    if name == "posexplode":
        position = position_in(values[0])
        expressions.insert(0, position)
        names.insert(0, "pos")
    return Generated(expressions, names)


def parts_of_name(text_value):
    try:
        table = exp.to_table(text_value, dialect=Source)
    except errors.SqlglotError as error:
        raise Unsupported(f"IDENTIFIER('{text_value}')") from error
    return table


def identifier_call(node):
    if isinstance(node, exp.Anonymous) and node.name.upper() == "IDENTIFIER":
        (argument,) = expect(node, 1)
        if isinstance(argument, exp.Placeholder):
            raise Unsupported("IDENTIFIER of a parameter")
        return string_of(argument, "IDENTIFIER")
    return None


def lateral_query(generated, names):
    columns = [exp.to_identifier(name.name, quoted=True) for name in names] or [exp.to_identifier(name, quoted=True) for name in generated.names]
    if not columns:  # inline: the fields' own names
        return exp.Select(expressions=generated.expressions)
    if len(columns) != len(generated.expressions):
        if len(generated.expressions) == 1 and not generated.names:
            return exp.Select(expressions=generated.expressions)
        raise WrongArguments(f"{len(columns)} names for {len(generated.expressions)} generated columns")
    return exp.Select(expressions=[exp.alias_(e, c, quoted=True) for e, c in zip(generated.expressions, columns)])


def generator_source(call, alias, outer=False):
    columns = list(alias.columns) if alias is not None else []
    generated = generate(call, outer, len(columns))
    query = lateral_query(generated, columns if generated.names else [])
    name = alias.this if alias is not None and alias.this else exp.to_identifier("generated", quoted=True)
    given = exp.TableAlias(this=name.copy())
    if columns and not generated.names:
        given.set("columns", columns)
    return exp.Subquery(this=query, alias=given)


def lateral_source(node):
    call = node.this
    if isinstance(call, (exp.Subquery, exp.Select)):
        return node
    if generator_name(call) is None:
        raise Unsupported("LATERAL with anything but a generator function or a query")
    source = generator_source(call, node.args.get("alias"), bool(node.args.get("outer")))
    return exp.Lateral(this=exp.Subquery(this=source.this), alias=source.args["alias"])


def generators_in_from(tree):
    """LATERAL VIEW explode(…), FROM explode(…), FROM range(…), FROM IDENTIFIER(…)."""
    for select in list(tree.find_all(exp.Select)):
        views = select.args.get("laterals") or []
        for view in views:
            select.append("joins", exp.Join(this=lateral_source(view), kind="CROSS"))
        if views:
            select.set("laterals", [])
    for lateral in list(tree.find_all(exp.Lateral)):
        if not isinstance(lateral.this, (exp.Subquery, exp.Select)):
            lateral.replace(lateral_source(lateral))
    for table in list(tree.find_all(exp.Table)):
        if not isinstance(table.this, (exp.Identifier, exp.Dot)) and not (isinstance(table.this, exp.Anonymous) and table.this.meta.get("duckdb")):
            replacement = table_function_rule(table)
            if replacement is not table:
                for part in ("joins", "sample", "pivots"):
                    if table.args.get(part):
                        replacement.set(part, table.args[part])
                table.replace(replacement)


def table_function_rule(node):
    """FROM explode(…), range(…)."""
    call = node.this
    alias = node.args.get("alias")
    if generator_name(call) is not None:
        return generator_source(call, alias)
    if isinstance(call, exp.Anonymous):
        name = call.name.lower()
        wanted = identifier_call(call)
        if wanted is not None:
            table = parts_of_name(wanted)
            if alias is not None:
                table.set("alias", alias)
            return table
        if name == "range":
            arguments = expect(call, 1, 4)[:3]
            query = exp.select(exp.alias_(exp.column("range"), "id")).from_(exp.Table(this=anonymous("range", *arguments)))
            return exp.Subquery(this=query, alias=alias or exp.TableAlias(this=exp.to_identifier("range", quoted=True)))
        raise Unsupported(f"the table function {name}")
    return node


def generators_in_select(tree):
    """SELECT explode(a) [AS c | AS (k, v)]."""
    for select in list(tree.find_all(exp.Select)):
        out = []
        changed = False
        for item in select.expressions:
            call, names = item, []
            if isinstance(item, exp.Alias):
                call, names = item.this, [exp.to_identifier(item.alias, quoted=True)]
            elif isinstance(item, exp.Aliases):
                call, names = item.this, list(item.aliases)
            if generator_name(call) is None:
                if isinstance(item, exp.Aliases):
                    raise Unsupported("several aliases of one expression")
                out.append(item)
                continue
            changed = True
            generated = generate(call, False, len(names))
            out.extend(lateral_query(generated, names).expressions)
        if changed:
            select.set("expressions", out)


def refuse_generator(node):
    raise Unsupported(f"{generator_name(node)} anywhere but alone in the SELECT list, in FROM, or after LATERAL VIEW")
