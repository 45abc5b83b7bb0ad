"""Functions that are more than another name; the others are in functions.txt."""

import re

from sqlglot import exp

from collections_and_json import (
    aggregate, array_sort, arrays_zip, from_json, map_concat, reverse, to_json, transform, with_lambda,
)
from dates import date_add, date_diff, date_format, extract, from_unixtime, parsed_moment, unix_timestamp
from nodes import Unsupported, WrongArguments, anonymous, cast, expect, integer, number_of, string_of, was_array, when
from operators import to_string, whole


def conditional(node):
    condition, value, *default = expect(node, 2, 3)
    return when(condition, value, default[0] if default else exp.null())


def decode(node):
    subject, *rest = node.expressions
    if len(rest) == 1:
        return anonymous("decode", subject)  # of bytes, with a character set
    branches = [
        exp.If(this=exp.NullSafeEQ(this=subject.copy(), expression=key), true=value) for key, value in zip(rest[::2], rest[1::2])
    ]
    return exp.Case(ifs=branches, default=rest[-1] if len(rest) % 2 else None)


def text(node):
    """An operand of || that is text."""
    if isinstance(node, exp.Null) or (isinstance(node, exp.Literal) and not node.is_string):
        return cast(node, "VARCHAR")
    return node


def pipes(node):
    return exp.DPipe(this=text(node.left), expression=text(node.right))


def concat(node):
    arguments = [text(argument) for argument in node.expressions]
    if not arguments:
        return exp.Literal.string("")
    result = arguments[0]
    for argument in arguments[1:]:
        result = exp.DPipe(this=result, expression=argument)
    return exp.Paren(this=result)


def concat_ws(node):
    if not node.expressions:
        raise WrongArguments("concat_ws takes at least 1 argument, not 0")
    separator, *parts = node.expressions
    if not parts:
        return exp.Literal.string("")
    if any(was_array(part) for part in parts):
        lists = [part if was_array(part) else anonymous("list_value", part) for part in parts]
        joined = lists[0]
        for other in lists[1:]:
            joined = anonymous("list_concat", joined, other)
        return anonymous("databricks_concat_ws", separator, joined)
    return anonymous("concat_ws", separator, *parts)


def split(node):
    value, separator, *limit = expect(node, 2, 3)
    if limit and number_of(limit[0]) != -1:
        raise Unsupported("split with a limit")
    if isinstance(separator, exp.Literal) and separator.is_string:
        plain = separator.this
        if plain and not re.search(r"[\\^$.|?*+()\[\]{}]", plain):
            return anonymous("string_split", value, separator)
        if re.fullmatch(r"\\[\\^$.|?*+()\[\]{}]", plain):
            return anonymous("string_split", value, exp.Literal.string(plain[1]))
    return anonymous("regexp_split_to_array", value, separator)


def regexp_replace(node):
    value, search, replacement = expect(node, 3)
    if isinstance(replacement, exp.Literal) and replacement.is_string:
        replacement = exp.Literal.string(re.sub(r"\\(.)|\$(\d)", lambda m: "\\" + m[2] if m[2] else m[1], replacement.this))
    return anonymous("regexp_replace", value, search, replacement, exp.Literal.string("g"))


def rename(name, fewest, most=None):
    return lambda node: anonymous(name, *expect(node, fewest, most))


def is_null(node):
    (value,) = expect(node, 1)
    return exp.Paren(this=exp.Is(this=value, expression=exp.null()))


def is_not_null(node):
    (value,) = expect(node, 1)
    return exp.Paren(this=exp.Not(this=exp.Is(this=value, expression=exp.null())))


RULES = {
    "if": conditional, "iff": conditional, "decode": decode, "concat": concat, "concat_ws": concat_ws, "split": split,
    "nvl2": lambda node: when(exp.Not(this=exp.Is(this=expect(node, 3)[0], expression=exp.null())), node.expressions[1], node.expressions[2]),
    "isnull": is_null, "isnotnull": is_not_null, "regexp_replace": regexp_replace, "regexp": rename("regexp_matches", 2),
    "rlike": rename("regexp_matches", 2), "transform": transform, "filter": with_lambda("list_filter"),
    "exists": with_lambda("list_transform", "databricks_exists"), "any_match": with_lambda("list_transform", "databricks_exists"),
    "forall": with_lambda("list_transform", "databricks_forall"), "aggregate": aggregate, "reduce": aggregate,
    "array_sort": array_sort, "arrays_zip": arrays_zip, "map_concat": map_concat, "from_json": from_json, "to_json": to_json,
    "reverse": reverse, "date_add": date_add, "dateadd": date_add, "timestampadd": date_add, "datediff": date_diff,
    "date_diff": date_diff, "timestampdiff": date_diff, "date_format": date_format, "from_unixtime": from_unixtime,
    "to_date": parsed_moment("DATE"), "try_to_date": parsed_moment("DATE", True), "to_timestamp": parsed_moment("TIMESTAMPTZ"),
    "try_to_timestamp": parsed_moment("TIMESTAMPTZ", True), "to_timestamp_ltz": parsed_moment("TIMESTAMPTZ"),
    "to_timestamp_ntz": parsed_moment("TIMESTAMP"), "date": parsed_moment("DATE"), "timestamp": parsed_moment("TIMESTAMPTZ"),
    "unix_timestamp": unix_timestamp, "to_unix_timestamp": unix_timestamp,
    "date_part": lambda node: extract(string_of(expect(node, 2)[0], "a part of a date"), node.expressions[1]),
    "datepart": lambda node: extract(expect(node, 2)[0].name, node.expressions[1]),
    "now": lambda node: anonymous("now", *expect(node, 0)), "current_timestamp": lambda node: anonymous("now", *expect(node, 0)),
    "current_date": lambda node: cast(anonymous("now", *expect(node, 0)), "DATE"),
    "curdate": lambda node: cast(anonymous("now", *expect(node, 0)), "DATE"),
    "localtimestamp": lambda node: cast(anonymous("now", *expect(node, 0)), "TIMESTAMP"),
    "substring": rename("databricks_substring", 2, 3), "position": rename("databricks_locate", 2, 3),
    "overlay": rename("databricks_overlay", 3, 4), "trim": rename("trim", 1), "left": rename("databricks_left", 2),
    "right": rename("databricks_right", 2), "format_string": lambda node: anonymous("printf", *node.expressions),
    "printf": lambda node: anonymous("printf", *node.expressions), "typeof": rename("databricks_typeof", 1),
    "try_element_at": rename("databricks_element_at", 2),
    "string": lambda node: to_string(expect(node, 1)[0]), "boolean": lambda node: cast(expect(node, 1)[0], "BOOLEAN"),
    "double": lambda node: cast(expect(node, 1)[0], "DOUBLE"), "float": lambda node: cast(expect(node, 1)[0], "FLOAT"),
    "int": lambda node: whole(expect(node, 1)[0], "INTEGER"), "bigint": lambda node: whole(expect(node, 1)[0], "BIGINT"),
    "smallint": lambda node: whole(expect(node, 1)[0], "SMALLINT"), "tinyint": lambda node: whole(expect(node, 1)[0], "TINYINT"),
    "decimal": lambda node: cast(expect(node, 1)[0], "DECIMAL(10,0)"),
    "grouping": lambda node: cast(anonymous("grouping", *node.expressions), "TINYINT"),
    "grouping_id": lambda node: anonymous("grouping_id", *node.expressions),
    "raise_error": rename("error", 1), "assert_true": lambda node: when(expect(node, 1)[0], exp.null(), anonymous("error", exp.Literal.string("assert_true: the condition is not true"))),
}


for session_function in ("current_user", "session_user", "user", "current_catalog", "current_database", "current_schema",
                         "current_timezone", "is_account_group_member", "is_member"):
    RULES[session_function] = (lambda name: lambda node: anonymous(name, *node.expressions))(session_function)


def count_rule(node):
    items = [node.this, *node.expressions]
    if len(items) > 1:
        present = [exp.Not(this=exp.Is(this=item, expression=exp.null())) for item in items]
        condition = present[0]
        for other in present[1:]:
            condition = exp.And(this=condition, expression=other)
        return anonymous("count", when(condition, integer(1)))
    return node


def trim_rule(node):
    name = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get((node.args.get("position") or "BOTH").upper(), "trim")
    arguments = [node.this] + ([node.expression] if node.expression else [])
    return anonymous(name, *arguments)


def substring_rule(node):
    arguments = [node.this, node.args.get("start")] + ([node.args["length"]] if node.args.get("length") else [])
    return anonymous("databricks_substring", *arguments)


def position_rule(node):
    arguments = [node.args["substr"], node.this] + ([node.args["position"]] if node.args.get("position") else [])
    return anonymous("databricks_locate", *arguments)


def overlay_rule(node):
    arguments = [node.this, node.expression, node.args["from_"] if "from_" in node.args else node.args["from"]]
    size = node.args.get("for_") or node.args.get("for")
    return anonymous("databricks_overlay", *arguments, *([size] if size is not None else []))


def any_rule(node):
    if isinstance(node.parent, (exp.Like, exp.ILike, exp.Binary)):
        return node
    return anonymous("bool_or", node.this.unnest())
