"""Proving packs: every example of every rule held against the laws, and every name in every spelling.

:func:`prove` is the whole of it. An example says what a rule does; the laws say what any rule does: what is flagged
stays flagged however it is imported, a fix parses, is clean and changes nothing the second time, and keeps every
comment.
"""

from __future__ import annotations

import ast
import difflib
import io
import os
import re
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from platform_lint.catalog import Catalog
from platform_lint.checking import Analysis, analyse
from platform_lint.fixing import FixResult, fix, offered
from platform_lint.hits import Hit
from platform_lint.index import Index, build
from platform_lint.modules import Modules, ModuleView
from platform_lint.packs import PackError, read_pack
from platform_lint.paths import PathPatterns
from platform_lint.profiles import Profile, UsageError
from platform_lint.reports.escaping import visible
from platform_lint.respelling import respellings
from platform_lint.rule import Name, Rule
from platform_lint.scopes import QualifiedName
from platform_lint.selection import SelectionError, check_selector, covers
from platform_lint.sieve import Look
from platform_lint.source import Source
from platform_lint.spelling import RuleNames, Spelling, spellings
from platform_lint.suppressions import read as read_suppressions
from platform_lint.tables import Example

#: A directory that is not there: examples stand in no project, and see no other file.
_ROOT = os.path.join(os.path.abspath(os.sep), "platform-lint-proof")
_DEFAULT_PATH = "example.py"
_MARK = re.compile(r"[ \t]*#[ \t]*hit[ \t]*$", re.MULTILINE)
_AFTER_HASH = re.compile(r"#[^\r\n]*")
#: Failures of one rule under one law that are shown in full.
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Proof:
    """What proving came to: the report, and how many laws were found broken."""

    text: str
    failures: int


@dataclass(frozen=True, slots=True)
class _Failure:
    rule: Rule
    law: str
    where: str
    code: str
    diff: str = ""


@dataclass(slots=True)
class _Tally:
    """What was looked at, and what came of it."""

    rules: int = 0
    examples: int = 0
    spellings: int = 0
    failures: list[_Failure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def prove(profile: Profile, paths: Sequence[str], codes: Sequence[str], *, verbose: bool) -> Proof:
    """Prove the rules known under *profile*: those of the packs at *paths* and those *codes* select, all where both
    are empty.

    *codes* are codes, prefixes and names. *verbose* names what holds, and says where the engine declines to fix a
    spelling. Raises UsageError where something is asked for that is not there.
    """
    rules = _chosen(profile, paths, codes)
    examples = _examples(rules)
    tally = _Tally()
    for rule in rules:
        _prove_rule(rule, profile, examples[rule.code], tally, verbose)
    return Proof(_text(tally), len(tally.failures))


def _chosen(profile: Profile, paths: Sequence[str], codes: Sequence[str]) -> list[Rule]:
    rules = [rule for rule in profile.rules if rule.verb != "engine"]
    if not paths and not codes:
        return rules
    for code in codes:
        if "/" in code or os.sep in code or code.endswith(".toml"):
            raise UsageError(f"{code}: no such file or folder of rules")
        try:
            check_selector(rules, code)
        except SelectionError as error:
            if any(covers((code,), rule) for rule in profile.rules):
                raise UsageError(f"{code} is the engine's own: it has no examples, the tests prove it") from None
            raise UsageError(str(error)) from None
    places = [os.path.abspath(path) for path in paths]
    return [rule for rule in rules if covers(codes, rule) or any(_is_below(_file_of(rule), place) for place in places)]


def _file_of(rule: Rule) -> str:
    return rule.origin.rpartition(":")[0]


def _is_below(path: str, place: str) -> bool:
    return path == place or path.startswith(place.rstrip(os.sep) + os.sep)


def _examples(rules: Iterable[Rule]) -> dict[str, list[Example]]:
    """The examples of *rules* by code; each pack is read once."""
    found: dict[str, list[Example]] = {}
    for file in dict.fromkeys(_file_of(rule) for rule in rules):
        try:
            found.update(read_pack(Path(file), builtin=True).examples)
        except PackError as error:
            raise UsageError(str(error)) from None
    return found


def _prove_rule(rule: Rule, profile: Profile, examples: Sequence[Example], tally: _Tally, verbose: bool) -> None:
    trial = _Trial(rule, profile)
    tally.rules += 1
    before = len(tally.failures)
    if not examples:
        tally.failures.append(_Failure(rule, "it has no example", "", ""))
    for number, example in enumerate(examples, 1):
        tally.examples += 1
        failed = list(_example_laws(trial, example, f"example {number}", tally))
        tally.failures += failed
        if verbose and not failed:
            tally.notes.append(f"{rule.code} {rule.name}: example {number} holds")
    tally.failures += _name_laws(trial, tally)
    if verbose:
        if len(tally.failures) == before:
            tally.notes.append(f"{rule.code} {rule.name}: holds")
        for (where, reason), count in trial.refusals.items():
            more = f" ({count} times)" if count > 1 else ""
            tally.notes.append(f"{rule.code} {rule.name}: not fixed, {where}: {reason}{more}")


class _Trial:
    """One rule on its own: what it finds in a text, and what its fixes make of it.

    What the rule asks of the project (`requires`) and of paths counts as met; :meth:`reaches` tells about the paths.
    """

    def __init__(self, rule: Rule, profile: Profile) -> None:
        self.rule = rule
        self.names = RuleNames(rule, profile.apis)
        self.catalog = Catalog([rule], profile.apis)
        self._modules = Modules((_ROOT,))
        self._views: dict[str, ModuleView] = {}
        #: Where the engine declined to fix a spelling, with its reason.
        self.refusals: Counter[tuple[str, str]] = Counter()

    def reaches(self, path: str) -> bool:
        """Whether the rule is in force at *path*, where an example names one."""
        if path == _DEFAULT_PATH:
            return True
        only_in = PathPatterns(self.rule.only_in)
        return (not only_in or only_in.match(path)) and not PathPatterns(self.rule.except_in).match(path)

    def analyse(self, text: str, path: str, *, complete: bool = False) -> Analysis:
        """What is known of *text* at *path*."""
        data, view, sieve = text.encode(), self.view(path), self.catalog.sieve
        # In two steps, as the doors do, so that what they would miss is missed here.
        numbers = sieve.may_hold(data)
        look = None if numbers is None else sieve.look(data, view, numbers)
        return analyse(Source(text), self.catalog, look or Look(), view=view, complete=complete)

    def hits(self, text: str, path: str) -> list[Hit]:
        """What breaks the rule in *text* at *path*, in order."""
        hits = [hit for hit in self.analyse(text, path).hits if hit.rule is self.rule]
        if "noqa" not in text.lower():
            return hits
        source, suppressions = Source(text), read_suppressions(text)
        return [hit for hit in hits if not suppressions.covers(source.row(hit.start), self.rule.code)]

    def fix(self, text: str, path: str) -> FixResult:
        """*text* with every fix that may be applied, the unsafe ones too."""
        return fix(Source(text), self.catalog, view=self.view(path), suppressed=_suppressed, unsafe=True)

    def view(self, path: str) -> ModuleView:
        """How the file at *path* sees the project: it is alone in it."""
        view = self._views.get(path)
        if view is None:
            view = self._views[path] = self._modules.view(os.path.join(_ROOT, *path.split("/")))
        return view

    def is_fixable(self, name: Name | None) -> bool:
        """Whether the rule says that *name* is replaced, and not only suggested."""
        return name is not None and bool(name.to) and "suggest" not in (name.fix or self.rule.fix, self.rule.fix)

    def index(self, text: str, path: str) -> Index:
        """All that the names in *text* mean."""
        view = self.view(path)
        return build(Source(text), ast.parse(text), module=view.module, package=view.package)


def _suppressed(source: Source, hit: Hit) -> bool:
    if "noqa" not in source.text.lower():
        return False
    return read_suppressions(source.text).covers(source.row(hit.start), hit.rule.code)


# The laws of examples


def _example_laws(trial: _Trial, example: Example, where: str, tally: _Tally) -> Iterator[_Failure]:
    if example.ok is not None:
        yield from _ok_laws(trial, example, example.ok, where)
        return
    assert example.bad is not None
    bad, marked = _unmarked(example.bad)
    good = None if example.good is None else _unmarked(example.good)[0]
    problem = _syntax_problem(bad)
    if problem:
        yield _Failure(trial.rule, f"`bad` is not Python: {problem}", where, bad)
        return
    yield from _bad_laws(trial, example.path, bad, marked, where)
    yield from _good_laws(trial, example.path, bad, good, where)
    if trial.reaches(example.path):
        analysis = trial.analyse(bad, example.path, complete=True)
        for spelling in respellings(analysis, trial.names, example.path):
            if spelling.text == bad:
                continue
            tally.spellings += 1
            yield from _spelling_laws(trial, spelling, f"{where}, {spelling.label}")


def _unmarked(text: str) -> tuple[str, frozenset[int]]:
    """*text* without its ``# hit`` marks, and the rows they are on."""
    rows = frozenset(number for number, line in enumerate(text.split("\n"), 1) if _MARK.search(line))
    return _MARK.sub("", text), rows


def _ok_laws(trial: _Trial, example: Example, ok: str, where: str) -> Iterator[_Failure]:
    problem = _syntax_problem(ok)
    if problem:
        yield _Failure(trial.rule, f"`ok` is not Python: {problem}", where, ok)
        return
    hits = trial.hits(ok, example.path) if trial.reaches(example.path) else []
    if hits:
        yield _Failure(trial.rule, f"`ok` is silent, but was reported {_at_rows(ok, hits)}", where, ok)


def _bad_laws(trial: _Trial, path: str, bad: str, marked: frozenset[int], where: str) -> Iterator[_Failure]:
    hits = trial.hits(bad, path)
    if not trial.reaches(path):
        yield _Failure(trial.rule, f"`bad` is reported, but the rule is not in force in {path}", where, bad)
    elif not hits:
        yield _Failure(trial.rule, "`bad` is reported, but was not", where, bad)
    elif marked and _rows(bad, hits) != marked:
        law = f"`# hit` marks what is reported: marked {_spoken(marked)}, reported {_at_rows(bad, hits)}"
        yield _Failure(trial.rule, law, where, bad)


def _good_laws(trial: _Trial, path: str, bad: str, good: str | None, where: str) -> Iterator[_Failure]:
    """What fixes make of *bad*: *good*, to the byte."""
    if not trial.reaches(path):
        return
    result = trial.fix(bad, path)
    if good is None:
        if result.text != bad:
            diff = _diff(bad, result.text, "bad", "fixed")
            yield _Failure(trial.rule, "an example that is fixed says into what: `good` is missing", where, bad, diff)
        return
    if result.text != good:
        diff = _diff(good, result.text, "good", "fixed")
        law = f"`good` is reached{_because(trial, result.text, path)}"
        yield _Failure(trial.rule, law, where, bad, diff)
        return
    hits = trial.hits(good, path)
    if hits:
        yield _Failure(trial.rule, f"`good` is clean, but was reported {_at_rows(good, hits)}", where, good)
    yield from _fix_laws(trial, bad, path, [], result, where)
    with_crlf = trial.fix(bad.replace("\n", "\r\n"), path).text
    if with_crlf != good.replace("\n", "\r\n"):
        diff = _diff(good.replace("\n", "\r\n"), with_crlf, "good", "fixed")
        yield _Failure(trial.rule, "`good` is reached with CRLF line ends as well", where, bad, diff)


def _because(trial: _Trial, text: str, path: str) -> str:
    """Why the fixes of *text* were declined, if they were."""
    reasons = dict.fromkeys(reason for reason, _ in _declined(trial, text, path) if reason)
    return f"; not fixed: {', '.join(reasons)}" if reasons else ""


# The laws of spellings


def _name_laws(trial: _Trial, tally: _Tally) -> Iterator[_Failure]:
    """Each name of the rule in every spelling there is."""
    for number in range(len(trial.rule.names)):
        dotted = ".".join(trial.names.concrete[number])
        for spelling in spellings(trial.names, number):
            tally.spellings += 1
            yield from _spelling_laws(trial, spelling, f"{dotted} as {spelling.label}")


def _spelling_laws(trial: _Trial, spelling: Spelling, where: str) -> Iterator[_Failure]:
    hits = trial.hits(spelling.text, spelling.path)
    rows = _rows(spelling.text, hits)
    if spelling.rows is not None:
        if rows != spelling.rows:
            reported = _at_rows(spelling.text, hits)
            law = f"a name is reported however it is spelled: expected {_spoken(spelling.rows)}, reported {reported}"
            if not spelling.rows:
                law = f"a spelling that means something else is silent, but was reported {reported}"
            yield _Failure(trial.rule, law, where, spelling.text)
            return
    elif spelling.quiet_from is not None:
        late = [hit for hit in hits if Source(spelling.text).row(hit.start) >= spelling.quiet_from]
        if late:
            law = f"a name hidden by another is silent, but was reported {_at_rows(spelling.text, late)}"
            yield _Failure(trial.rule, law, where, spelling.text)
            return
    else:
        missed = spelling.names - {hit.matched for hit in hits}
        if missed:
            names = ", ".join(sorted(f"`{'.'.join(name)}`" for name in missed))
            law = (
                f"a name is reported however it is spelled: expected {names}, reported {_at_rows(spelling.text, hits)}"
            )
            yield _Failure(trial.rule, law, where, spelling.text)
            return
    if not spelling.fixable:
        fixed = trial.fix(spelling.text, spelling.path).text
        if fixed != spelling.text:
            diff = _diff(spelling.text, fixed, "before", "fixed")
            yield _Failure(trial.rule, "what may be mere text is not rewritten", where, spelling.text, diff)
    elif any(trial.is_fixable(hit.name) for hit in hits):
        yield from _fix_laws(trial, spelling.text, spelling.path, hits, None, where, spelling.target)


def _fix_laws(
    trial: _Trial,
    text: str,
    path: str,
    hits: Sequence[Hit],
    result: FixResult | None,
    where: str,
    target: QualifiedName = (),
) -> Iterator[_Failure]:
    """The first law that a fix of *text* breaks."""
    result = result or trial.fix(text, path)
    law = _broken_by_fix(trial, text, path, hits, result, where, target)
    if law:
        yield _Failure(trial.rule, law, where, text, _diff(text, result.text, "before", "fixed"))


def _broken_by_fix(
    trial: _Trial, text: str, path: str, hits: Sequence[Hit], result: FixResult, where: str, target: QualifiedName
) -> str:
    fixed = result.text
    if result.failures:
        return f"fixes come to an end: {result.failures[0]}"
    problem = _syntax_problem(fixed)
    if problem:
        return f"a fixed text is Python: {problem}"
    left = trial.hits(fixed, path)
    fresh = {hit.matched for hit in left} - {hit.matched for hit in hits}
    if hits and fresh:
        return f"a fix brings nothing new that is reported: {', '.join(sorted('.'.join(name) for name in fresh))}"
    for reason, applicable in _declined(trial, fixed, path) if left else ():
        if applicable:
            return "a fixed text is clean, but a fix is still to be applied"
        if reason:
            trial.refusals[_kind_of(where), reason] += 1
    if trial.fix(fixed, path).text != fixed:
        return "a second fix changes nothing"
    lost = _lost_comments(text, fixed)
    if lost:
        return f"a fix keeps every comment: lost {', '.join(lost)}"
    return _broken_names(trial.index(fixed, path), () if left or fixed == text else target)


def _broken_names(index: Index, target: QualifiedName) -> str:
    """Whether a fixed file does not mention *target*, or lists in ``__all__`` what it lacks."""
    if not index.exported <= index.top.bindings.keys():
        return "a fix keeps what `__all__` lists"
    meant = [reference.qualified for reference in index.references]
    meant += [binding.target for binding in index.imports if binding.target is not None]
    if target and not any(qualified[: len(target)] == target for qualified in meant):
        return f"a fixed text uses the replacement: there is no `{'.'.join(target)}`"
    return ""


def _kind_of(where: str) -> str:
    return where.partition(" as ")[2] or where


def _declined(trial: _Trial, text: str, path: str) -> list[tuple[str, bool]]:
    """The fixes offered for *text*: why each is not applied, and whether it could be."""
    analysis = trial.analyse(text, path, complete=True)
    if analysis.index is None:
        return []
    return [
        (offer.reason, offer.safety != "suggest" and hit.kind != "string")
        for hit, offer in offered(analysis).items()
        if hit.rule is trial.rule and trial.is_fixable(hit.name)
    ]


# Texts


def _syntax_problem(text: str) -> str:
    """Why this Python cannot parse *text*, ``""`` where it can."""
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (SyntaxError, ValueError) as error:
        return str(error)
    return ""


def _lost_comments(before: str, after: str) -> list[str]:
    """The comments of *before* that *after* does not have."""
    if Counter(_AFTER_HASH.findall(before)) <= Counter(_AFTER_HASH.findall(after)):
        return []  # The cheap look suffices nearly always.
    return sorted(_comments(before) - _comments(after))


def _comments(text: str) -> Counter[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return Counter(token.string for token in tokens if token.type == tokenize.COMMENT)


def _rows(text: str, hits: Iterable[Hit]) -> frozenset[int]:
    source = Source(text)
    return frozenset(source.row(hit.start) for hit in hits)


def _at_rows(text: str, hits: Iterable[Hit]) -> str:
    return _spoken(_rows(text, hits))


def _spoken(rows: Iterable[int]) -> str:
    numbers = [str(row) for row in sorted(rows)]
    if not numbers:
        return "nothing"
    return f"line{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}"


def _diff(before: str, after: str, before_name: str, after_name: str) -> str:
    lines = difflib.unified_diff(
        before.replace("\r", "␍").split("\n"),
        after.replace("\r", "␍").split("\n"),
        before_name,
        after_name,
        lineterm="",
    )
    return "\n".join(lines)


# The report


def _text(tally: _Tally) -> str:
    blocks = [*tally.notes]
    if tally.notes:
        blocks.append("")
    shown: Counter[tuple[str, str]] = Counter()
    for failure in tally.failures:
        kind = (failure.rule.code, _law_kind(failure.law))
        shown[kind] += 1
        if shown[kind] <= _SHOWN:
            blocks.append(_block(failure))
    for (code, law), count in shown.items():
        if count > _SHOWN:
            blocks.append(f"{code}: {count - _SHOWN:,} more of the same kind: {visible(law)}\n")
    counts = (_count(tally.rules, "rule"), _count(tally.examples, "example"), _count(tally.spellings, "spelling"))
    outcome = _count(len(tally.failures), "failure") if tally.failures else "all hold"
    return "\n".join([*blocks, f"{', '.join(counts)}: {outcome}.", ""])


def _law_kind(law: str) -> str:
    """*law* without what differs from case to case."""
    return re.sub(r"`[\w.]+`|\d+(?:, \d+)*|[:;] .*", "…", law)


def _block(failure: _Failure) -> str:
    rule = failure.rule
    path, _, line = rule.origin.rpartition(":")
    lines = [visible(f"{rule.code} {rule.name} ({_shown_path(path)}:{line})"), f"  law: {visible(failure.law)}"]
    if failure.where:
        lines.append(f"  in: {visible(failure.where)}")
    for title, text in (("code", failure.code), ("diff", failure.diff)):
        if text.strip():
            lines.append(f"  {title}:")
            lines += [f"    {visible(line, keep=chr(9))}".rstrip() for line in text.strip("\n").split("\n")]
    return "\n".join([*lines, ""])


def _shown_path(path: str) -> str:
    inside = os.path.relpath(path) if path.startswith(os.getcwd() + os.sep) else path
    return inside.replace(os.sep, "/")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
