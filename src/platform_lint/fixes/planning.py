"""Plans: the edits that mend some groups of hits at once."""

from __future__ import annotations

from collections.abc import Sequence

from platform_lint.checking import Analysis
from platform_lint.fixes.draft import Draft
from platform_lint.fixes.groups import Group, Plan
from platform_lint.fixes.renaming import Renames
from platform_lint.fixes.repairing import Repairs
from platform_lint.fixes.spelling import Spelling


def plan(analysis: Analysis, chosen: Sequence[Group]) -> Plan:
    """The edits that mend *chosen* together. Raises Refusal with a reason that holds for one of them at least."""
    draft = Draft(analysis, chosen)
    spelling = Spelling(draft)
    renames, repairs = Renames(draft, spelling), Repairs(draft, spelling)
    for group in chosen:
        if group.repairs:
            repairs.repair(group)
        else:
            renames.rename(group)
    return draft.finish()
