"""What a run would do with the fix of a finding."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from platform_lint.finding import Finding

#: Marks a finding that ``--fix`` repairs under the settings of this run.
FIXABLE = "[*]"
#: Marks a finding that ``--fix`` would repair if ``--unsafe-fixes`` came with it.
FIXABLE_UNSAFELY = "[?]"


def marker(finding: Finding, unsafe_fixes: bool) -> str:
    """``FIXABLE``, ``FIXABLE_UNSAFELY`` or ``""``; with *unsafe_fixes* enabled an unsafe fix is like any other."""
    if finding.fix is None or finding.fix.safety == "suggest":
        return ""
    return FIXABLE if unsafe_fixes or finding.fix.safety == "safe" else FIXABLE_UNSAFELY
