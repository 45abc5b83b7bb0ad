"""VALUES, INSERT, MERGE and UPDATE."""

from sqlglot import exp

from nodes import Unsupported


def names_of_columns(count, start=1):
    return [exp.to_identifier(f"col{i}") for i in range(start, start + count)]


def values_rule(node):
    if isinstance(node.parent, exp.Insert):
        return node
    first = node.expressions[0]
    width = len(first.expressions) if isinstance(first, exp.Tuple) else 1
    alias = node.args.get("alias")
    if alias is None or not alias.columns:
        name = alias.this if alias is not None and alias.this else exp.to_identifier("inline_table", quoted=True)
        node.set("alias", exp.TableAlias(this=name, columns=names_of_columns(width)))
    return node


def sampling(node):
    if node.args.get("bucket_numerator"):
        raise Unsupported("TABLESAMPLE (BUCKET …)")
    return node


def merge_rule(node):
    for clause in node.find_all(exp.When):
        then = clause.args.get("then")
        if isinstance(then, exp.Update):
            for assignment in then.expressions:
                strip_target(assignment)
        if isinstance(then, exp.Insert) and isinstance(then.this, exp.Tuple):
            for column in then.this.expressions:
                if isinstance(column, exp.Column):
                    column.set("table", None)
    return node


def strip_target(assignment):
    """SET t.a = …: DuckDB wants the column alone. DEFAULT as the value is the keyword, no column."""
    if isinstance(assignment, exp.EQ) and isinstance(assignment.this, exp.Column):
        for part in ("table", "db", "catalog"):
            assignment.this.set(part, None)
        value = assignment.expression
        bare = isinstance(value, exp.Column) and not value.table and not value.this.args.get("quoted")
        if bare and value.name.upper() == "DEFAULT":
            value.replace(exp.Var(this="DEFAULT"))


def insert_sql(node, generate_sql):
    """INSERT OVERWRITE and REPLACE WHERE as one MERGE: what is there goes, what comes is inserted by position or name."""
    where = node.args.get("where")
    if node.args.get("partition"):
        raise Unsupported("INSERT … PARTITION")
    if node.args.get("directory") or isinstance(node.this, exp.Directory):
        raise Unsupported("INSERT OVERWRITE DIRECTORY")
    overwrite = node.args.get("overwrite")
    if not overwrite and where is None:
        return None
    target, columns = node.this, []
    if isinstance(target, exp.Schema):
        target, columns = target.this, target.expressions
    source = node.expression
    if isinstance(source, exp.Values):
        source = source.copy()
        source.set("alias", None)
        values_rule(source)
        source = exp.select("*").from_(source)
    by_name = bool(node.args.get("by_name"))
    place = f"INSERT ({', '.join(generate_sql(c) for c in columns)}) VALUES ({{}})" if columns else None
    if place is not None:
        raise Unsupported("INSERT OVERWRITE with a list of columns")
    condition = f" AND ({generate_sql(where.this if isinstance(where, exp.Where) else where)})" if where is not None else ""
    with_ = node.args.get("with_") or node.args.get("with")
    prefix = generate_sql(with_) + " " if with_ is not None else ""
    return (f"{prefix}MERGE INTO {generate_sql(target)} USING ({generate_sql(source)}) AS incoming ON false "
            f"WHEN NOT MATCHED THEN INSERT {'BY NAME' if by_name else 'BY POSITION'} "
            f"WHEN NOT MATCHED BY SOURCE{condition} THEN DELETE")


def update_rule(node):
    for assignment in node.expressions:
        strip_target(assignment)
    return node


def table_rule(node):
    if node.args.get("version") or node.args.get("when"):
        raise Unsupported("reading an older version (VERSION or TIMESTAMP AS OF)")
    return node
