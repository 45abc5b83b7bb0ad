"""Calls of macros that have several signatures, with an aggregate inside.

DuckDB chooses the signature before it knows the type of an aggregate, and finds that all of them fit. The parameter of a
lambda has its type by then, so that the aggregate goes through a list of one element."""

from sqlglot import exp

from nodes import anonymous, integer

# Those of src/lakehouse/engine/databricks_functions.sql.
OVERLOADED = frozenset((
    "databricks_whole", "databricks_try_whole", "databricks_binary", "databricks_length", "databricks_octet_length",
    "databricks_bit_length", "databricks_moment", "databricks_plus", "databricks_minus", "databricks_sequence",
))

# What the rules make of aggregates that have another name in DuckDB.
MADE = frozenset((
    "list", "first", "last", "string_agg", "quantile_cont", "quantile_disc", "bool_or", "skewness", "kurtosis_pop", "count",
))


def is_aggregate(node, names):
    if isinstance(node, (exp.AggFunc, exp.Window)):
        return True
    return isinstance(node, exp.Anonymous) and (node.name.lower() in names or node.name.lower() in MADE)


def holds_aggregate(argument, names):
    """Not those of a subquery, whose type is known."""
    return any(is_aggregate(node, names) for node in argument.walk(prune=lambda node: isinstance(node, exp.Query)))


def through_lambdas(call, names):
    """f(sum(a), b) as list_transform([sum(a)], value_0 -> f(value_0, b))[1]."""
    arguments = [argument.copy() for argument in call.expressions]
    lifted = []
    for position, argument in enumerate(call.expressions):
        if holds_aggregate(argument, names):
            name = f"value_{position}"
            lifted.append((name, arguments[position]))
            arguments[position] = exp.column(name)
    if not lifted:
        return call
    result = anonymous(call.name, *arguments)
    for name, argument in lifted:
        function = exp.Lambda(this=result, expressions=[exp.to_identifier(name)])
        result = anonymous("list_extract", anonymous("list_transform", exp.Array(expressions=[argument]), function), integer(1))
    return result


def resolve_overloads(tree, names):
    """`names`: DuckDB's aggregates."""
    calls = [node for node in tree.bfs() if isinstance(node, exp.Anonymous) and node.name in OVERLOADED]
    for call in reversed(calls):
        resolved = through_lambdas(call, names)
        if resolved is call:
            continue
        if call is tree:
            tree = resolved
        else:
            call.replace(resolved)
    return tree
