"""The catalog: the rules in force, ready for use. A value; there is no registry."""

from __future__ import annotations

from platform_lint.names import NameTable, is_glob
from platform_lint.sieve import Sieve

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from platform_lint.rule import Name, Rule
    from platform_lint.scopes import QualifiedName


_MAX_REMEMBERED = 100_000


class Catalog:
    """Rules that are switched on, with the name table and the sieve made from them.

    *exports* are the public names of modules that packs declare, for star imports.
    """

    def __init__(self, rules: Sequence[Rule], exports: Mapping[str, Iterable[str]] | None = None) -> None:
        self.rules = tuple(rules)
        self.by_code = {rule.code: rule for rule in self.rules}
        self.exports: dict[QualifiedName, frozenset[str]] = {
            tuple(module.split(".")): frozenset(names) for module, names in (exports or {}).items()
        }
        #: The owner of each number in :attr:`table`.
        self.entries: list[tuple[Rule, Name]] = [(rule, name) for rule in self.rules for name in rule.names]
        self.table = NameTable((name.parts, number) for number, (_, name) in enumerate(self.entries))
        self._sieve: Sieve | None = None
        self._candidates: dict[QualifiedName, tuple[tuple[int, Rule, Name, int], ...]] = {}

    @property
    def sieve(self) -> Sieve:
        """The first look at a file, made when first asked for."""
        if self._sieve is None:
            families = sorted(
                {rule.code.rstrip("0123456789") for rule in self.rules if rule.verb != "engine"} | {"LIB"}
            )
            self._sieve = Sieve(
                self.table,
                {number for number, (rule, _) in enumerate(self.entries) if rule.verb == "ban" and not rule.allow},
                (
                    name.dotted
                    for rule, name in self.entries
                    if rule.verb == "rename" and len(name.parts) > 1 and not is_glob(name.parts)
                ),
                families,
            )
        return self._sieve

    def candidates(self, qualified: QualifiedName) -> tuple[tuple[int, Rule, Name, int], ...]:
        """The entries *qualified* falls under: (number, rule, name, parts matched). Remembered: names recur."""
        known = self._candidates.get(qualified)
        if known is None:
            if len(self._candidates) > _MAX_REMEMBERED:
                self._candidates.clear()
            known = self._candidates[qualified] = tuple(
                (number, *self.entries[number], count) for number, count in self.table.lookup(qualified)
            )
        return known

    def star_exports(self, module: QualifiedName) -> frozenset[str] | None:
        """What a pack declares that ``from module import *`` binds."""
        return self.exports.get(module)

    def is_ours(self, code: str) -> bool:
        """Whether *code* names a rule that is in force here, or begins the codes of some."""
        return any(known.startswith(code) for known in self.by_code)
