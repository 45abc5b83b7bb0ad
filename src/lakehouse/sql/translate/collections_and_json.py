"""Arrays, maps, structs, lambdas and JSON."""

import json
import re

from sqlglot import errors, exp

from nodes import Source, Target, Unsupported, anonymous, cast, expect, integer, number_of, string_of, was_array


def parameters_of(function):
    if not isinstance(function, exp.Lambda):
        raise Unsupported("a function argument that is no lambda")
    return function


def transform(node):
    items, function = expect(node, 2)
    function = parameters_of(function)
    if len(function.expressions) == 2:  # the index counts from 0
        index = function.expressions[1].name
        for column in list(function.this.find_all(exp.Column, exp.Identifier)):
            named = isinstance(column, exp.Column) and not column.table and column.name == index
            if named or (isinstance(column, exp.Identifier) and column.name == index and not isinstance(column.parent, exp.Column)):
                shifted = exp.Paren(this=exp.Sub(this=column.copy(), expression=integer(1)))
                if column is function.this:
                    function.set("this", shifted)
                else:
                    column.replace(shifted)
    return anonymous("list_transform", items, function)


def with_lambda(name, wrap=None):
    def rule(node):
        items, function = expect(node, 2)
        call = anonymous(name, items, parameters_of(function))
        return anonymous(wrap, call) if wrap else call

    return rule


def aggregate(node):
    items, start, merge, *finish = expect(node, 3, 4)
    result = anonymous("list_reduce", items, parameters_of(merge), start)
    if not finish:
        return result
    finished = anonymous("list_transform", exp.Array(expressions=[result]), parameters_of(finish[0]))
    return anonymous("list_extract", finished, integer(1))


def array_sort(node):
    items, *order = expect(node, 1, 2)
    if order:
        raise Unsupported("array_sort with a comparison")
    return anonymous("databricks_array_sort", items)


def arrays_zip(node):
    names = [part.name if isinstance(part, exp.Column) else str(place) for place, part in enumerate(node.expressions)]
    zipped = anonymous("list_zip", *node.expressions)
    fields = [
        exp.PropertyEQ(this=exp.to_identifier(name, quoted=True),
                       expression=anonymous("struct_extract", exp.to_identifier("z"), integer(place + 1)))
        for place, name in enumerate(names)
    ]
    return anonymous("list_transform", zipped, exp.Lambda(this=exp.Struct(expressions=fields), expressions=[exp.to_identifier("z")]))


def map_of_pairs(node):
    items, *_ = expect(node, 1)
    return anonymous("databricks_map_from_entries", items)


def map_concat(node):
    return anonymous("map_concat", *node.expressions)


def duckdb_structure(kind):
    """A type as json_transform describes it."""
    if kind.is_type(exp.DataType.Type.STRUCT):
        return {field.name: duckdb_structure(field.args["kind"]) for field in kind.expressions}
    if kind.is_type(exp.DataType.Type.ARRAY):
        return [duckdb_structure(kind.expressions[0])]
    return kind.sql(dialect=Target)


def schema_of(node):
    ddl = string_of(node, "a schema for from_json")
    for candidate in (ddl, f"STRUCT<{ddl}>"):
        try:
            kind = exp.DataType.build(candidate, dialect=Source, udt=False)
        except errors.SqlglotError:
            continue
        if kind.this != exp.DataType.Type.USERDEFINED and isinstance(kind.this, exp.DataType.Type):
            return kind
    raise Unsupported(f"the schema '{ddl}' of from_json")


def from_json(node):
    value, schema, *options = expect(node, 2, 3)
    if options:
        raise Unsupported("from_json with options")
    structure = json.dumps(duckdb_structure(schema_of(schema)))
    document = cast(value, "JSON", attempt=True)
    return anonymous("json_transform", document, exp.Literal.string(structure))


def to_json(node):
    value, *options = expect(node, 1, 2)
    if options:
        raise Unsupported("to_json with options")
    return anonymous("databricks_to_json", value)


def reverse(node):
    (value,) = expect(node, 1)
    return anonymous("list_reverse" if was_array(value) else "reverse", value)


def bracket(node):
    if len(node.expressions) != 1:
        raise Unsupported("an index of several parts")
    (index,) = node.expressions
    offset = node.args.get("offset") or 0
    if isinstance(index, exp.Slice):
        raise Unsupported("a slice in brackets")
    if isinstance(index, exp.Literal) and index.is_string:
        return anonymous("databricks_element_at", node.this, index)
    number = number_of(index)
    if number is not None and not isinstance(node.this, (exp.Map, exp.VarMap)):
        return anonymous("array_extract", node.this, integer(int(number) - int(offset) + 1))
    if isinstance(node.this, (exp.Map, exp.VarMap)):
        return anonymous("databricks_element_at", node.this, index)
    return anonymous("databricks_at", node.this, index)


def json_path(node):
    """`document:field[0].name`: text in Databricks."""
    path = node.expression
    if isinstance(path, exp.JSONPath):
        parts = []
        for part in path.expressions:
            if isinstance(part, exp.JSONPathRoot):
                parts.append("$")
            elif isinstance(part, exp.JSONPathKey) and isinstance(part.this, str):
                parts.append("." + (part.this if re.fullmatch(r"\w+", part.this) else '"' + part.this + '"'))
            elif isinstance(part, exp.JSONPathSubscript) and isinstance(part.this, int):
                parts.append(f"[{part.this}]")
            else:
                raise Unsupported("a JSON path with wildcards")
        return anonymous("databricks_get_json_object", node.this, exp.Literal.string("".join(parts)))
    raise Unsupported("a JSON path that is no literal")
