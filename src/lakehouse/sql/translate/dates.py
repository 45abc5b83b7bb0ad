"""Dates, times and intervals."""

import re

from sqlglot import exp

from nodes import Unsupported, anonymous, cast, expect, integer, string_of


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
