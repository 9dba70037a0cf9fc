"""The laws of a rule: what holds of every example, of every spelling of it, and of every fix.

An example says what its rule does; the laws say what any rule does. What is flagged stays flagged however it is
imported; a fix parses, is clean, changes nothing the second time, and, if it is safe, keeps every comment.
"""

from __future__ import annotations

import ast
import difflib
import io
import os
import re
import tempfile
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from platform_lint.authoring.respelling import respellings
from platform_lint.authoring.spelling import RuleNames, Spelling, spellings
from platform_lint.catalog import Catalog
from platform_lint.checking import Analysis, analyse
from platform_lint.fixes.fixing import FixResult, fix, offered
from platform_lint.hits import Hit
from platform_lint.index import Index, build
from platform_lint.modules import Modules, ModuleView
from platform_lint.paths import PathPatterns
from platform_lint.rule import NAME_VERBS, Api, Rule
from platform_lint.scopes import QualifiedName
from platform_lint.sieve import Look
from platform_lint.source import Source
from platform_lint.suppressions import read as read_suppressions
from platform_lint.tables import EXAMPLE_PATH, Example

#: A directory that is not there: most examples stand in no project, and see no other file.
_NOWHERE = os.path.join(os.path.abspath(os.sep), "platform-lint-proof")
_MARK = re.compile(r"[ \t]*#[ \t]*(?:hit|(left))[ \t]*$", re.MULTILINE)
_AFTER_HASH = re.compile(r"#[^\r\n]*")


@dataclass(frozen=True, slots=True)
class Failure:
    """A *law* that *rule* breaks, and *where*.

    *code* is what it is broken by, *notes* what is wrong with some of its rows (1-based), *diff* what should be other.
    """

    rule: Rule
    law: str
    where: str
    code: str
    diff: str = ""
    notes: Mapping[int, str] = field(default_factory=dict)


class Trial:
    """One rule on its own: what it finds in a text, and what its fixes make of it.

    What the rule asks of the project (`requires`) and of paths counts as met; :meth:`reaches` tells about the paths.
    *root* is the directory of the project that texts stand in.
    """

    def __init__(self, rule: Rule, apis: Sequence[Api], root: str = _NOWHERE) -> None:
        self.rule = rule
        self.apis = apis
        self.names = RuleNames(rule, apis)
        self.catalog = Catalog([rule], apis)
        self.root = root
        self._modules = Modules((root,))
        self._views: dict[str, ModuleView] = {}
        #: Where the engine declined to fix a spelling, with its reason.
        self.refusals: Counter[tuple[str, str]] = Counter()
        #: How many other spellings were tried.
        self.spellings = 0

    @contextmanager
    def beside(self, files: Mapping[str, str], path: str, text: str) -> Iterator[Trial]:
        """The same trial in a project of other *files*, by path, and *text* at *path*: rules may look into them."""
        if not files:
            yield self
            return
        with tempfile.TemporaryDirectory(prefix="platform-lint-") as directory:
            root = os.path.realpath(directory)
            for name, content in {path: text, **files}.items():
                place = os.path.join(root, *name.split("/"))
                os.makedirs(os.path.dirname(place), exist_ok=True)
                with open(place, "w", encoding="utf-8", newline="") as file:
                    file.write(content)
            inner = Trial(self.rule, self.apis, root)
            inner.refusals = self.refusals
            yield inner
            self.spellings += inner.spellings

    def reaches(self, path: str) -> bool:
        """Whether the rule is in force at *path*, where an example names one."""
        if path == EXAMPLE_PATH:
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

    def fix(self, text: str, path: str, *, unsafe: bool = True) -> FixResult:
        """*text* with every fix that may be applied, the unsafe ones too if *unsafe*."""
        return fix(Source(text), self.catalog, view=self.view(path), suppressed=_suppressed, unsafe=unsafe)

    def view(self, path: str) -> ModuleView:
        """How the file at *path* sees the project."""
        view = self._views.get(path)
        if view is None:
            view = self._views[path] = self._modules.view(os.path.join(self.root, *path.split("/")))
        return view

    def is_fixable(self, hit: Hit) -> bool:
        """Whether the rule says that *hit* is mended, and not only suggested."""
        if hit.name is None or hit.kind == "shape":
            repair = hit.repair
            return repair is not None and "suggest" not in (repair.safety, self.rule.fix)
        return bool(hit.name.to) and "suggest" not in (hit.name.fix or self.rule.fix, self.rule.fix)

    def index(self, text: str, path: str) -> Index:
        """All that the names in *text* mean."""
        view = self.view(path)
        return build(Source(text), ast.parse(text), module=view.module, package=view.package)


def _suppressed(source: Source, hit: Hit) -> bool:
    if "noqa" not in source.text.lower():
        return False
    return read_suppressions(source.text).covers(source.row(hit.start), hit.rule.code)


# The laws of examples


def example_laws(trial: Trial, example: Example, where: str) -> Iterator[Failure]:
    """What of *example*, called *where*, does not hold."""
    kind, text = ("ok", example.ok) if example.ok is not None else ("bad", example.bad or "")
    text, marked = unmarked(text) if kind == "bad" else (text, frozenset[int]())
    for name, content in ((kind, text), *((name, content) for name, content in example.files.items())):
        problem = _syntax_problem(content) if name == kind or name.endswith((".py", ".pyi")) else ""
        if problem:
            yield Failure(trial.rule, f"`{name}` is not Python: {problem}", where, content)
            return
    with trial.beside(example.files, example.path, text) as beside:
        package = _missing_package(beside, example)
        if package:
            law = f"an example of layers stands in a package: there is no `{package}` among its files"
            yield Failure(trial.rule, law, where, text)
            return
        broken = next((hit for hit in beside.hits(text, example.path) if hit.kind == "engine"), None)
        if broken is not None:
            # A rule in Python raised: what it would have found, nobody knows.
            yield Failure(trial.rule, f"the rule runs to its end: {broken.message}", where, text)
        elif kind == "ok":
            yield from _ok_laws(beside, example.path, text, where)
        else:
            yield from _flagged_laws(beside, example, text, marked, where)


def _missing_package(trial: Trial, example: Example) -> str:
    """The ``__init__.py`` without which *example* is no module of a layer; ``""`` where none is missing."""
    if trial.rule.verb != "layers":
        return ""
    body = trial.rule.body
    names = [name for _, parts in body["layers"] for name, _ in parts]
    names += [*body["independent"], *(name for _, allowed in body["reserved"] for name in allowed)]
    tops = {name.partition(".")[0] for name in names}
    folders = example.path.split("/")[:-1]
    for number, folder in enumerate(folders, 1):
        file = "/".join((*folders[:number], "__init__.py"))
        if folder in tops:
            module = trial.view(example.path).module or ("",)
            return file if module[0] not in tops else ""
    return ""


def unmarked(text: str) -> tuple[str, frozenset[int]]:
    """*text* without its ``# hit`` and ``# left`` marks, and the rows they are on."""
    rows = frozenset(number for number, line in enumerate(text.split("\n"), 1) if _MARK.search(line))
    return _MARK.sub("", text), rows


def _left(good: str) -> frozenset[int]:
    """The rows of *good* that end in ``# left``: they are reported still."""
    lines = enumerate(good.split("\n"), 1)
    return frozenset(number for number, line in lines if (mark := _MARK.search(line)) and mark[1])


def _ok_laws(trial: Trial, path: str, ok: str, where: str) -> Iterator[Failure]:
    hits = trial.hits(ok, path) if trial.reaches(path) else []
    if hits:
        law = f"`ok` is silent, but was reported {_at_rows(ok, hits)}"
        yield Failure(trial.rule, law, where, ok, notes=_notes(ok, frozenset(), hits))


def _flagged_laws(trial: Trial, example: Example, bad: str, marked: frozenset[int], where: str) -> Iterator[Failure]:
    path = example.path
    good = None if example.good is None else unmarked(example.good)[0]
    yield from _bad_laws(trial, path, bad, marked, where)
    yield from _good_laws(trial, path, bad, good, _left(example.good or ""), where)
    if not trial.reaches(path):
        return
    if good is not None:
        yield from _comment_laws(trial, path, bad, where)
    analysis = trial.analyse(bad, path, complete=True)
    if analysis.index is None:
        return
    for spelling in respellings(analysis, trial.names, path):
        if spelling.text != bad:
            trial.spellings += 1
            yield from _spelling_laws(trial, spelling, f"{where}, {spelling.label}")


def _bad_laws(trial: Trial, path: str, bad: str, marked: frozenset[int], where: str) -> Iterator[Failure]:
    hits = trial.hits(bad, path)
    if not trial.reaches(path):
        yield Failure(trial.rule, f"`bad` is reported, but the rule is not in force in {path}", where, bad)
    elif not hits:
        yield Failure(trial.rule, "`bad` is reported, but was not", where, bad)
    elif marked and _rows(bad, hits) != marked:
        law = f"`# hit` marks what is reported: marked {_spoken(marked)}, reported {_at_rows(bad, hits)}"
        yield Failure(trial.rule, law, where, bad, notes=_notes(bad, marked, hits))


def _good_laws(
    trial: Trial, path: str, bad: str, good: str | None, left: frozenset[int], where: str
) -> Iterator[Failure]:
    """What fixes make of *bad*: *good*, to the byte, in which the rows *left* are reported still."""
    if not trial.reaches(path):
        return
    result = trial.fix(bad, path)
    if good is None:
        if result.text != bad:
            diff = _diff(bad, result.text, "bad", "fixed")
            yield Failure(trial.rule, "an example that is fixed says into what: `good` is missing", where, bad, diff)
        return
    if result.text != good:
        diff = _diff(good, result.text, "good: expected", "fixed: got")
        law = f"`good` is reached{_because(trial, result.text, path)}"
        yield Failure(trial.rule, law, where, bad, diff)
        return
    hits = trial.hits(good, path)
    if _rows(good, hits) != left:
        law = f"`good` is clean, but was reported {_at_rows(good, hits)}"
        if left:
            law = f"`# left` marks what is not fixed: marked {_spoken(left)}, reported {_at_rows(good, hits)}"
        yield Failure(trial.rule, law, where, good, notes=_notes(good, left, hits))
    yield from _fix_laws(trial, bad, path, [], result, where)
    with_crlf = trial.fix(bad.replace("\n", "\r\n"), path).text
    if with_crlf != good.replace("\n", "\r\n"):
        diff = _diff(good.replace("\n", "\r\n"), with_crlf, "good: expected", "fixed: got")
        yield Failure(trial.rule, "`good` is reached with CRLF line ends as well", where, bad, diff)


def _because(trial: Trial, text: str, path: str) -> str:
    """Why the fixes of *text* were declined, if they were."""
    reasons = dict.fromkeys(reason for reason, _ in _declined(trial, text, path) if reason)
    return f"; not fixed: {', '.join(reasons)}" if reasons else ""


def _comment_laws(trial: Trial, path: str, bad: str, where: str) -> Iterator[Failure]:
    """*bad* with a comment on every line: what is reported stays, a fix parses, and a safe one keeps them all."""
    text = _commented(bad)
    if text == bad:
        return
    trial.spellings += 1
    where = f"{where}, with a comment on every line"
    before, after = trial.hits(bad, path), trial.hits(text, path)
    if _rows(bad, before) != _rows(text, after):
        law = f"comments change nothing: expected {_at_rows(bad, before)}, reported {_at_rows(text, after)}"
        yield Failure(trial.rule, law, where, text, notes=_notes(text, _rows(bad, before), after))
    else:
        yield from _fix_laws(trial, text, path, after, None, where)


def _commented(text: str) -> str:
    """*text* with a comment at the end of every line that can have one."""
    lines = text.split("\n")
    taken: set[int] = set()
    ends: set[int] = set()
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type in (tokenize.NEWLINE, tokenize.NL) and token.line.strip():
                ends.add(token.start[0])
            elif token.type == tokenize.COMMENT:
                taken.add(token.start[0])
    except (tokenize.TokenError, SyntaxError):
        return text
    return "\n".join(
        f"{line}  # comment {row}" if row in ends - taken and line.strip() else line
        for row, line in enumerate(lines, 1)
    )


# The laws of spellings


def name_laws(trial: Trial) -> Iterator[Failure]:
    """Each name of a rule about names in every spelling there is."""
    rule = trial.rule
    if rule.verb not in NAME_VERBS or rule.inside or rule.not_inside:
        return  # What stands around a spelling, only an example can say.
    for number in range(len(rule.names)):
        dotted = ".".join(trial.names.concrete[number])
        for spelling in spellings(trial.names, number):
            trial.spellings += 1
            yield from _spelling_laws(trial, spelling, f"{dotted} as {spelling.label}")


def _spelling_laws(trial: Trial, spelling: Spelling, where: str) -> Iterator[Failure]:
    hits = trial.hits(spelling.text, spelling.path)
    failure = _misreported(trial, spelling, hits, where)
    if failure is not None:
        yield failure
    elif not spelling.fixable:
        fixed = trial.fix(spelling.text, spelling.path).text
        if fixed != spelling.text:
            diff = _diff(spelling.text, fixed, "before", "fixed")
            yield Failure(trial.rule, "what may be mere text is not rewritten", where, spelling.text, diff)
    elif any(trial.is_fixable(hit) for hit in hits):
        yield from _fix_laws(trial, spelling.text, spelling.path, hits, None, where, spelling.target)


def _misreported(trial: Trial, spelling: Spelling, hits: Sequence[Hit], where: str) -> Failure | None:
    """What of *hits* is other than *spelling* says."""
    text = spelling.text
    reported = _at_rows(text, hits)
    if spelling.rows is not None:
        if _rows(text, hits) == spelling.rows:
            return None
        law = f"a name is reported however it is spelled: expected {_spoken(spelling.rows)}, reported {reported}"
        if not spelling.rows:
            law = f"a spelling that means something else is silent, but was reported {reported}"
        return Failure(trial.rule, law, where, text, notes=_notes(text, spelling.rows, hits))
    if spelling.quiet_from is not None:
        late = [hit for hit in hits if Source(text).row(hit.start) >= (spelling.quiet_from or 0)]
        if not late:
            return None
        law = f"a name hidden by another is silent, but was reported {_at_rows(text, late)}"
        return Failure(trial.rule, law, where, text, notes=_notes(text, frozenset(), late))
    if spelling.matched is not None:
        found = tuple(sorted(hit.matched for hit in hits))
        if found == spelling.matched:
            return None
        law = (
            "as much is reported however names are spelled:"
            f" expected {_named(spelling.matched)}, reported {_named(found)} ({reported})"
        )
        return Failure(trial.rule, law, where, text, notes=_notes(text, _rows(text, hits), hits, "reported"))
    missed = spelling.names - {hit.matched for hit in hits}
    if not missed:
        return None
    law = f"a name is reported however it is spelled: expected {_named(sorted(missed))}, reported {reported}"
    return Failure(trial.rule, law, where, text)


def _named(names: Iterable[QualifiedName]) -> str:
    """*names* with how often each is there."""
    shown = [
        (f"`{'.'.join(name)}`" if name else "a hit of no name") + (f" ×{count}" if count > 1 else "")
        for name, count in Counter(names).items()
    ]
    return ", ".join(shown) or "nothing"


def _fix_laws(
    trial: Trial,
    text: str,
    path: str,
    hits: Sequence[Hit],
    result: FixResult | None,
    where: str,
    target: QualifiedName = (),
) -> Iterator[Failure]:
    """The first law that a fix of *text* breaks."""
    result = result or trial.fix(text, path)
    law = _broken_by_fix(trial, text, path, hits, result, where, target)
    if law:
        yield Failure(trial.rule, law, where, text, _diff(text, result.text, "before", "fixed"))


def _broken_by_fix(
    trial: Trial, text: str, path: str, hits: Sequence[Hit], result: FixResult, where: str, target: QualifiedName
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
    if trial.rule.verb == "flag":
        return _broken_names(trial.index(fixed, path), ())  # What goes takes its comments with it.
    # An unsafe fix may drop a comment, and says so.
    lost = _lost_comments(text, fixed) and _lost_comments(text, trial.fix(text, path, unsafe=False).text)
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


def _declined(trial: Trial, text: str, path: str) -> list[tuple[str, bool]]:
    """The fixes offered for *text*: why each is not applied, and whether it could be."""
    analysis = trial.analyse(text, path, complete=True)
    if analysis.index is None:
        return []
    return [
        (offer.reason, offer.safety != "suggest" and hit.kind != "string")
        for hit, offer in offered(analysis).items()
        if hit.rule is trial.rule and (trial.is_fixable(hit) or hit.kind == "shape")
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


def _notes(text: str, expected: frozenset[int], hits: Iterable[Hit], both: str = "") -> dict[int, str]:
    """What is wrong with rows of *text*; *both* is said of those that are right."""
    found = _rows(text, hits)
    notes = dict.fromkeys(expected & found, both) if both else {}
    return {
        **notes,
        **dict.fromkeys(expected - found, "expected, not reported"),
        **dict.fromkeys(found - expected, "reported, not expected"),
    }


def _spoken(rows: Iterable[int]) -> str:
    numbers = [str(row) for row in sorted(rows)]
    if not numbers:
        return "nothing"
    return f"line{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}"


def _diff(before: str, after: str, before_name: str, after_name: str) -> str:
    """A unified diff in which carets stand where a line that was changed begins to differ."""
    found: list[str] = []
    old: list[str] = []
    new: list[str] = []

    def flush() -> None:
        found.extend(f"-{line}" for line in old)
        for number, line in enumerate(new):
            found.append(f"+{line}")
            if len(old) == len(new) == 1 and old[number].strip() and line.strip():
                same = _shared(old[number], line)
                tail = _shared(old[number][same:][::-1], line[same:][::-1])
                found.append("?" + " " * same + "^" * max(1, len(line) - same - tail))
        old.clear()
        new.clear()

    lines = difflib.unified_diff(
        before.replace("\r", "␍").split("\n"),
        after.replace("\r", "␍").split("\n"),
        before_name,
        after_name,
        lineterm="",
    )
    for line in lines:
        if line.startswith("-") and not line.startswith("--- "):
            if new:
                flush()
            old.append(line[1:])
        elif line.startswith("+") and not line.startswith("+++ "):
            new.append(line[1:])
        else:
            flush()
            found.append(line)
    flush()
    return "\n".join(found).rstrip()


def _shared(one: str, other: str) -> int:
    """How many characters two texts begin with in common."""
    return next(
        (number for number, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
