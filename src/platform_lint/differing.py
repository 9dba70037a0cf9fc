"""Two texts as the few tokens that differ: what a change leaves as it is keeps its layout and its comments."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from platform_lint.tokens import TOKEN
from platform_lint.trees import Change

_MAX_COMPARED = 4_000_000
_NEWLINE = re.compile(r"\r\n?|\n")
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")


def changed(text: str, start: int, end: int, new: str) -> list[Change]:
    """The changes that make *new* of what stands between two offsets of *text*: whole tokens, and as few as may be.

    A line that stays ends as it did, whatever *new* has there.
    """
    old = text[start:end]
    if old == new:
        return []
    old_tokens, new_tokens = TOKEN.findall(old), TOKEN.findall(new)
    old_keys, new_keys = _keys(old_tokens), _keys(new_tokens)
    most = min(len(old_keys), len(new_keys))
    head = 0
    while head < most and old_keys[head] == new_keys[head]:
        head += 1
    tail = 0
    while tail < most - head and old_keys[len(old_keys) - 1 - tail] == new_keys[len(new_keys) - 1 - tail]:
        tail += 1
    start += sum(map(len, old_tokens[:head]))
    old_tokens, new_tokens = old_tokens[head : len(old_tokens) - tail], new_tokens[head : len(new_tokens) - tail]
    old, new = "".join(old_tokens), "".join(new_tokens)
    if _NEWLINE.search(old) and _NEWLINE.search(new):
        return list(_by_lines(start, old, new))
    return list(_merged(start, old_tokens, new_tokens))


def _keys(tokens: Sequence[str]) -> Sequence[str]:
    """What *tokens* are compared by: how a line ends makes no difference."""
    return [_NEWLINE.sub("\n", token) if "\r" in token else token for token in tokens]


def _merged(at: int, old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    """The stretches that differ; what they share of blanks and single characters does not part them."""
    places = [at]
    for token in old:
        places.append(places[-1] + len(token))
    matcher = difflib.SequenceMatcher(None, _keys(old), _keys(new), autojunk=False)
    stretches: list[list[int]] = []
    for tag, low, high, new_low, new_high in matcher.get_opcodes():
        if tag == "equal":
            continue
        shared = "".join(old[stretches[-1][1] : low]) if stretches else ""
        if stretches and "\n" not in shared and "\r" not in shared and len(shared.strip()) <= 1:
            stretches[-1][1], stretches[-1][3] = high, new_high
        else:
            stretches.append([low, high, new_low, new_high])
    for low, high, new_low, new_high in stretches:
        yield places[low], places[high], "".join(new[new_low:new_high])


def _by_lines(at: int, old: str, new: str) -> Iterator[Change]:
    """The changes between two texts of several lines: those lines that differ, and what differs in them."""
    old_lines, new_lines = _LINE.findall(old), _LINE.findall(new)
    places = [0]
    for line in old_lines:
        places.append(places[-1] + len(line))
    matcher = difflib.SequenceMatcher(
        None, _keys(old_lines), _keys(new_lines), autojunk=len(old_lines) * len(new_lines) > _MAX_COMPARED
    )
    for tag, low, high, new_low, new_high in matcher.get_opcodes():
        if tag == "equal":
            continue
        old_part, new_part = "".join(old_lines[low:high]), "".join(new_lines[new_low:new_high])
        old_tokens, new_tokens = TOKEN.findall(old_part), TOKEN.findall(new_part)
        if len(old_tokens) * len(new_tokens) > _MAX_COMPARED:
            yield at + places[low], at + places[high], new_part
        else:
            yield from _merged(at + places[low], old_tokens, new_tokens)


def lost_comments(text: str, changes: Iterable[Change]) -> list[str]:
    """The comments of *text* that are gone once *changes* are made."""
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    for start, end, new in changes:
        before.update(token for token in TOKEN.findall(text[start:end]) if token.startswith("#"))
        after.update(token for token in TOKEN.findall(new) if token.startswith("#"))
    return sorted((before - after).elements())
