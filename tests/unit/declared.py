"""``class`` and ``function`` rules on short texts: what they find and write, and projects of a few files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from engine import fix_result, pack, sieved

from platform_lint.catalog import Catalog
from platform_lint.modules import Modules, ModuleView
from platform_lint.source import Source


def rules(text: str) -> Catalog:
    return pack("[[rule]]\n" + text)


def said(text: str, rule: str, view: ModuleView | None = None) -> list[tuple[int, str, str]]:
    """(row, what is underlined, message) of every hit."""
    source = Source(text)
    return [(source.row(hit.start), text[hit.start : hit.end], hit.message) for hit in sieved(text, rules(rule), view)]


def places(text: str, rule: str, view: ModuleView | None = None) -> list[tuple[int, str]]:
    """(row, what is underlined) of every hit."""
    return [(row, what) for row, what, _ in said(text, rule, view)]


def fixed(text: str, rule: str, view: ModuleView | None = None, *, unsafe: bool = False) -> str:
    """*text* with its fixes; they come to an end, and with CRLF they are the same."""
    catalog = rules(rule)
    result = fix_result(text, catalog, view, unsafe=unsafe)
    assert result.failures == []
    assert fix_result(result.text, catalog, view, unsafe=unsafe).text == result.text
    with_crlf = fix_result(text.replace("\n", "\r\n"), catalog, view, unsafe=unsafe).text
    assert with_crlf == result.text.replace("\n", "\r\n")
    return result.text


def project(root: Path, files: Mapping[str, str]) -> ModuleView:
    """A project of *files*, seen from the first of them."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return Modules((str(root),)).view(str(root / next(iter(files))))
