"""The dialects, and small pieces that every rule is made of."""

from sqlglot import exp
from sqlglot.dialects.databricks import Databricks
from sqlglot.dialects.duckdb import DuckDB


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


ARRAY_FUNCTIONS = {"split", "collect_list", "collect_set", "array_agg", "array_distinct", "array_sort", "sort_array", "transform",
                   "filter", "array_union", "array_except", "array_intersect", "flatten", "map_keys", "map_values", "sequence",
                   "slice", "array_remove", "array_append", "array_repeat", "regexp_extract_all", "array_compact"}


def is_array(node):
    if isinstance(node, exp.Array):
        return True
    return isinstance(node, exp.Anonymous) and node.name.lower() in ARRAY_FUNCTIONS


def was_array(node):
    return is_array(node) or node.meta.get("array", False)


def anonymous_of(node, name):
    call = anonymous(name)
    node.replace(call)
    return call
