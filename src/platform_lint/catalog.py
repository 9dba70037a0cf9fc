"""The catalog: the rules in force, ready for use. A value; there is no registry."""

from __future__ import annotations

from platform_lint.names import NameTable, is_glob
from platform_lint.sieve import Sieve

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from platform_lint.metering import Meter
    from platform_lint.rule import Api, Name, Rule
    from platform_lint.scopes import QualifiedName


_MAX_REMEMBERED = 100_000


class Catalog:
    """Rules that are switched on, with the name table and the sieve made from them.

    *apis* are the facts that packs state about names.
    """

    def __init__(self, rules: Sequence[Rule], apis: Iterable[Api] = ()) -> None:
        self.rules = tuple(rules)
        self.by_code = {rule.code: rule for rule in self.rules}
        self.apis = {api.name: api for api in apis}
        self.exports: dict[QualifiedName, frozenset[str]] = {
            tuple(api.name.split(".")): frozenset(api.exports) for api in self.apis.values() if api.exports
        }
        #: The owner of each number in :attr:`table`.
        self.entries: list[tuple[Rule, Name]] = [(rule, name) for rule in self.rules for name in rule.names]
        self.table = NameTable((name.parts, number) for number, (_, name) in enumerate(self.entries))
        #: Where somebody wants to know what the rules cost.
        self.meter: Meter | None = None
        self._sieve: Sieve | None = None
        self._candidates: dict[QualifiedName, tuple[tuple[int, Rule, Name, int], ...]] = {}

    @property
    def sieve(self) -> Sieve:
        """The first look at a file, made when first asked for."""
        if self._sieve is None:
            families = sorted(
                {rule.code.rstrip("0123456789") for rule in self.rules if rule.verb != "engine"} | {"LIB"}
            )
            entries = enumerate(self.entries)
            self._sieve = Sieve(
                NameTable((name.parts, number) for number, (rule, name) in entries if not rule.traced),
                {
                    number
                    for number, (rule, _) in enumerate(self.entries)
                    if rule.verb == "import_as" or (rule.verb == "ban" and not rule.allow)
                },
                (
                    name.dotted
                    for rule, name in self.entries
                    if rule.verb == "rename" and len(name.parts) > 1 and not is_glob(name.parts)
                ),
                families,
                ((rule.code, rule.traces) for rule in self.rules if rule.traces),
                self.leading_to,
            )
        return self._sieve

    def leading_to(self, cls: str) -> tuple[QualifiedName, ...]:
        """The names that packs say give an instance of the class *cls*: itself, what returns it, what inherits it.

        Where a method returns it, so do the names that give an instance of the method's class.
        """
        found = {cls: None}
        returned = {api.returns for api in self.apis.values()}
        pending = [cls]
        while pending:
            wanted = pending.pop()
            for api in self.apis.values():
                if wanted in (api.name, api.returns, *api.bases, *api.reexports):
                    fresh = [name for name in (api.name, *api.reexports) if name not in found]
                    classes = sorted({name.rpartition(".")[0] for name in fresh} & returned)
                    fresh += [name for name in classes if name not in found]
                    found.update(dict.fromkeys(fresh))
                    pending += fresh
        return tuple(tuple(name.split(".")) for name in found)

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
