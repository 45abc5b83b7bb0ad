"""Translates queries from Databricks SQL to DuckDB's SQL, with sqlglot. A helper process of lakeport.

Reads requests from standard input and answers each on standard output, in order: a length in four bytes (big-endian), then
that many bytes of JSON. The first request is {"functions": TEXT} (functions.txt) and is not answered; the others are
{"sql": TEXT}, answered with {"sql": TEXT} or {"kind": "syntax" | "unsupported", "message": TEXT}. Ends with its input.
"""

import json
import logging
import re
import resource
import struct
import sys

from sqlglot import ErrorLevel, errors, exp
from sqlglot.dialects.databricks import Databricks
from sqlglot.dialects.duckdb import DuckDB

logging.disable(logging.CRITICAL)  # what matters comes as an error


MEMORY_LIMIT = 1 << 30  # of this process: no statement may take the machine's


class Unsupported(Exception):
    """The text names the construct."""


class Source(Databricks):
    """Databricks SQL. Functions stay calls by name, except where syntax or the rules below need their meaning."""

    class Parser(Databricks.Parser):
        FUNCTIONS = {
            name: builder
            for name, builder in Databricks.Parser.FUNCTIONS.items()
            if name in ("ARRAY", "MAP", "STRUCT", "NAMED_STRUCT", "COUNT", "EXPLODE", "POSEXPLODE", "EXPLODE_OUTER",
                        "POSEXPLODE_OUTER", "INLINE", "ROW_NUMBER")
        }
        # Parsers of special syntax whose meaning the rules below give.
        FUNCTION_PARSERS = {
            name: parser
            for name, parser in Databricks.Parser.FUNCTION_PARSERS.items()
            if name in ("CAST", "TRY_CAST", "EXTRACT", "TRIM", "SUBSTRING", "POSITION", "OVERLAY")
        }


class Target(DuckDB):
    """DuckDB whose default_null_order is that of Databricks."""

    NULL_ORDERING = "nulls_are_small"

    class Generator(DuckDB.Generator):
        def ignorenulls_sql(self, expression):
            return f"{self.sql(expression, 'this')} IGNORE NULLS"


def anonymous(name, *arguments):
    """A call of a function of DuckDB: no rule looks at it again."""
    call = exp.Anonymous(this=name, expressions=list(arguments))
    call.meta["duckdb"] = True
    return call


def cast(value, type_text, attempt=False):
    """A cast as DuckDB does it: no rule looks at it again."""
    made = (exp.TryCast if attempt else exp.Cast)(this=value, to=exp.DataType.build(type_text, dialect="duckdb"))
    made.meta["duckdb"] = True
    return made


def integer(value):
    return exp.Literal.number(value)


def string_of(node, what):
    if isinstance(node, exp.Literal) and node.is_string:
        return node.this
    raise Unsupported(f"{what} that is no literal")


def number_of(node):
    """A literal's number, or None."""
    if isinstance(node, exp.Neg):
        inner = number_of(node.this)
        return None if inner is None else -inner
    if isinstance(node, exp.Literal) and not node.is_string:
        try:
            return float(node.this)
        except ValueError:
            return None
    return None


# ---- dates -------------------------------------------------------------------------------------------------------------

PATTERN_PARTS = {
    "yyyy": "%Y", "yyy": "%Y", "y": "%Y", "yy": "%y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "M": "%-m", "dd": "%d", "d": "%-d",
    "DDD": "%j", "D": "%-j", "HH": "%H", "H": "%-H", "hh": "%I", "h": "%-I", "mm": "%M", "m": "%-M", "ss": "%S", "s": "%-S",
    "SSS": "%g", "SSSSSS": "%f", "SSSSSSSSS": "%n", "a": "%p", "EEEE": "%A", "EEE": "%a", "EE": "%a", "E": "%a", "LLLL": "%B",
    "LLL": "%b", "LL": "%m", "L": "%-m", "u": "%-u", "Z": "%z", "VV": "%Z", "z": "%Z", "XXX": "%z", "xxx": "%z", "X": "%z",
}


def pattern(node):
    """A literal with a pattern of Java's DateTimeFormatter as one of strftime."""
    text = string_of(node, "a date pattern")
    out = []
    for part in re.finditer(r"'((?:[^']|'')*)'|(([A-Za-z])\3*)|(.)", text, re.S):
        quoted, letters, _, other = part.groups()
        if quoted is not None:
            out.append("'" if quoted == "" else quoted.replace("''", "'").replace("%", "%%"))
        elif letters is not None:
            if letters not in PATTERN_PARTS:
                raise Unsupported(f"the date pattern '{letters}' in '{text}'")
            out.append(PATTERN_PARTS[letters])
        else:
            out.append("%%" if other == "%" else other)
    return exp.Literal.string("".join(out))


UNITS = {"MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR"}


def unit_name(node):
    name = (node.this if isinstance(node, (exp.Literal, exp.Var)) else node.name).upper()
    name = {"DAYOFYEAR": "DAY"}.get(name, name)
    if name.endswith("S") and name[:-1] in UNITS:
        name = name[:-1]
    if name not in UNITS:
        raise Unsupported(f"the unit of time {name}")
    return name


def span(amount, unit):
    """amount × unit as DuckDB's INTERVAL."""
    factory = {"MICROSECOND": "to_microseconds", "MILLISECOND": "to_milliseconds", "SECOND": "to_seconds", "MINUTE": "to_minutes",
               "HOUR": "to_hours", "DAY": "to_days", "WEEK": "to_weeks", "MONTH": "to_months", "QUARTER": "to_quarters",
               "YEAR": "to_years"}[unit]
    whole = unit in ("DAY", "WEEK", "MONTH", "QUARTER", "YEAR")
    return anonymous(factory, cast(amount, "INTEGER") if whole else amount)


def date_add(node):
    arguments = node.expressions
    if len(arguments) == 2:
        return anonymous("databricks_date_add", *arguments)
    if len(arguments) != 3:
        raise Unsupported(f"{node.name} with {len(arguments)} arguments")
    unit, amount, moment = arguments
    return exp.Paren(this=exp.Add(this=anonymous("databricks_moment", moment), expression=span(amount, unit_name(unit))))


def date_diff(node):
    arguments = node.expressions
    if len(arguments) == 2:
        return anonymous("databricks_datediff", *arguments)
    if len(arguments) != 3:
        raise Unsupported(f"{node.name} with {len(arguments)} arguments")
    unit, first, last = arguments
    return anonymous("databricks_unit_diff", exp.Literal.string(unit_name(unit).lower()), first, last)


def date_format(node):
    value, form = expect(node, 2)
    return anonymous("strftime", cast(value, "TIMESTAMP"), pattern(form))


def from_unixtime(node):
    value, *form = expect(node, 1, 2)
    text = pattern(form[0]) if form else exp.Literal.string("%Y-%m-%d %H:%M:%S")
    return anonymous("strftime", cast(anonymous("to_timestamp", value), "TIMESTAMP"), text)


def parsed_moment(type_text, attempt=False):
    def rule(node):
        value, *form = expect(node, 1, 2)
        if not form:
            return cast(value, type_text, attempt)
        parse = "try_strptime" if attempt else "strptime"
        return cast(anonymous(parse, value, pattern(form[0])), type_text)

    return rule


def unix_timestamp(node):
    arguments = expect(node, 0, 2)
    if len(arguments) == 2:
        moment = cast(anonymous("strptime", arguments[0], pattern(arguments[1])), "TIMESTAMPTZ")
        return anonymous("databricks_unix_timestamp", moment)
    return anonymous("databricks_unix_timestamp", *arguments)


PARTS = {"YEAR": "databricks_year", "YEARS": "databricks_year", "YR": "databricks_year", "QUARTER": "databricks_quarter",
         "MONTH": "databricks_month", "MONTHS": "databricks_month", "WEEK": "databricks_weekofyear", "DAY": "databricks_day",
         "DAYS": "databricks_day", "D": "databricks_day", "DAYOFWEEK": "databricks_dayofweek", "DOW": "databricks_dayofweek",
         "DAYOFWEEK_ISO": None, "DOY": "databricks_dayofyear", "HOUR": "databricks_hour", "HOURS": "databricks_hour",
         "MINUTE": "databricks_minute", "MINUTES": "databricks_minute"}


def extract(part, value):
    name = part.upper()
    if name in ("SECOND", "SECONDS", "S"):
        moment = cast(value, "TIMESTAMP")
        return cast(exp.Div(this=anonymous("microsecond", moment), expression=exp.Literal.number("1000000.0")), "DECIMAL(8,6)")
    if name in ("DAYOFWEEK_ISO", "DOW_ISO"):
        return cast(anonymous("isodow", cast(value, "DATE")), "INTEGER")
    if name in ("YEAROFWEEK",):
        return cast(anonymous("isoyear", cast(value, "DATE")), "INTEGER")
    if PARTS.get(name) is None:
        raise Unsupported(f"EXTRACT of {name}")
    return anonymous(PARTS[name], value)


# ---- functions ---------------------------------------------------------------------------------------------------------

def expect(node, fewest, most=None):
    most = fewest if most is None else most
    arguments = node.expressions
    if not fewest <= len(arguments) <= most:
        wanted = str(fewest) if fewest == most else f"{fewest} to {most}"
        raise WrongArguments(f"{node.name.lower()} takes {wanted} arguments, not {len(arguments)}")
    return arguments


class WrongArguments(Exception):
    pass


def when(condition, value, default=None):
    return exp.Case(ifs=[exp.If(this=condition, true=value)], default=default)


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
    if isinstance(node, exp.Literal) and not node.is_string:
        return cast(node, "VARCHAR")
    return node


def concat(node):
    arguments = [text(argument) for argument in node.expressions]
    if not arguments:
        return exp.Literal.string("")
    result = arguments[0]
    for argument in arguments[1:]:
        result = exp.DPipe(this=result, expression=argument)
    return exp.Paren(this=result)


ARRAY_FUNCTIONS = {"split", "collect_list", "collect_set", "array_agg", "array_distinct", "array_sort", "sort_array", "transform",
                   "filter", "array_union", "array_except", "array_intersect", "flatten", "map_keys", "map_values", "sequence",
                   "slice", "array_remove", "array_append", "array_repeat", "regexp_extract_all", "array_compact"}


def is_array(node):
    if isinstance(node, exp.Array):
        return True
    return isinstance(node, exp.Anonymous) and node.name.lower() in ARRAY_FUNCTIONS


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


def was_array(node):
    return is_array(node) or node.meta.get("array", False)


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


# ---- aggregates and window functions -----------------------------------------------------------------------------------

def outermost(node):
    """The call with what belongs to it: FILTER, WITHIN GROUP, IGNORE NULLS, OVER."""
    while isinstance(node.parent, (exp.Filter, exp.WithinGroup, exp.IgnoreNulls, exp.RespectNulls, exp.Window)) and node.arg_key == "this":
        node = node.parent
    return node


def not_null(value):
    value = value.expressions[0] if isinstance(value, exp.Distinct) else value
    value = value.this if isinstance(value, exp.Order) else value
    return exp.Not(this=exp.Is(this=value.copy(), expression=exp.null()))


def keep_only(node, condition):
    """Adds a FILTER to an aggregate call, or to the one it has."""
    place = node
    while isinstance(place.parent, (exp.WithinGroup, exp.IgnoreNulls, exp.RespectNulls)) and place.arg_key == "this":
        place = place.parent
    if isinstance(place.parent, exp.Filter) and place.arg_key == "this":
        where = place.parent.args["expression"]
        where.set("this", exp.And(this=exp.Paren(this=where.this), expression=condition))
        return place.parent
    marker = exp.Filter(expression=exp.Where(this=condition))
    place.replace(marker)
    marker.set("this", place)
    return marker


def collect(distinct):
    def rule(node):
        (value,) = expect(node, 1)
        if distinct and not isinstance(value, exp.Distinct):
            value = exp.Distinct(expressions=[value])
        call = anonymous("list", value)
        node.replace(call)
        keep_only(call, not_null(value))
        whole_call = outermost(call)
        wrapper = anonymous("coalesce")
        whole_call.replace(wrapper)
        wrapper.set("expressions", [whole_call, exp.Array(expressions=[])])
        wrapper.meta["array"] = True
        return None

    return rule


def first_last(name):
    def rule(node):
        value, *ignore = expect(node, 1, 2)
        call = anonymous(name, value)
        call.meta["windowed"] = name + "_value"
        skip = bool(ignore) and isinstance(ignore[0], exp.Boolean) and ignore[0].this
        ignoring = isinstance(node.parent, exp.IgnoreNulls)
        if isinstance(outermost(node), exp.Window):
            call = anonymous(name + "_value", exp.IgnoreNulls(this=value) if skip or ignoring else value)
            (node.parent if isinstance(node.parent, (exp.IgnoreNulls, exp.RespectNulls)) else node).replace(call)
            return None
        place = node.parent if isinstance(node.parent, (exp.IgnoreNulls, exp.RespectNulls)) else node
        place.replace(call)
        if skip or ignoring:
            keep_only(call, not_null(value))
        return None

    return rule


def offset_function(name):
    """lag, lead, first_value, …: IGNORE NULLS stands inside the brackets in DuckDB."""

    def rule(node):
        arguments = list(node.expressions)
        if name in ("first_value", "last_value") and len(arguments) == 2:
            flag = arguments.pop()
            skip = isinstance(flag, exp.Boolean) and flag.this
        else:
            skip = False
        place = node.parent if isinstance(node.parent, (exp.IgnoreNulls, exp.RespectNulls)) else node
        if skip or isinstance(node.parent, exp.IgnoreNulls):
            arguments[-1] = exp.IgnoreNulls(this=arguments[-1])
        call = anonymous(name, *arguments)
        place.replace(call)
        return None

    return rule


def ranking(name):
    def rule(node):
        call = anonymous(name, *node.expressions)
        node.replace(call)
        whole_call = outermost(call)
        wrapper = cast(None, "INTEGER")
        whole_call.replace(wrapper)
        wrapper.set("this", whole_call)
        return None

    return rule


def percentile(name):
    def rule(node):
        value, fraction, *rest = expect(node, 2, 3)
        if rest and name == "quantile_cont":
            raise Unsupported("percentile with frequencies")
        call = anonymous(name, value, fraction)
        if name == "quantile_disc":
            call = anonymous(name, value, fraction)
        return call

    return rule


def ordered_percentile(name):
    """percentile_cont(p) WITHIN GROUP (ORDER BY x)."""

    def rule(node):
        (fraction,) = expect(node, 1)
        within = node.parent
        if not isinstance(within, exp.WithinGroup) or len(within.expression.expressions) != 1:
            raise WrongArguments(f"{node.name.lower()} needs WITHIN GROUP (ORDER BY one expression)")
        (ordered,) = within.expression.expressions
        if ordered.args.get("desc"):
            fraction = exp.Sub(this=integer(1), expression=fraction)
        within.replace(anonymous(name, ordered.this, fraction))
        return None

    return rule


def list_aggregate(node):
    value, *separator = expect(node, 1, 2)
    separator = separator[0] if separator else exp.Literal.string("")
    call = anonymous("string_agg", value, separator)
    within = node.parent if isinstance(node.parent, exp.WithinGroup) else None
    if within is not None:
        call.set("expressions", [value, exp.Order(this=separator, expressions=within.expression.expressions)])
        within.replace(call)
    else:
        node.replace(call)
    return None


AGGREGATE_RULES = {
    "collect_list": collect(False), "array_agg": collect(False), "collect_set": collect(True), "first": first_last("first"),
    "last": first_last("last"), "any_value": first_last("first"), "row_number": ranking("row_number"), "rank": ranking("rank"),
    "dense_rank": ranking("dense_rank"), "ntile": ranking("ntile"), "lag": offset_function("lag"), "lead": offset_function("lead"),
    "first_value": offset_function("first_value"), "last_value": offset_function("last_value"),
    "nth_value": offset_function("nth_value"), "listagg": list_aggregate, "string_agg": list_aggregate,
    "percentile_cont": ordered_percentile("quantile_cont"), "percentile_disc": ordered_percentile("quantile_disc"),
}
RULES.update({
    "percentile": percentile("quantile_cont"), "percentile_approx": percentile("quantile_disc"),
    "approx_percentile": percentile("quantile_disc"), "percent_rank": rename("percent_rank", 0), "cume_dist": rename("cume_dist", 0),
    "some": rename("bool_or", 1),
    "any": rename("bool_or", 1), "skewness": rename("skewness", 1), "kurtosis": rename("kurtosis_pop", 1),
})


# ---- casts and operators -----------------------------------------------------------------------------------------------

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


def interval(node):
    unit = node.args.get("unit")
    value = node.this
    if isinstance(unit, exp.IntervalSpan):
        first, last = unit.this.name.upper(), unit.expression.name.upper()
        text_value = string_of(value, "an interval of several units")
        sign = -1 if text_value.strip().startswith("-") else 1
        body = text_value.strip().lstrip("+-")
        if (first, last) == ("YEAR", "MONTH"):
            years, months = (int(part) for part in body.split("-"))
            return anonymous("to_months", integer(sign * (12 * years + months)))
        if first in ("DAY", "HOUR", "MINUTE"):
            days, _, clock = body.partition(" ") if first == "DAY" else ("0", "", body)
            numbers = [float(part) for part in clock.split(":")] if clock else []
            places = ["HOUR", "MINUTE", "SECOND"][0 if first == "DAY" else ["HOUR", "MINUTE"].index(first):]
            seconds = sum(number * {"HOUR": 3600, "MINUTE": 60, "SECOND": 1}[place] for number, place in zip(numbers, places))
            micros = round(seconds * 1_000_000)
            return exp.Paren(this=exp.Add(this=anonymous("to_days", integer(sign * int(days))),
                                          expression=anonymous("to_microseconds", integer(sign * micros))))
        raise Unsupported(f"an interval {first} TO {last}")
    if unit is None:
        return cast(value, "INTERVAL")
    name = unit_name(unit)
    if isinstance(value, exp.Literal) and value.is_string:
        number = value.this.strip()
        if not re.fullmatch(r"[+-]?\d+(\.\d+)?", number):
            raise Unsupported(f"the interval '{value.this}'")
        value = exp.Literal.number(number)
    return span(value, name)


def is_interval(node):
    if isinstance(node, exp.Paren):
        return is_interval(node.this)
    if isinstance(node, exp.Interval):
        return True
    return isinstance(node, (exp.Mul, exp.Neg)) and any(is_interval(child) for child in node.iter_expressions())


def plus_minus(node):
    """DATE ± whole days, months, … stays a DATE."""
    name = "databricks_plus" if isinstance(node, exp.Add) else "databricks_minus"
    left, right = node.left, node.right
    if isinstance(node, exp.Add) and is_interval(left) and not is_interval(right):
        left, right = right, left
    if not is_interval(right) or is_interval(left):
        return node
    units = {str(found.args["unit"].name).upper().rstrip("S") for found in right.find_all(exp.Interval) if isinstance(found.args.get("unit"), exp.Var)}
    if units and units <= {"DAY", "WEEK", "MONTH", "QUARTER", "YEAR"}:
        return anonymous(name, left, right)
    if not units and all(isinstance(found.args.get("unit"), exp.IntervalSpan) and found.args["unit"].this.name.upper() == "YEAR"
                         for found in right.find_all(exp.Interval)):
        return anonymous(name, left, right)
    return type(node)(this=anonymous("databricks_moment", left), expression=right)


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


# ---- queries -----------------------------------------------------------------------------------------------------------

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
    if isinstance(assignment, exp.EQ) and isinstance(assignment.this, exp.Column):
        for part in ("table", "db", "catalog"):
            assignment.this.set(part, None)


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


# ---- names of result columns -------------------------------------------------------------------------------------------

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


# ---- the whole ---------------------------------------------------------------------------------------------------------

REFUSED = {
    exp.Version: "reading an older version (VERSION or TIMESTAMP AS OF)", exp.MatchRecognize: "MATCH_RECOGNIZE",
    exp.QueryTransform: "SELECT TRANSFORM", exp.Use: "USE", exp.Command: "this statement", exp.Create: "CREATE", exp.Drop: "DROP",
    exp.Alter: "ALTER", exp.Set: "SET", exp.Copy: "COPY", exp.Attach: "ATTACH", exp.Detach: "DETACH", exp.Pragma: "PRAGMA",
    exp.Describe: "DESCRIBE", exp.Kill: "KILL", exp.Parameter: "a name with @",
}


class Translator:
    def __init__(self, functions):
        self.same = {}
        for line in functions.splitlines():
            if line and not line.startswith("#"):
                name, target, fewest, most = line.split()
                self.same[name] = (target, int(fewest), None if most == "-" else int(most))

    def translate(self, sql):
        explain = re.match(r"\s*EXPLAIN\s+(?:(?:EXTENDED|FORMATTED|CODEGEN|COST)\s+)?", sql, re.I)
        if explain:
            return "EXPLAIN " + self.translate(sql[explain.end():])
        if re.match(r"\s*TABLE\s", sql, re.I):
            sql = re.sub(r"^(\s*)TABLE\s", r"\1SELECT * FROM ", sql, count=1, flags=re.I)
        tree = self.parse(sql)
        self.refuse(tree)
        if isinstance(tree, exp.Values):
            tree = exp.select("*").from_(tree)
        for hint in list(tree.find_all(exp.Hint)):
            hint.pop()
        name_columns(tree)
        generators_in_select(tree)
        generators_in_from(tree)
        tree = self.rewrite(tree)
        return self.generate(tree)

    def parse(self, sql):
        trees = [tree for tree in Source().parse(sql, error_level=ErrorLevel.IMMEDIATE) if tree is not None]
        if len(trees) != 1:
            raise WrongArguments("expected one statement")
        return trees[0]

    def refuse(self, tree):
        for node in tree.walk():
            reason = REFUSED.get(type(node))
            if reason is not None:
                raise Unsupported(reason)

    def generate(self, tree):
        sql = self.insert(tree)
        return sql if sql is not None else self.render(tree)

    def insert(self, tree):
        return insert_sql(tree, self.render) if isinstance(tree, exp.Insert) else None

    def render(self, node):
        return node.sql(dialect=Target, unsupported_level=ErrorLevel.RAISE, comments=False, normalize_functions=False)

    def rewrite(self, tree):
        """Children first, so that a rule sees operands that are DuckDB's already; types of nodes it makes are not looked at again."""
        for node in list(tree.dfs()):
            self.before(node)
        order = [node for node in tree.bfs()]
        for node in reversed(order):
            if node is not tree and node.parent is None:
                continue
            replacement = self.rule(node)
            if replacement is node or replacement is None:
                continue
            if is_array(node):
                replacement.meta["array"] = True
            if node is tree:
                tree = replacement
            else:
                node.replace(replacement)
        return tree

    def before(self, node):
        if isinstance(node, (exp.Add, exp.Sub)):
            units = plus_minus(node)
            if units is not node:
                node.replace(units)
        if isinstance(node, exp.Group):
            self.rollup(node)

    @staticmethod
    def rollup(group):
        for kind in ("rollup", "cube"):
            for item in group.args.get(kind) or []:
                if not item.expressions and group.expressions:
                    item.set("expressions", [e.copy() for e in group.expressions])
                    group.set("expressions", [])

    def rule(self, node):
        if isinstance(node, exp.Anonymous):
            return self.function(node)
        if isinstance(node, exp.RowNumber):
            return self.aggregate_rule("row_number", anonymous_of(node, "row_number"))
        handler = NODE_RULES.get(type(node))
        return handler(node) if handler is not None else node

    def aggregate_rule(self, name, node):
        return AGGREGATE_RULES[name](node)

    def function(self, node):
        name = node.name.lower()
        if node.meta.get("duckdb"):
            return node
        if name in AGGREGATE_RULES:
            return self.aggregate_rule(name, node)
        if name in RULES:
            return RULES[name](node)
        if name in self.same:
            target, fewest, most = self.same[name]
            count = len(node.expressions)
            if count < fewest or (most is not None and count > most):
                wanted = str(fewest) if fewest == most else f"{fewest} or more" if most is None else f"{fewest} to {most}"
                raise WrongArguments(f"{name} takes {wanted} arguments, not {count}")
            return anonymous(target, *node.expressions)
        if name == "identifier":
            wanted = identifier_call(node)
            return exp.column(*[part for part in reversed(parts_of_name(wanted).parts)])
        if generator_name(node) is not None:
            raise Unsupported(f"{name} anywhere but alone in the SELECT list, in FROM, or after LATERAL VIEW")
        if isinstance(node.parent, exp.Table):
            return node
        raise Unsupported(f"the function {name}")


def anonymous_of(node, name):
    call = anonymous(name)
    node.replace(call)
    return call


def refuse_generator(node):
    raise Unsupported(f"{generator_name(node)} anywhere but alone in the SELECT list, in FROM, or after LATERAL VIEW")


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


def update_rule(node):
    for assignment in node.expressions:
        strip_target(assignment)
    return node


def table_rule(node):
    if node.args.get("version") or node.args.get("when"):
        raise Unsupported("reading an older version (VERSION or TIMESTAMP AS OF)")
    return node


NODE_RULES = {
    exp.Cast: cast_rule, exp.TryCast: cast_rule, exp.Interval: interval, exp.Div: divide, exp.Mod: modulo, exp.IntDiv: int_div,
    exp.Like: like, exp.ILike: like, exp.Bracket: bracket, exp.JSONExtract: json_path, exp.Values: values_rule,
    exp.Table: table_rule, exp.Transform: lambda node: transform(exp.Anonymous(this="transform", expressions=[node.this, node.expression])), exp.TableSample: sampling, exp.Merge: merge_rule, exp.Update: update_rule,
    exp.Explode: refuse_generator, exp.Posexplode: refuse_generator, exp.ExplodeOuter: refuse_generator,
    exp.PosexplodeOuter: refuse_generator, exp.Inline: refuse_generator, exp.Count: count_rule, exp.Trim: trim_rule,
    exp.Substring: substring_rule, exp.StrPosition: position_rule, exp.Overlay: overlay_rule, exp.Any: any_rule,
    exp.Extract: lambda node: extract(node.name, node.expression),
    exp.RegexpLike: lambda node: anonymous("regexp_matches", node.this, node.expression),
    exp.CurrentTimestamp: lambda node: anonymous("now"), exp.CurrentDate: lambda node: cast(anonymous("now"), "DATE"),
    exp.CurrentUser: lambda node: anonymous("current_user"), exp.SessionUser: lambda node: anonymous("session_user"),
    exp.CurrentCatalog: lambda node: anonymous("current_catalog"), exp.Localtimestamp: lambda node: cast(anonymous("now"), "TIMESTAMP"),
}


# ---- the pipe ----------------------------------------------------------------------------------------------------------

def syntax_message(error):
    if isinstance(error, errors.ParseError) and error.errors:
        first = error.errors[0]
        near = first.get("highlight") or ""
        line, column = first.get("line"), first.get("col")
        place = f" (line {line}, column {max(1, (column or 1) - len(near) + 1)})" if line else ""
        description = (first.get("description") or "the statement is not understood").rstrip(".")
        return f"{description} near '{near}'{place}" if near else f"{description}{place}"
    return str(error).splitlines()[0] if str(error) else "the statement is not understood"


def answer(translator, sql):
    try:
        return {"sql": translator.translate(sql)}
    except Unsupported as error:
        return {"kind": "unsupported", "message": f"{error} is not supported"}
    except WrongArguments as error:
        return {"kind": "syntax", "message": str(error)}
    except errors.UnsupportedError as error:
        return {"kind": "unsupported", "message": str(error).splitlines()[0]}
    except errors.SqlglotError as error:
        return {"kind": "syntax", "message": syntax_message(error)}
    except (RecursionError, MemoryError):
        return {"kind": "unsupported", "message": "a statement nested this deep is not supported"}
    except Exception as error:  # noqa: BLE001  # a gap of the library or of the rules: no reason to die
        return {"kind": "unsupported", "message": f"this statement is not supported ({type(error).__name__}: {error})"}


def read_message(stream):
    header = stream.read(4)
    if len(header) < 4:
        return None
    (size,) = struct.unpack(">I", header)
    body = stream.read(size)
    return None if len(body) < size else json.loads(body)


def main():
    sys.setrecursionlimit(3_000)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    hello = read_message(source)
    if hello is None:
        return
    translator = Translator(hello["functions"])
    while (request := read_message(source)) is not None:
        body = json.dumps(answer(translator, request["sql"])).encode()
        sink.write(struct.pack(">I", len(body)) + body)
        sink.flush()


if __name__ == "__main__":
    main()
