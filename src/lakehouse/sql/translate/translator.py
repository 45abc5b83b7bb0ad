"""The translation of one query: parse, refuse, name, rewrite, write."""

import re

from sqlglot import ErrorLevel, exp

from aggregates import AGGREGATE_RULES, PLAIN_RULES
from collections_and_json import bracket, json_path, transform
from column_names import name_columns
from dates import extract, interval, plus_minus
from functions import RULES, any_rule, count_rule, overlay_rule, pipes, position_rule, substring_rule, trim_rule
from generators import (
    generator_name, generators_in_from, generators_in_select, identifier_call, parts_of_name, refuse_generator,
)
from nodes import Source, Target, Unsupported, WrongArguments, anonymous, anonymous_of, cast, is_array
from operators import cast_rule, divide, int_div, like, modulo
from overloads import resolve_overloads
from queries import insert_sql, merge_rule, sampling, table_rule, update_rule, values_rule
from replacing import replacing


REFUSED = {
    exp.Version: "reading an older version (VERSION or TIMESTAMP AS OF)", exp.MatchRecognize: "MATCH_RECOGNIZE",
    exp.QueryTransform: "SELECT TRANSFORM", exp.Use: "USE", exp.Command: "this statement", exp.Create: "CREATE", exp.Drop: "DROP",
    exp.Alter: "ALTER", exp.Set: "SET", exp.Copy: "COPY", exp.Attach: "ATTACH", exp.Detach: "DETACH", exp.Pragma: "PRAGMA",
    exp.Describe: "DESCRIBE", exp.Kill: "KILL", exp.Parameter: "a name with @",
}


SCALAR_RULES = {**RULES, **PLAIN_RULES}


class Translator:
    def __init__(self, functions):
        self.same = {}
        self.aggregates = set()
        section = ""
        for line in functions.splitlines():
            if line.startswith("#"):
                section = line[2:]
            elif line:
                name, target, fewest, most = line.split()
                self.same[name] = (target, int(fewest), None if most == "-" else int(most))
                if section == "Aggregates":
                    self.aggregates.add(target)

    def translate(self, sql):
        explain = re.match(r"\s*EXPLAIN\s+(?:(?:EXTENDED|FORMATTED|CODEGEN|COST)\s+)?", sql, re.I)
        if explain:
            return "EXPLAIN " + self.translate(sql[explain.end():])
        if re.match(r"\s*TABLE\s", sql, re.I):
            sql = re.sub(r"^(\s*)TABLE\s", r"\1SELECT * FROM ", sql, count=1, flags=re.I)
        replaced = replacing(sql)
        tree = self.parse(replaced.sql if replaced else sql)
        if replaced:
            replaced.name_target(tree)
        self.refuse(tree)
        if isinstance(tree, exp.Values):
            tree = exp.select("*").from_(tree)
        for hint in list(tree.find_all(exp.Hint)):
            hint.pop()
        name_columns(tree)
        generators_in_select(tree)
        generators_in_from(tree)
        tree = resolve_overloads(self.rewrite(tree), self.aggregates)
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
        if name in SCALAR_RULES:
            return SCALAR_RULES[name](node)
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
        # A function with a schema before its name is a user's; the engine knows it.
        if isinstance(node.parent, (exp.Table, exp.Dot)):
            return node
        raise Unsupported(f"the function {name}")


NODE_RULES = {
    exp.Cast: cast_rule, exp.TryCast: cast_rule, exp.Interval: interval, exp.Div: divide, exp.Mod: modulo, exp.IntDiv: int_div, exp.DPipe: pipes,
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
