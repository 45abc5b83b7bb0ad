"""What Databricks calls result columns that have no alias."""

from sqlglot import exp

from generators import generator_name
from nodes import Source


BINARY_SIGNS = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%", exp.IntDiv: "div", exp.EQ: "=", exp.NEQ: "<>",
                exp.GT: ">", exp.GTE: ">=", exp.LT: "<", exp.LTE: "<=", exp.And: "AND", exp.Or: "OR", exp.NullSafeEQ: "<=>",
                exp.BitwiseAnd: "&", exp.BitwiseOr: "|", exp.BitwiseXor: "^"}


def column_name(node):
    """What Databricks calls an expression without an alias."""
    if isinstance(node, exp.Paren):
        return column_name(node.this)
    if isinstance(node, (exp.Column, exp.Dot)):
        return node.name
    if isinstance(node, exp.Literal):
        return node.this
    if isinstance(node, exp.Star):
        return "1"
    if isinstance(node, exp.Null):
        return "NULL"
    if isinstance(node, exp.Boolean):
        return "true" if node.this else "false"
    if isinstance(node, exp.Count):
        inner = node.this
        distinct = isinstance(inner, exp.Distinct)
        items = list(inner.expressions) if distinct else [inner, *node.expressions]
        return f"count({'DISTINCT ' if distinct else ''}{', '.join(column_name(item) for item in items)})"
    if isinstance(node, exp.Distinct):
        return "DISTINCT " + ", ".join(column_name(item) for item in node.expressions)
    if isinstance(node, exp.Anonymous):
        return f"{node.name.lower()}({', '.join(column_name(item) for item in node.expressions)})"
    if type(node) in BINARY_SIGNS:
        return f"({column_name(node.left)} {BINARY_SIGNS[type(node)]} {column_name(node.right)})"
    if isinstance(node, exp.Neg):
        return f"(- {column_name(node.this)})" if not isinstance(node.this, exp.Literal) else "-" + node.this.this
    if isinstance(node, exp.Not):
        if isinstance(node.this, exp.Is):
            return f"({column_name(node.this.this)} IS NOT {column_name(node.this.expression)})"
        return f"(NOT {column_name(node.this)})"
    if isinstance(node, exp.Is):
        return f"({column_name(node.this)} IS {column_name(node.expression)})"
    if isinstance(node, exp.Cast):
        kind = "TRY_CAST" if isinstance(node, exp.TryCast) else "CAST"
        return f"{kind}({column_name(node.this)} AS {node.to.sql(dialect=Source)})"
    if isinstance(node, exp.Array):
        return f"array({', '.join(column_name(item) for item in node.expressions)})"
    if isinstance(node, exp.Bracket):
        return f"{column_name(node.this)}[{', '.join(column_name(item) for item in node.expressions)}]"
    if isinstance(node, exp.Case):
        head = f"CASE {column_name(node.this)}" if node.this else "CASE"
        branches = "".join(f" WHEN {column_name(b.this)} THEN {column_name(b.args['true'])}" for b in node.args["ifs"])
        default = node.args.get("default")
        return head + branches + (f" ELSE {column_name(default)}" if default is not None else "") + " END"
    if isinstance(node, exp.If):
        parts = [node.this, node.args["true"]] + ([node.args["false"]] if node.args.get("false") else [])
        return f"(IF({', '.join(column_name(part) for part in parts)}))"
    if isinstance(node, exp.Filter):
        return f"{column_name(node.this)} FILTER (WHERE {column_name(node.expression.this)})"
    if isinstance(node, exp.Window):
        whole_text, call_text = node.sql(dialect=Source), node.this.sql(dialect=Source)
        return column_name(node.this) + whole_text[len(call_text):] if whole_text.startswith(call_text) else whole_text
    if isinstance(node, exp.In) and node.expressions:
        return f"({column_name(node.this)} IN ({', '.join(column_name(item) for item in node.expressions)}))"
    if isinstance(node, exp.Like):
        return f"{column_name(node.this)} LIKE {column_name(node.expression)}"
    if isinstance(node, exp.RegexpLike):
        return f"RLIKE({column_name(node.this)}, {column_name(node.expression)})"
    if isinstance(node, exp.Substring):
        parts = [node.this, node.args.get("start"), node.args.get("length")]
        return f"substring({', '.join(column_name(part) for part in parts if part is not None)})"
    if isinstance(node, exp.Transform):
        return f"transform({column_name(node.this)}, {column_name(node.expression)})"
    if isinstance(node, exp.Map):
        keys, values = node.args["keys"].expressions, node.args["values"].expressions
        return f"map({', '.join(column_name(part) for pair in zip(keys, values) for part in pair)})"
    if isinstance(node, exp.Struct):
        return f"struct({', '.join(column_name(part.expression if isinstance(part, exp.PropertyEQ) else part) for part in node.expressions)})"
    if isinstance(node, (exp.CurrentTimestamp, exp.CurrentDate, exp.CurrentUser)):
        return {exp.CurrentTimestamp: "current_timestamp()", exp.CurrentDate: "current_date()", exp.CurrentUser: "current_user()"}[type(node)]
    return node.sql(dialect=Source)


def name_columns(tree):
    """Gives unnamed columns the names they have in Databricks, before anything is rewritten."""
    for select in tree.find_all(exp.Select):
        for place, item in enumerate(list(select.expressions)):
            if isinstance(item, (exp.Alias, exp.Aliases, exp.Star, exp.Column)) or generator_name(item) is not None:
                continue
            if isinstance(item, exp.Dot) or isinstance(item.find(exp.Star), exp.Star) and isinstance(item, exp.Column):
                continue
            if isinstance(item, (exp.Subquery,)):
                label = "scalarsubquery()"
            elif isinstance(item, exp.JSONExtract):
                parts = [part for part in item.expression.expressions if isinstance(part, exp.JSONPathKey)]
                label = parts[-1].this if parts else "value"
            elif isinstance(item, exp.Inline):
                continue
            else:
                label = column_name(item)
            select.expressions[place].replace(exp.Alias(this=item.copy(), alias=exp.to_identifier(label[:255], quoted=True)))
