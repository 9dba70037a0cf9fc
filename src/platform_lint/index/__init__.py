"""What every name in a file refers to: one pass over ``ast``, once for all rules.

:func:`build` gives an :class:`Index`: the imports, and the references, each a span of text with the qualified name it
means. Where a name could mean two things the index is silent: a missed alarm rather than a false one. What it does not
follow is listed in ``docs/names.md``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from platform_lint.excerpt import excerpt
from platform_lint.index.references import Index, Reference
from platform_lint.index.resolution import Follow, Resolver, StarExports, candidates_of
from platform_lint.index.walk import Walk
from platform_lint.scopes import QualifiedName
from platform_lint.source import Source

__all__ = ["Follow", "Index", "Reference", "StarExports", "build", "candidates_of", "parse"]

_MAX_ALIAS_ROUNDS = 4


def parse(source: Source, words: Iterable[str] | None = None) -> ast.Module:
    """``ast.parse`` of *source*, or of the part of it that mentions *words*.

    Raises SyntaxError, ValueError, RecursionError or MemoryError as ``ast.parse`` does.
    """
    import warnings

    with warnings.catch_warnings():
        # Invalid escapes in the code read are that code's business, not ours to print.
        warnings.simplefilter("ignore")
        part = None if words is None else excerpt(source.text, source.mentions(frozenset(words)))
        if part is not None:
            try:
                return ast.parse(part)
            except (SyntaxError, ValueError):
                pass  # Cut in the wrong place: the whole file decides.
        return ast.parse(source.text)


def build(
    source: Source,
    tree: ast.Module,
    *,
    module: QualifiedName | None = None,
    package: bool = False,
    words: frozenset[str] | None = None,
    follow: Follow | None = None,
    star_exports: StarExports | None = None,
) -> Index:
    """Index *tree*, the syntax tree of *source*.

    *module* is the file's own qualified name and *package* whether it is an ``__init__``: what relative imports and the
    file's own definitions are called. With *words*, only uses and bindings of those names are looked at and every
    statement that mentions none of them is passed over, which is several times faster. *follow* and *star_exports* look
    into other files; without them a name is what the import says.
    """
    for _ in range(_MAX_ALIAS_ROUNDS):
        walk = Walk(source, module, package, words)
        walk.run(tree)
        if words is None or walk.aliases <= words:
            break
        # `h = hashlib` makes `h` a name to look for.
        words |= walk.aliases
    return Resolver(walk, follow, star_exports).resolve()
