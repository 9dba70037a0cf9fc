"""Which scope a name means."""

from __future__ import annotations

from platform_lint.scopes import Scope


def scope_of(name: str, scope: Scope) -> Scope | None:
    """The scope that *name* is looked up in where it is used in *scope*."""
    for visible, _ in scope.visible():
        if name in visible.declared_global:
            return visible.module()
        if name in visible.bindings:
            return visible
    return None
