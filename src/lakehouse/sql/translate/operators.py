"""Casts and operators."""

from sqlglot import exp

from nodes import Source, Unsupported, anonymous, cast, integer, number_of


WHOLE = {exp.DataType.Type.TINYINT: "TINYINT", exp.DataType.Type.SMALLINT: "SMALLINT", exp.DataType.Type.INT: "INTEGER",
         exp.DataType.Type.BIGINT: "BIGINT"}


def whole(value, type_text, attempt=False):
    plain = isinstance(value, exp.Literal) and not value.is_string and value.this.isdigit()
    if not plain and not isinstance(value, (exp.Null, exp.Boolean, exp.Placeholder)):
        value = anonymous("databricks_try_whole" if attempt else "databricks_whole", value)
    return cast(value, type_text, attempt)


def to_string(value):
    if isinstance(value, (exp.Literal, exp.Null)):
        return cast(value, "VARCHAR")
    return anonymous("databricks_string", value)


def cast_rule(node):
    if node.meta.get("duckdb"):
        return node
    kind = node.to
    attempt = isinstance(node, exp.TryCast)
    if kind.this in WHOLE:
        return whole(node.this, WHOLE[kind.this], attempt)
    if kind.this in (exp.DataType.Type.TEXT, exp.DataType.Type.VARCHAR, exp.DataType.Type.CHAR):
        value = to_string(node.this)
        if kind.expressions:
            return anonymous("databricks_left", value, kind.expressions[0].this)
        return value
    if kind.this in (exp.DataType.Type.BINARY, exp.DataType.Type.VARBINARY):
        return anonymous("databricks_binary", node.this)
    if kind.this == exp.DataType.Type.DECIMAL and not kind.expressions:
        kind.set("expressions", [exp.DataTypeParam(this=integer(10)), exp.DataTypeParam(this=integer(0))])
    if kind.this == exp.DataType.Type.DECIMAL and len(kind.expressions) == 1:
        kind.append("expressions", exp.DataTypeParam(this=integer(0)))
    if kind.this in (exp.DataType.Type.VARIANT, exp.DataType.Type.GEOGRAPHY, exp.DataType.Type.GEOMETRY):
        raise Unsupported(f"the type {kind.sql(dialect=Source)}")
    if kind.this == exp.DataType.Type.INTERVAL or isinstance(kind.this, exp.Interval):
        return cast(node.this, "INTERVAL")
    return node


def divisor_is_safe(node):
    value = number_of(node.unnest() if isinstance(node, exp.Paren) else node)
    return value is not None and value != 0


def divide(node):
    if divisor_is_safe(node.right):
        return exp.Div(this=node.left, expression=node.right, typed=False, safe=False)
    return anonymous("databricks_divide", node.left.unnest(), node.right.unnest())


def modulo(node):
    if divisor_is_safe(node.right):
        return node
    return anonymous("databricks_mod", node.left.unnest(), node.right.unnest())


def int_div(node):
    return anonymous("databricks_div", node.left.unnest(), node.right.unnest())


def like(node):
    if isinstance(node.parent, exp.Escape):
        return node
    if isinstance(node.expression, (exp.Any, exp.All, exp.Tuple)):
        quantifier = node.expression
        patterns = quantifier.this.expressions if isinstance(quantifier.this, (exp.Tuple, exp.Array)) else [quantifier.this.unnest()]
        parts = [like(type(node)(this=node.this.copy(), expression=item)) for item in patterns]
        result = parts[0]
        for part in parts[1:]:
            result = (exp.Or if isinstance(quantifier, exp.Any) else exp.And)(this=result, expression=part)
        return exp.Paren(this=result)
    if isinstance(node.expression, exp.Literal) and "\\" not in node.expression.this:
        return node
    return exp.Escape(this=type(node)(this=node.this, expression=node.expression), expression=exp.Literal.string("\\"))
