"""Proving a plan before it is applied: the result parses, and every name in it means what it should.

Every reference of the file is followed to the place where it comes to stand. There it must mean what it meant, or what
the plan says; what a splice names must mean just that. So a fix that captures a name, or loses one, is never made.
"""

from __future__ import annotations

import ast
import builtins
import re
from bisect import bisect_right
from collections.abc import Container, Iterable, Iterator, Mapping

from platform_lint.checking import Analysis
from platform_lint.fixes.groups import Plan
from platform_lint.fixes.splicing import Laid
from platform_lint.imports import TextEdit
from platform_lint.index import Index, Reference, build, candidates_of, parse
from platform_lint.index.references import Use
from platform_lint.scopes import Place, QualifiedName, Scope
from platform_lint.source import Source

# An alias of an alias of an alias is as far as code goes.
_MAX_ALIASES = 5
#: Beyond any offset.
_FAR = 1 << 62
#: Names that every module, or class, has without binding them.
_OF_A_MODULE = frozenset({"__file__", "__path__", "__class__", "__annotations__", "__module__", "__qualname__"})
_IDENTIFIER = re.compile(r"[^\W\d]\w*")


def apply_edits(text: str, edits: Iterable[TextEdit]) -> str:
    """*text* with *edits* made; they must not overlap. Offsets are in code points."""
    pieces: list[str] = []
    at = 0
    for start, end, content in sorted(edits):
        pieces += [text[at:start], content]
        at = end
    pieces.append(text[at:])
    return "".join(pieces)


def problem(analysis: Analysis, made: Plan) -> str:
    """Why the plan may not be applied: the result does not parse, or a name would change its meaning; "" for none."""
    before = analysis.index
    assert before is not None
    if not made.edits:
        return "there is nothing to change"
    source = Source(apply_edits(analysis.source.text, made.edits), analysis.source.encoding)
    try:
        tree = parse(source)
        after = build(
            source,
            tree,
            module=before.module,
            package=analysis.view.package if analysis.view else False,
            follow=analysis.view.follow if analysis.view else None,
            star_exports=analysis.star_exports,
        )
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "the result would not be valid Python"
    if (made.laid or made.rewrites) and not _compiles(tree) and (analysis.tree is None or _compiles(analysis.tree)):
        return "the result would not compile: an `await`, `return` or the like stands where Python does not take it"
    if made.rewrites:
        return _unsettled(before, after, made, ()) or _undefined(before, after, made)
    expected = _with_aliases(before, made.expected)
    places = _Places(made)
    wanted: dict[tuple[int, QualifiedName], list[Reference]] = {}
    cut: list[tuple[int, QualifiedName, Reference]] = []
    for reference in before.references:
        qualified = expected.get(reference, reference.qualified)
        for start, kept in places.of(reference):
            gone = len(reference.ends) - kept
            if gone:
                cut.append((start, qualified[: len(qualified) - gone], reference))
            else:
                wanted.setdefault((start, qualified), []).append(reference)
    found: dict[tuple[int, QualifiedName], list[Reference]] = {}
    meant: dict[int, list[QualifiedName]] = {}
    for reference in after.references:
        found.setdefault((reference.start, reference.qualified), []).append(reference)
        meant.setdefault(reference.start, []).append(reference.qualified)
    for start, qualified, reference in cut:
        # Other attributes may be read from it now, but what is left of it must mean what it did.
        longer = next((name for name in meant.get(start, ()) if name[: len(qualified)] == qualified), qualified)
        wanted.setdefault((start, longer), []).append(reference)
    rewritten = _Spans((laid.start, laid.end) for laid in made.laid)
    for reference in before.references:
        redefined = _is_redefined(reference, before, rewritten)
        if redefined or _is_alias_of(reference, before, rewritten):
            # What it stands for was rewritten, so it may stand for something else now.
            for start, _ in places.of(reference):
                meaning = (start, expected.get(reference, reference.qualified))
                if not redefined or meaning not in found:
                    wanted.pop(meaning, None)
    return (
        _changed(wanted, found)
        or _misnamed(places, wanted, found, meant, after, _Open(before, places) if made.decides else None)
        or _too_early(before, after, wanted, found)
        or _moved_ahead(before, after, places)
        or _unsettled(before, after, made, expected.values())
        or _undefined(before, after, made)
    )


def _undefined(before: Index, after: Index, made: Plan) -> str:
    """Says of a name that the file uses after and binds nowhere, but knew before, or never; ``""`` for none.

    What a splice takes out on purpose is its own affair.
    """
    bound = _bound(before)
    lost = bound.keys() - _bound(after).keys()
    # What a builtin is called is one again: whether that is meant is another question.
    lost = {
        name
        for name in lost
        if not hasattr(builtins, name) and not any(_is_within(before, place, made) for place in bound[name])
    }
    undefined = min((use.chain[0].id for use in after.uses if use.chain[0].id in lost), default="")  # type: ignore[union-attr]
    if undefined:
        return f"`{undefined}` would not be defined any more"
    # What is put in may name something the file never heard of.
    unknown, known = _unknown(after, _bound(after)), _unknown(before, bound)
    if made.rewrites and len(unknown) <= len(known):
        return ""  # A codemod may call what comes from elsewhere by its new name.
    strange = unknown - known - bound.keys()
    return f"`{min(strange)}` would not be defined" if strange else ""


def _unknown(index: Index, bound: Container[str]) -> set[str]:
    """The names that are used and that nothing binds, in no scope, nor Python itself."""
    used = {use.chain[0].id for use in index.uses}  # type: ignore[union-attr]
    return {name for name in used if name not in bound and not hasattr(builtins, name) and name not in _OF_A_MODULE}


def _bound(index: Index) -> dict[str, list[Place]]:
    """Where the names of all scopes are bound that have statements or uses in them."""
    scopes = {id(index.top): index.top}
    for inner in (*(scope for _, _, scope, _ in index.bodies), *(use.scope for use in index.uses)):
        scope: Scope | None = inner
        while scope is not None and id(scope) not in scopes:
            scopes[id(scope)] = scope
            scope = scope.parent
    found: dict[str, list[Place]] = {}
    for known in scopes.values():
        for name, bindings in known.bindings.items():
            found.setdefault(name, []).extend(binding.place for binding in bindings)
    return found


def _is_within(index: Index, place: Place, made: Plan) -> bool:
    if place < (1, 0):
        return False  # A parameter.
    offset = index.source.offset(*place)
    return any(laid.start <= offset <= laid.end for laid in made.laid)


def _compiles(tree: ast.Module) -> bool:
    """Whether the compiler takes what the parser took: it minds where an ``await`` or ``return`` stands."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(tree, "<fixed>", "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


class _Places:
    """Where things come to stand when a plan is applied. Offsets are in code points."""

    def __init__(self, made: Plan) -> None:
        self.edits = sorted(made.edits)
        self.starts = [start for start, _, _ in self.edits]
        self.shifts: list[int] = []
        shift = 0
        for start, end, text in self.edits:
            shift += len(text) - (end - start)
            self.shifts.append(shift)
        self.numbers = {edit: number for number, edit in enumerate(self.edits)}
        self.laid = {(laid.start, laid.end): laid for laid in made.laid}
        self.expected = made.expected

    def moved(self, offset: int) -> int:
        """Where *offset* is afterwards, outside all edits or at the beginning of one."""
        number = bisect_right(self.starts, offset) - 1
        while number >= 0 and self.edits[number][1] > offset:
            number -= 1
        # What is inserted at an offset comes before it.
        return offset + (self.shifts[number] if number >= 0 else 0)

    def _around(self, reference: Reference) -> Laid | None:
        number = bisect_right(self.starts, reference.start) - 1
        while number >= 0:
            start, end, _ = self.edits[number]
            if start <= reference.start < end:
                return self.laid.get((start, end))
            if end < reference.start:
                break
            number -= 1
        return None

    def of(self, reference: Reference) -> Iterator[tuple[int, int]]:
        """Where *reference* stands afterwards: nowhere if it was spliced away, twice if it was quoted twice.

        With each place comes how many of its ends are still there: a splice may replace the attributes read from it.
        """
        laid = self._around(reference)
        if laid is None:
            yield self.moved(reference.start), self._kept(reference)
            return
        base = self.beginning(laid)
        for at, quote in laid.quotes:
            if quote.start <= reference.start and reference.ends[0] <= quote.end:
                kept = sum(end <= quote.end for end in reference.ends)
                yield base + at + reference.start - quote.start, kept

    def _kept(self, reference: Reference) -> int:
        """How many ends of *reference* stand before the first splice in it."""
        number = bisect_right(self.starts, reference.start)
        if number < len(self.edits):
            start, end, _ = self.edits[number]
            if start < reference.ends[-1] and (start, end) in self.laid:
                return sum(place <= start for place in reference.ends)
        return len(reference.ends)

    def beginning(self, laid: Laid) -> int:
        """Where the text of *laid* begins afterwards."""
        number = self.numbers.get((laid.start, laid.end, laid.text))
        if number is None:
            return self.moved(laid.start)  # It puts in what is there.
        return laid.start + (self.shifts[number - 1] if number else 0)

    def inserted(self) -> _Spans:
        """What splices put in, where it comes to stand."""
        bases = ((self.beginning(laid), laid) for laid in self.laid.values())
        return _Spans((base, base + len(laid.text)) for base, laid in bases)


_Placed = Mapping[tuple[int, QualifiedName], list[Reference]]


def _changed(wanted: _Placed, found: _Placed) -> str:
    """A name that would not mean what it should."""
    for (start, qualified), references in wanted.items():
        if len(found.get((start, qualified), ())) < len(references):
            return f"`{'.'.join(qualified)}` would come to mean something else"
    return ""


class _Open:
    """What the uses may mean of *before* that could mean several things, by where they stand afterwards."""

    def __init__(self, before: Index, places: _Places) -> None:
        self.meanings: dict[int, set[QualifiedName]] = {}
        #: The names of those in f-strings: where they stand, this Python does not say.
        self.printed: set[str] = set()
        settled = {id(reference.chain[0]) for reference in before.references if reference.chain}
        for use in before.uses:
            name = use.chain[0]
            if id(name) in settled or use.text_start is not None:
                continue
            assert isinstance(name, ast.Name)
            candidates = candidates_of(name.id, use.scope, use.block, use.place) or ()
            if use.fstring is not None:
                self.printed.update(name.id for binding in candidates if binding.target or binding.value is not None)
                continue
            attributes = tuple(node.attr for node in use.chain[1:] if isinstance(node, ast.Attribute))
            meanings = {(*binding.target, *attributes) for binding in candidates if binding.target is not None}
            if any(binding.value is not None for binding in candidates):
                meanings.add(())  # Whatever it is that an assignment gives it.
            start = before.source.offset(name.lineno, name.col_offset)
            self.meanings.setdefault(places.moved(start), set()).update(meanings)

    def allows(self, start: int, qualified: QualifiedName, references: Iterable[Reference]) -> bool:
        """Whether *references* at *start*, which had no meaning, may come to mean *qualified*."""
        if start in self.meanings and not self.meanings[start].isdisjoint((qualified, ())):
            return True
        return all(use.in_fstring and use.chain and use.chain[0].id in self.printed for use in references)  # type: ignore[union-attr]


class _Spans:
    """Stretches of text that do not overlap."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self.spans = sorted(spans)

    def touch(self, start: int, end: int) -> bool:
        """Whether one of them touches or overlaps what stands between *start* and *end*."""
        number = bisect_right(self.spans, (end, _FAR)) - 1
        return number >= 0 and self.spans[number][1] >= start

    def hold(self, offset: int) -> bool:
        """Whether *offset* lies inside one of them."""
        number = bisect_right(self.spans, (offset, _FAR)) - 1
        return number >= 0 and offset < self.spans[number][1]


def _is_alias_of(reference: Reference, index: Index, spans: _Spans) -> bool:
    """Whether *reference* goes through ``h = …`` whose right side stands in one of *spans*, or at its edge."""
    value = reference.binding.value if reference.binding is not None else None
    if value is None:
        return False
    start = index.source.offset(value.lineno, value.col_offset)
    end = index.source.offset(value.end_lineno or value.lineno, value.end_col_offset or 0)
    return spans.touch(start, end)


def _is_redefined(reference: Reference, index: Index, spans: _Spans) -> bool:
    """Whether *reference* means a class or function whose own statement begins in one of *spans*, or at its edge."""
    binding = reference.binding
    if binding is None or binding.kind != "definition":
        return False
    offset = index.source.offset(*binding.place)
    return spans.touch(offset, offset)


def _misnamed(
    places: _Places,
    wanted: _Placed,
    found: _Placed,
    meant: Mapping[int, list[QualifiedName]],
    after: Index,
    settled: _Open | None,
) -> str:
    """A name that a splice puts in and that would not mean what the rule says, or a name from nowhere.

    *settled* are the meanings that names may come to have which had none.
    """
    for laid in places.laid.values():
        base = places.beginning(laid)
        for at, target, _ in laid.names:
            named = meant.get(base + at, ())
            if not any(qualified[: len(target.qualified)] == target.qualified for qualified in named):
                return f"`{target}` would not mean what it should"
    inserted = places.inserted()
    for (start, qualified), references in found.items():
        if len(wanted.get((start, qualified), ())) < len(references) and not inserted.hold(start):
            if all(_is_alias_of(reference, after, inserted) for reference in references):
                continue
            if settled is not None and settled.allows(start, qualified, references):
                continue
            return f"`{'.'.join(qualified)}` would come to mean something else"
    return ""


def _too_early(before: Index, after: Index, wanted: _Placed, found: _Placed) -> str:
    """A name that might be used before it is bound, and was not."""
    for key, references in found.items():
        old = wanted.get(key, ())
        for number, reference in enumerate(references):
            if not _is_sure(after, reference) and (number >= len(old) or _is_sure(before, old[number])):
                return f"`{'.'.join(reference.qualified)}` might be used before it is imported"
    return ""


def _moved_ahead(before: Index, after: Index, places: _Places) -> str:
    """A name of the file's own that a splice uses before anything binds it: taken out of a function's body, say."""
    inserted = places.inserted()
    # What stays of the text is at the edge of what goes: `f` of `lambda x: f(x)`. Names in texts have no place.
    placed = (use for use in after.uses if use.text_start is None and use.fstring is None)
    ahead = _ahead(use for use in placed if inserted.touch(*_span(after, use)))
    # What nothing bound before comes from elsewhere, by a star import, say.
    new = ahead and (ahead & _bound(before).keys()) - _ahead(before.uses)
    return f"`{min(new)}` would be used before it is bound" if new else ""


def _ahead(uses: Iterable[Use]) -> set[str]:
    """The names of those of *uses* that run before all that binds them, as far as the order of lines tells."""
    found: set[str] = set()
    for use in uses:
        name = use.chain[0]
        if use.text_start is not None or use.fstring is not None or not isinstance(name, ast.Name):
            continue
        loop = use.block.outermost_loop()
        bindings = candidates_of(name.id, use.scope, use.block, use.place) or ()
        if bindings and all(
            binding.place > use.place
            and not (loop is not None and loop.encloses(binding.block))
            and (binding.scope, False) in use.scope.visible()
            for binding in bindings
        ):
            found.add(name.id)
    return found


def _span(index: Index, use: Use) -> tuple[int, int]:
    """Where the name of *use* stands, in code points."""
    name = use.chain[0]
    assert isinstance(name, ast.Name)
    start = index.source.offset(name.lineno, name.col_offset)
    return start, start + len(name.id)


def _unsettled(before: Index, after: Index, made: Plan, expected: Iterable[QualifiedName]) -> str:
    """Whether a name would be left without a meaning."""
    allowed = before.unsettled | {name[0] for name in expected if name}
    for laid in made.laid:
        allowed |= set(_IDENTIFIER.findall(laid.literal()))
        allowed |= {target.qualified[0] for _, target, _ in laid.names}
    rewritten = _Spans((laid.start, laid.end) for laid in made.laid)
    allowed |= {
        reference.binding.name
        for reference in before.references
        if reference.binding is not None
        and (_is_alias_of(reference, before, rewritten) or _is_redefined(reference, before, rewritten))
    }
    return "" if after.unsettled <= allowed else "a name would be left without a meaning"


def _is_sure(index: Index, reference: Reference) -> bool:
    """Whether what *reference* goes through is bound by the time it is used, as far as the order of lines tells."""
    binding = reference.binding
    if binding is None:
        return True
    for scope, deferred in reference.scope.visible():
        if scope is binding.scope:
            return deferred or any(
                other.block.encloses(reference.block) and index.source.offset(*other.place) <= reference.start
                for other in scope.bindings[binding.name]
            )
    return True


def _with_aliases(index: Index, expected: Mapping[Reference, QualifiedName]) -> dict[Reference, QualifiedName]:
    """*expected*, and what follows from it for uses of assignment aliases: after ``h = hashlib`` both move together."""
    found = dict(expected)
    places = {(reference.start, reference.ends[-1]): reference for reference in index.references}
    for _ in range(_MAX_ALIASES):
        known = len(found)
        for reference in index.references:
            binding = reference.binding
            if reference in found or binding is None or binding.value is None or binding.target is None:
                continue
            value = binding.value
            start = index.source.offset(value.lineno, value.col_offset)
            end = index.source.offset(value.end_lineno or value.lineno, value.end_col_offset or 0)
            source = places.get((start, end))
            if source is not None and source in found:
                found[reference] = (*found[source], *reference.qualified[len(binding.target) :])
        if len(found) == known:
            break
    return found
