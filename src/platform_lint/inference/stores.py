"""Where a file assigns to attributes: through ``self``, class by class, and otherwise."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from platform_lint.inference.receivers import Receivers


class Stores:
    """The assignments to attributes in the file that *receivers* are of."""

    def __init__(self, receivers: Receivers) -> None:
        self.receivers = receivers
        self._collected = False
        self._stored: dict[int, dict[str, list[ast.Attribute]]] = {}
        #: Attributes that are assigned other than through ``self``, and all assignments, by attribute.
        self._foreign: set[str] = set()
        self._assigned: dict[str, list[ast.Attribute]] = {}

    def of_class(self, node: ast.ClassDef) -> dict[str, list[ast.Attribute]]:
        """The assignments to ``self.x`` in the methods of the class *node*, by attribute."""
        self._collect()
        return self._stored.get(id(node), {})

    def to(self, attribute: str) -> Sequence[ast.Attribute]:
        """All assignments of the file to *attribute* of whatever."""
        self._collect()
        return self._assigned.get(attribute, ())

    def elsewhere(self, attribute: str) -> bool:
        """Whether the file assigns to *attribute* of something else than ``self``."""
        self._collect()
        return attribute in self._foreign

    def _collect(self) -> None:
        """Find the assignments to attributes."""
        if not self._collected:
            self._collected = True
            for attribute, nodes in self.receivers.attributes.items():
                for node in nodes:
                    if isinstance(node.ctx, ast.Store):
                        self._assigned.setdefault(attribute, []).append(node)
                        cls = self.self_class(node.value)
                        if cls is None:
                            self._foreign.add(attribute)
                        else:
                            self._stored.setdefault(id(cls), {}).setdefault(attribute, []).append(node)

    def self_class(self, node: ast.expr) -> ast.ClassDef | None:
        """The class that *node* is the ``self`` or ``cls`` of, in a method of it."""
        if not isinstance(node, ast.Name):
            return None
        bindings = self.receivers.kinship.bindings(node) or ()
        if len(bindings) != 1 or not isinstance(bindings[0].origin, ast.arg):
            return None
        parameter = bindings[0].origin
        if parameter.annotation is not None:
            return None
        values = self.receivers.binding(bindings[0])
        if len(values) != 1 or values[0].alternatives[0].kind not in ("instance", "class"):
            return None
        return self.receivers.context.class_of(parameter)

    def below(self, node: ast.ClassDef, attribute: str) -> bool:
        """Whether a class of the file that inherits from *node* gives *attribute* a value too."""
        name = self.receivers.kinship.name_of(node)
        for other in self.receivers.context.nodes(ast.ClassDef):
            if isinstance(other, ast.ClassDef) and other is not node and other.bases:
                given = attribute in self.of_class(other) or attribute in self.receivers.kinship.members(other)
                if given and name in self.receivers.bases_of(other):
                    return True
        return False
