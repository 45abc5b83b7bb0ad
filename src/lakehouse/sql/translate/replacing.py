"""INSERT INTO t AS a REPLACE ON (condition) query AS b, and REPLACE USING (columns): the rows of t that a row of the
query matches go, and the query's rows come. sqlglot knows only REPLACE WHERE, which these become."""

from sqlglot import exp
from sqlglot.errors import TokenError

from nodes import Source, Unsupported


class Replacing:
    """The statement with REPLACE WHERE, and the name that the condition calls the table by."""

    def __init__(self, sql, alias):
        self.sql, self.alias = sql, alias

    def name_target(self, tree):
        target = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
        target.set("alias", exp.TableAlias(this=exp.to_identifier(self.alias, quoted=True)))


def replacing(sql):
    """A Replacing, or None when the statement is none of these."""
    head = sql.lstrip()[:6].upper()
    if head != "INSERT" or "REPLACE" not in sql.upper():
        return None
    try:
        tokens = Source().tokenize(sql)
    except TokenError:
        return None
    at = place_of_clause(tokens)
    if at is None:
        return None
    using = tokens[at + 1].text.upper() == "USING"
    if at + 2 >= len(tokens) or tokens[at + 2].text != "(":
        return None
    close = closing(tokens, at + 2)
    by_name = at > 2 and [token.text.upper() for token in tokens[at - 2:at]] == ["BY", "NAME"]
    into, alias = target_of(sql, tokens[:at - 2 if by_name else at])
    inside = sql[tokens[at + 2].end + 1:tokens[close].start]
    query, name = query_of(sql, tokens, close + 1)
    if using:
        columns = [text.strip() for text in inside.split(",")]
        inside = " AND ".join(f"`__target`.{column} = `__incoming`.{column}" for column in columns)
        alias, name = "__target", "__incoming"
    if name is None:
        raise Unsupported("REPLACE ON without a name for the query")
    condition = f"EXISTS (SELECT 1 FROM ({query}) AS `{name}` WHERE {inside})"
    return Replacing(f"{into}{' BY NAME' if by_name else ''} REPLACE WHERE {condition} {query}", alias)


def place_of_clause(tokens):
    depth = 0
    for index, token in enumerate(tokens[:-1]):
        depth += (token.text == "(") - (token.text == ")")
        if depth == 0 and token.text.upper() == "REPLACE" and tokens[index + 1].text.upper() in ("ON", "USING"):
            return index
    return None


def closing(tokens, opening):
    depth = 0
    for index in range(opening, len(tokens)):
        depth += (tokens[index].text == "(") - (tokens[index].text == ")")
        if depth == 0:
            return index
    raise Unsupported("REPLACE ON with a bracket that is not closed")


def target_of(sql, tokens):
    """INSERT INTO [TABLE] name [[AS] alias]: the text without the alias, and the alias (or the name's last part)."""
    last = tokens[-1]
    if len(tokens) > 3 and tokens[-2].text != ".":
        before = tokens[-2]
        if before.text.upper() == "AS":
            return sql[:before.start], last.text
        if before.text.upper() not in ("INTO", "TABLE"):
            return sql[:last.start], last.text
    return sql[:last.end + 1], last.text


def query_of(sql, tokens, begin):
    """The query's text without its brackets and name, and the name."""
    if begin < len(tokens) and tokens[begin].text == "(":
        close = closing(tokens, begin)
        rest = [token.text for token in tokens[close + 1:] if token.text != ";"]
        if rest and rest[0].upper() == "AS":
            rest = rest[1:]
        if len(rest) <= 1:
            return sql[tokens[begin].end + 1:tokens[close].start], rest[0] if rest else None
    return sql[tokens[begin].start:].rstrip().rstrip(";") if begin < len(tokens) else "", None
