"""Aggregates and window functions."""

from sqlglot import exp

from functions import rename
from nodes import Unsupported, WrongArguments, anonymous, cast, expect, integer


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


PLAIN_RULES = {
    "percentile": percentile("quantile_cont"), "percentile_approx": percentile("quantile_disc"),
    "approx_percentile": percentile("quantile_disc"), "percent_rank": rename("percent_rank", 0), "cume_dist": rename("cume_dist", 0),
    "some": rename("bool_or", 1),
    "any": rename("bool_or", 1), "skewness": rename("skewness", 1), "kurtosis": rename("kurtosis_pop", 1),
}
