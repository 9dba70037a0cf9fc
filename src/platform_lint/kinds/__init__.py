"""The kinds of rules about shape, one module each.

Such a module has two functions. ``read(table, fail, apis)`` reads a rule's table, once, when the pack is read, and
gives a :class:`Reading`; ``check(rule, context)`` finds what breaks the rule in one file. A module whose rules share
work has ``check_all(rules, context)`` besides. A module is imported when a file may hold something for it, so a clean
run loads none.
"""

from __future__ import annotations

from importlib import import_module

from platform_lint.names import anchor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any, Protocol

    from platform_lint.context import FileContext
    from platform_lint.hits import Hit
    from platform_lint.rule import Api, Name, Rule, Trace
    from platform_lint.scopes import QualifiedName
    from platform_lint.tables import RuleTable

    #: A key of a rule's table, or the way to one below it: ``("args", "timeout", "forbid", 0)``.
    Key = str | tuple[str | int, ...]
    #: Makes the error for a key of the rule's table: ``raise fail("call", "what is wrong with it")``.
    Fail = Callable[[Key, str], Exception]

    class Kind(Protocol):
        """What a module of this package offers."""

        def read(self, table: RuleTable, fail: Fail, apis: Mapping[str, Api]) -> Reading:
            """Read a rule's table. *apis* are the facts its pack states, by name. Raises what *fail* makes."""

        def check(self, rule: Rule, context: FileContext) -> Iterator[Hit]:
            """What breaks *rule* in a file, in any order."""


MODULES = {
    "call": "arguments",
    "rename_attr": "attributes",
    "class": "declarations",
    "function": "declarations",
    "layers": "contracts",
    "import_as": "import_forms",
    "match": "patterns",
    "flag": "flags",
    "python": "python",
}


class Reading:
    """What a rule's table comes to.

    *names* are qualified names: a file that can reach one of them is looked at, and the context knows where it uses
    them (:meth:`FileContext.matches`). *traces* are other signs that make a file worth looking at; where the rule is
    *traced* they say all, the names included, so that a name alone is no sign. *whole* asks for all of the file rather
    than the statements that mention a name. *body* is what ``check`` needs to know, as plain
    data that ``marshal`` keeps: dicts, lists, tuples, strings, numbers, None. *placeholders* are what the rule's
    message may have in braces.
    """

    def __init__(
        self,
        *,
        names: Iterable[Name] = (),
        traces: Iterable[Trace] = (),
        traced: bool = False,
        whole: bool = False,
        body: dict[str, Any] | None = None,
        placeholders: Iterable[str] = (),
    ) -> None:
        self.names = tuple(names)
        self.traces = tuple(traces)
        self.traced = traced
        self.whole = whole or traced
        self.body = body or {}
        self.placeholders = frozenset(placeholders)


def sign_of(parts: QualifiedName) -> Trace:
    """What a file must have to use the qualified name *parts*, wildcards in it or not: the word that any spelling of
    it has, looked for first, and the name itself.
    """
    return (("word", anchor(parts)), ("name", ".".join(parts)))


def kind(verb: str) -> Kind:
    """The module for rules with *verb*."""
    return import_module(f"platform_lint.kinds.{MODULES[verb]}")
