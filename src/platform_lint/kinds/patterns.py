"""The kind ``match``: code of some shape, as a pattern of the pattern language, and what it is rewritten to."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from platform_lint.context import FileContext
from platform_lint.hits import Hit, Repair, given_up
from platform_lint.kinds import Reading, sign_of
from platform_lint.limits import GaveUp
from platform_lint.patterns.bindings import Bindings
from platform_lint.patterns.conditions import placed
from platform_lint.patterns.constraints import compared, holds
from platform_lint.patterns.matching import EQUIVALENCES, Matcher, Pattern, PatternError, in_short
from platform_lint.patterns.sameness import key
from platform_lint.patterns.searching import (
    call_terms,
    candidates,
    matches_template,
    nodes_of,
    repeats,
    required_name,
    several_names,
    trace,
)
from platform_lint.regexes import check_regex
from platform_lint.rule import Api, Name, Rule, also

if TYPE_CHECKING:
    from platform_lint.kinds import Fail
    from platform_lint.patterns.syntax import Tree
    from platform_lint.scopes import QualifiedName
    from platform_lint.tables import RuleTable, WhereTable


def read(table: RuleTable, fail: Fail, apis: Mapping[str, Api]) -> Reading:
    """Read a rule with ``match``. Raises what *fail* makes."""
    return _Reader(table, fail, apis).read()


class _Reader:
    def __init__(self, table: RuleTable, fail: Fail, apis: Mapping[str, Api]) -> None:
        from platform_lint.tables import did_you_mean, listed

        self.table = table
        self.fail = fail
        self.apis = apis
        self.did_you_mean = did_you_mean
        self.listed = listed

    def read(self) -> Reading:
        table = self.table
        for number, word in enumerate(table.without):
            if word not in EQUIVALENCES:
                raise self.fail(
                    ("without", number),
                    f"without: unknown equivalence {word!r}{self.did_you_mean(word, EQUIVALENCES)}",
                )
        texts = self.listed(table.match or "")
        if not texts:
            raise self.fail("match", "match is empty: write a pattern")
        patterns = [self._parse(text, "match", number if len(texts) > 1 else None) for number, text in enumerate(texts)]
        for pattern in patterns:
            self._check_special(pattern)
        unwanted = self.listed(table.not_match)
        excluded = [
            self._parse(text, "not_match", number if len(unwanted) > 1 else None)
            for number, text in enumerate(unwanted)
        ]
        self._check_apart(patterns, excluded)
        common = set.intersection(*(set(pattern.tree.metavariables) for pattern in patterns))
        anywhere = set().union(*(pattern.tree.metavariables for pattern in patterns))
        where = {name: self._where(name, said, anywhere, patterns) for name, said in table.where.items()}
        if table.focus:
            self._check_known(table.focus, common, anywhere, "focus")
        if table.rewrite is not None:
            self._check_rewrite(table.rewrite, patterns, common, anywhere)
        names, traces, traced, whole = self._signs(patterns, excluded, where)
        return Reading(
            names=names,
            traces=traces,
            traced=traced,
            whole=whole,
            body={
                "match": texts,
                "not_match": self.listed(table.not_match),
                "rewrite": table.rewrite,
                "where": where,
                "focus": table.focus.lstrip("$"),
                "without": list(table.without),
            },
            placeholders={*common, "name", *(["to"] if table.rewrite else [])},
        )

    def _parse(self, text: str, where: str, number: int | None = None) -> Pattern:
        shown = where if number is None else f"{where} {number + 1}"
        at: tuple[str | int, ...] = (*where.split("."), *([] if number is None else [number]))
        if not text.strip():
            raise self.fail(at, f"{shown}: it is empty")
        try:
            return Pattern.parse(text, self.table.without)
        except PatternError as error:
            raise self.fail(at, f"{shown}: {error}") from None

    def _check_apart(self, patterns: Sequence[Pattern], excluded: Sequence[Pattern]) -> None:
        """Refuse patterns that are there twice, or left out altogether."""
        said: list[list[object]] = []
        for number, pattern in enumerate(patterns):
            keys: list[object] = [key(item) for item in pattern.tree.body]
            if keys in said:
                raise self.fail(("match", number), f"match {number + 1}: it says what another says")
            said.append(keys)
        for number, pattern in enumerate(excluded):
            if self._is_everything(pattern) or [key(item) for item in pattern.tree.body] in said:
                at = ("not_match", number) if len(excluded) > 1 else "not_match"
                shown = pattern.tree.text.strip()
                raise self.fail(at, f"not_match: `{shown}` leaves out all that is matched; say less")

    def _is_everything(self, pattern: Pattern) -> bool:
        """Whether a pattern fits whatever there is: ``...``, or a metavariable that nothing is said of."""
        tree = pattern.tree
        if not [item for item in tree.body if tree.many(item) is None]:
            return True
        mark = tree.marks.get(id(tree.root))
        return mark is not None and mark.kind == "one" and mark.name not in self.table.where

    def _check_special(self, pattern: Pattern) -> None:
        """Refuse a pattern that everything matches."""
        tree = pattern.tree
        mark = tree.marks.get(id(tree.root))
        if self._is_everything(pattern):
            raise self.fail("match", f"match: `{pattern.tree.text.strip()}` is everything; say more")
        if mark is not None and mark.kind == "deep":
            raise self.fail("match", "match: column 1: `<... P ...>` matches all that is around `P`; write `P`")

    def _check_known(self, name: str, common: set[str], anywhere: set[str], said: str) -> None:
        name = name.lstrip("$")
        if name not in anywhere:
            raise self.fail(
                tuple(said.partition(":")[0].split(".")),
                f"{said}: `${name}` is no metavariable of the match{self.did_you_mean(name, anywhere)}",
            )
        if name not in common:
            raise self.fail(
                tuple(said.partition(":")[0].split(".")), f"{said}: not every alternative of the match has `${name}`"
            )

    def _where(self, name: str, said: WhereTable, anywhere: set[str], patterns: Sequence[Pattern]) -> dict[str, Any]:
        shown = f"where.{name}"

        def wrong(key_: str, reason: str) -> Exception:
            return self.fail(("where", name, key_), f"{shown}: {reason}")

        self._check_known(name, anywhere, anywhere, shown)
        try:
            check_regex(said.regex)
        except ValueError as error:
            raise wrong("regex", f"regex: {error}") from None
        many = any(pattern.tree.metavariables.get(name) == "many" for pattern in patterns)
        for key_, value in (("literal", said.literal), ("type", said.type), ("test", said.test)):
            if value and many:
                raise wrong(key_, f"{key_} is of one thing, and `$...{name}` is several")
        if said.type and not re.fullmatch(r"[^\W\d]\w*(\.[^\W\d]\w*)*", said.type):
            raise wrong("type", f"type: {said.type!r} is no qualified name of a class")
        if said.test:
            try:
                for other in sorted(compared(said.test)):
                    self._check_known(other, anywhere, anywhere, f"{shown}: test")
            except ValueError as error:
                raise wrong("test", f"test: {error}") from None
            if _is_never(said.test):
                raise wrong("test", f"test: nothing is `{said.test.strip()}`")
        wanted, unwanted = self.listed(said.match), self.listed(said.not_)
        for key_, texts in (("match", wanted), ("not", unwanted)):
            for text in texts:
                if self._fits_all(self._parse(text, f"{shown}.{key_}")):
                    does = "leaves out all there is" if key_ == "not" else "says nothing"
                    raise wrong(key_, f"{key_}: everything is like `{text.strip()}`, so it {does}")
                if key_ == "not" and text in wanted:
                    raise wrong(key_, f"not: `{text.strip()}` is under match as well")
        if not any((said.regex, said.literal, said.type, said.test, wanted, unwanted)):
            raise self.fail(("where", name), f"{shown}: it says nothing")
        return {
            "regex": said.regex,
            "literal": said.literal,
            "type": said.type,
            "test": said.test,
            "match": wanted,
            "not": unwanted,
        }

    def _fits_all(self, pattern: Pattern) -> bool:
        """Whether a pattern of ``where`` fits whatever there is. A metavariable of the match is compared with."""
        mark = pattern.tree.marks.get(id(pattern.tree.root))
        if mark is not None and mark.kind == "one":
            known = {name for text in self.listed(self.table.match or "") for name in _metavariables(text)}
            return mark.name not in known
        return not [item for item in pattern.tree.body if pattern.tree.many(item) is None]

    def _check_rewrite(self, text: str, patterns: Sequence[Pattern], common: set[str], anywhere: set[str]) -> None:
        from platform_lint.patterns.templates import problem

        try:
            template = Pattern.parse(text, self.table.without)
            for pattern in patterns:
                error = problem(pattern.tree, template.tree)
                if error is not None:
                    raise error
        except PatternError as error:
            raise self.fail("rewrite", f"rewrite: {error}") from None
        for pattern in patterns:
            self._check_carried(pattern, template)
        for name, node in template.tree.nodes.items():
            if name not in common:
                reason = (
                    f"not every alternative of the match has `${name}`"
                    if name in anywhere
                    else f"`${name}` is no metavariable of the match{self.did_you_mean(name, anywhere)}"
                )
                raise self.fail("rewrite", f"rewrite: {template.tree.error(reason, node)}")
        for pattern in patterns:
            ellipses = _ellipses(pattern)
            if ellipses > 1 and _ellipses(template) < ellipses:
                reason = f"the match has {ellipses} `...`, and what one of them holds would be lost"
                raise self.fail("rewrite", f"rewrite: {reason}")
            if [key(item) for item in pattern.tree.body] == [key(item) for item in template.tree.body]:
                raise self.fail("rewrite", "rewrite: it is the same as the match")
        table = self.table
        if not (table.not_match or table.where or table.inside or table.not_inside):
            for pattern in patterns:
                if matches_template(pattern, template):
                    reason = "what it writes matches again, and would be rewritten for ever"
                    raise self.fail("rewrite", f"rewrite: {reason}; say with `not_match` when it is done")

    def _check_carried(self, pattern: Pattern, template: Pattern) -> None:
        """Refuse a ``...`` for statements that the rewrite puts elsewhere: only where it is can it stay."""
        there = {path for path, _ in _bodies(pattern.tree)}
        for path, node in _bodies(template.tree):
            if path not in there:
                reason = "what this `...` stands for is not there in the match; name it `$...BODY` to put it elsewhere"
                raise self.fail("rewrite", f"rewrite: {template.tree.error(reason, node)}")

    def _signs(
        self, patterns: Sequence[Pattern], excluded: Sequence[Pattern], where: Mapping[str, Mapping[str, Any]]
    ) -> tuple[list[Name], list[tuple[tuple[str, str], ...]], bool, bool]:
        """What a file must have: names, other signs, whether these say all, and whether all of the file is needed."""
        names: dict[str, Name] = {}
        traces: list[tuple[tuple[str, str], ...]] = []
        named: list[tuple[tuple[str, str], ...]] = []
        traced = True
        whole = bool(excluded) or any(said["type"] or said["match"] or said["not"] for said in where.values())
        for pattern in patterns:
            tree = pattern.tree
            whole = whole or tree.root is None or several_names(tree) or repeats(tree)
            whole = whole or any(mark.kind == "typed" for mark in tree.marks.values())
            parts = required_name(tree)
            types = {where[name]["type"] for name in tree.metavariables if name in where}
            # A builtin needs no import, and a literal of it no name.
            terms = {("type", cls) for cls in types if "." in cls and not cls.startswith("builtins.")}
            needed = {*trace(tree, self._is_bound), *terms}
            signs = [{*needed, *more, *outer} for more in self._signs_of_one(tree, where) for outer in self._around()]
            if not parts:
                traces += [tuple(sorted(sign)) for sign in signs]
                whole = True
                continue
            dotted = ".".join(parts)
            spellings = (dotted, *self._other_spellings(parts))
            for spelled in spellings:
                names.setdefault(spelled, Name(spelled, "", "", "", False))
            # A name that many files use says little where it takes more than that to match.
            called = [
                call
                for call in call_terms(tree, self._is_bound)
                if call[1] == parts or not self._other_spellings(call[1])
            ]
            traced = traced and (
                bool(called) or all(any(kind == "word" and word not in parts for kind, word in sign) for sign in signs)
            )
            for spelled in spellings:
                more = {
                    (kind, f"{spelled if name == parts else '.'.join(name)} {argument}".strip())
                    for kind, name, argument in called
                }
                named += [tuple(sorted({*sign, *more, *sign_of(tuple(spelled.split(".")))})) for sign in signs]
        traced = traced and bool(named)
        return list(names.values()), [*traces, *(named if traced else ())], traced, whole

    def _other_spellings(self, parts: QualifiedName) -> Sequence[str]:
        """What else packs say the qualified name *parts* is called."""
        return tuple(also(".".join(parts), self.apis))

    def _signs_of_one(self, tree: Tree, where: Mapping[str, Mapping[str, Any]]) -> list[set[tuple[str, str]]]:
        """What a file must have, one of these, for a metavariable of *tree* to be what ``where`` wants: of all that
        are wanted to be like something, the one that has the fewest ways to be so.
        """
        found: list[list[set[tuple[str, str]]]] = []
        for name, said in where.items():
            if said["match"] and tree.metavariables.get(name) == "one":
                ways = [self._sign(Pattern.parse(text, self.table.without).tree) for text in said["match"]]
                if all(ways):
                    found.append(ways)
        return min(found, key=len, default=[set()])

    def _around(self) -> list[set[tuple[str, str]]]:
        """The words a file must have, one of these, for one of the patterns of ``inside`` to be around something."""
        ways: list[set[tuple[str, str]]] = []
        for text in self.listed(self.table.inside):
            try:
                tree = Pattern.parse(text).tree
            except PatternError:
                return [set()]  # `module …`, or what is refused when conditions are read.
            words = {term for term in trace(tree, lambda _: True) if term[0] == "word"}
            if not words:
                return [set()]
            ways.append(words)
        return ways or [set()]

    def _is_bound(self, name: QualifiedName) -> bool:
        """Whether the signature of what is called is known, and counts."""
        from platform_lint.signatures import signature_of_builtin

        dotted = ".".join(name)
        stated = (api for api in self.apis.values() if dotted in (api.name, *api.reexports))
        known = any(api.signature for api in stated) or signature_of_builtin(dotted)
        return bool(known) and "signature" not in self.table.without

    def _sign(self, tree: Tree) -> set[tuple[str, str]]:
        parts = required_name(tree)
        return {*trace(tree, self._is_bound), *(sign_of(parts) if parts else ())}


def _bodies(tree: Tree) -> Iterator[tuple[tuple[str, ...], ast.AST]]:
    """The ``...`` among the statements of a pattern, each with what it is in: kinds of statements and their parts."""

    def inside(body: Sequence[ast.stmt], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], ast.AST]]:
        for number, item in enumerate(body):
            mark = tree.many(item)
            if mark is not None:
                # What stands before and behind all of a pattern is not touched.
                end = not path and number in (0, len(body) - 1)
                if mark.kind == "ell":
                    yield ((*path, "first" if number == 0 else "last") if end else path), item
            for field, value in ast.iter_fields(item):
                if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                    yield from inside(value, (*path, type(item).__name__.removeprefix("Async"), field))

    yield from inside(tree.body, ())


def _metavariables(text: str) -> Iterator[str]:
    yield from re.findall(r"\$(?:\.\.\.)?([A-Z_][A-Z0-9_]*)", text)


def _is_never(test: str) -> bool:
    """Whether a comparison such as ``10 < N < 1`` holds for no number: what must be below is above."""
    compare = ast.parse(test.strip(), mode="eval").body
    if not isinstance(compare, ast.Compare) or len(compare.ops) != 2:
        return False
    try:
        low, high = ast.literal_eval(compare.left), ast.literal_eval(compare.comparators[1])
        if all(isinstance(item, ast.Gt | ast.GtE) for item in compare.ops):
            low, high = high, low
        elif not all(isinstance(item, ast.Lt | ast.LtE) for item in compare.ops):
            return False
        strict = any(isinstance(item, ast.Lt | ast.Gt) for item in compare.ops)
        return bool(low > high or (strict and low == high))
    except (ValueError, TypeError):
        return False


def _ellipses(pattern: Pattern) -> int:
    """How many ``...`` stand for arguments."""
    return sum(
        (mark := pattern.tree.marks.get(id(argument))) is not None and mark.kind == "ell"
        for item in pattern.tree.body
        for node in ast.walk(item)
        if isinstance(node, ast.Call)
        for argument in (*node.args, *(keyword.value for keyword in node.keywords))
    )


def check(rule: Rule, context: FileContext) -> Iterator[Hit]:
    """The matches of *rule* in a file."""
    body = rule.body
    without = body["without"]
    seen: set[int] = set()
    for text in body["match"]:
        pattern = Pattern.parse(text, without)
        name = required_name(pattern.tree)
        matches = context.matches(rule) if name else None
        if name and not matches:
            continue
        references = {id(match.reference) for match in matches or ()}
        matcher = Matcher(pattern, context)
        excluded = [Matcher(Pattern.parse(other, without), context, matcher.steps) for other in body["not_match"]]
        for node in candidates(pattern.tree, context, matches):
            if id(node) in seen:
                continue
            try:
                found = _first(rule, context, matcher, excluded, node, references if name else None)
            except GaveUp as error:
                yield given_up(rule, str(error), _anchor(context, node)[0])
                break
            if found is not None:
                seen.add(id(node))
                yield _hit(rule, context, pattern, node, found)


def _first(
    rule: Rule,
    context: FileContext,
    matcher: Matcher,
    excluded: Sequence[Matcher],
    node: ast.AST,
    references: set[int] | None,
) -> Bindings | None:
    """The first match at *node* that all conditions of the rule agree to."""
    body = rule.body
    nodes = nodes_of(matcher.tree, required_name(matcher.tree))
    for found in matcher.all(node):
        if references is not None:
            matched = found.matched()
            used = (context.reference(target) for item in nodes if isinstance(target := matched.get(id(item)), ast.AST))
            if not any(id(reference) in references for reference in used):
                continue
        where = {name: said for name, said in body["where"].items() if name in matcher.tree.metavariables}
        if not holds(where, found, context, body["without"], matcher.steps):
            continue
        if any(_excludes(other, node, context, found) for other in excluded):
            return None
        if (rule.inside or rule.not_inside) and not placed(rule, context, node, found):
            return None
        return found
    return None


def _excludes(matcher: Matcher, node: ast.AST, context: FileContext, found: Bindings) -> bool:
    """Whether a ``not_match`` matches just what the match did; a statement also where the match is all in it."""
    if matcher.tree.root is None and isinstance(node, ast.expr):
        statement = context.statement(node)
        return statement is not None and matcher.first(statement, found) is not None
    return matcher.first(node, found) is not None


def _hit(rule: Rule, context: FileContext, pattern: Pattern, node: ast.AST, found: Bindings) -> Hit:
    tree = pattern.tree
    parts = required_name(tree)
    start, end = _anchor(context, node)
    matched = found.matched()
    if tree.bare:
        first = matched.get(id(tree.body[-1].decorator_list[0]))  # type: ignore[attr-defined]
        if isinstance(first, ast.expr):
            start, end = context.span(first)
    focus = found.values.get(rule.body["focus"]) if rule.body["focus"] else None
    if focus is not None and (focus.nodes or focus.word):
        start, end = focus.span(context)
    qualified = _qualified(context, tree, matched, parts)
    values = {
        name: in_short(bound.text(context)) for name, bound in found.values.items() if "{" + name + "}" in rule.message
    }
    values["name"] = ".".join(qualified).removeprefix("builtins.") or in_short(context.source.text[start:end])
    repair: Repair | None = None
    default = "`{name}` is used in a way that is not wanted" if qualified else "`{name}` is not wanted here"
    if rule.body["rewrite"] is not None:
        from platform_lint.patterns.rewriting import rewritten

        template = Pattern.parse(rule.body["rewrite"], rule.body["without"])
        repair, text = rewritten(context, pattern, template, node, found)
        # Where the fix is refused, it is still to be said what should stand there.
        values["to"] = in_short(text if repair.splices else _said(template.tree.text, found, context))
        default = "`{name}`: write `{to}`" if values["to"] else "`{name}` is to be taken out"
    message = rule.filled(values, default)
    return Hit(rule, None, "shape", qualified, start, end, message=message, repair=repair)


def _said(text: str, found: Bindings, context: FileContext) -> str:
    """The rewrite *text* with what its metavariables stand for."""

    def value(match: re.Match[str]) -> str:
        bound = found.values.get(match[1])
        return match.group() if bound is None else bound.text(context)

    return re.sub(r"\$(?:\.\.\.)?([A-Z_][A-Z0-9_]*)", value, text)


def _qualified(
    context: FileContext, tree: Any, matched: Mapping[int, object], parts: tuple[str, ...]
) -> tuple[str, ...]:
    """The qualified name the match was found by, as the file means it."""
    for node in nodes_of(tree, parts):
        target = matched.get(id(node))
        if isinstance(target, ast.AST):
            names = context.names(target)
            return parts if any(name[: len(parts)] == parts for name in names) else names[0] if names else parts
    return ()


def _anchor(context: FileContext, node: ast.AST) -> tuple[int, int]:
    """The offsets of an expression or simple statement, or of the first line of a compound one."""
    start, end = context.span(node)
    if isinstance(node, ast.stmt) and hasattr(node, "body"):
        line = context.source.text.find("\n", start, end)
        if line >= 0:
            end = start + len(context.source.text[start:line].rstrip())
    return start, end
