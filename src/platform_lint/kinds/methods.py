"""Uses of a class's methods and attributes: through its instances, and through the class."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal

from platform_lint.names import is_glob
from platform_lint.scopes import QualifiedName

if TYPE_CHECKING:
    from platform_lint.context import FileContext


def method_uses(
    context: FileContext, cls: QualifiedName, attr: str
) -> Iterator[tuple[ast.Attribute, Literal["exact", "inferred"], bool]]:
    """Where *attr* (which may be a glob) is read from instances of *cls* or of its subclasses, or from the class.

    Each use comes with how sure the type is, and with whether it is read from the class itself, so that a call's first
    argument is ``self`` (unless the method is a class's or static).
    """
    receivers = context.receivers
    glob = is_glob((attr,))
    for name in [known for known in receivers.attributes if fnmatchcase(known, attr)] if glob else [attr]:
        for node in receivers.attributes.get(name, ()):
            sureness = receivers.of_type(node.value, cls)
            if sureness:
                yield node, sureness, False
                continue
            sureness = receivers.of_class(node.value, cls)
            if sureness:
                yield node, sureness, True
