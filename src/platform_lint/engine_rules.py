"""The engine's own codes: what it has to say about files, suppressions and its own work."""

from __future__ import annotations

from platform_lint.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from platform_lint.finding import Finding

UNPARSABLE = "LIB001"
UNREADABLE = "LIB002"
UNUSED_SUPPRESSION = "LIB003"
EXPIRED_SUPPRESSION = "LIB004"
REASONLESS_SUPPRESSION = "LIB005"
STAR_IMPORT = "LIB006"
MALFORMED_SUPPRESSION = "LIB007"
INTERNAL_ERROR = "LIB008"
FIX_NOT_APPLIED = "LIB009"
GIVEN_UP = "LIB010"

#: Notes that are about a suppression or an import; whatever else the engine says means that something was not done.
_REMARKS = frozenset(
    {UNUSED_SUPPRESSION, EXPIRED_SUPPRESSION, REASONLESS_SUPPRESSION, STAR_IMPORT, MALFORMED_SUPPRESSION}
)


def _rule(code: str, name: str, message: str, why: str, default: bool = True) -> Rule:
    return Rule(code, name, "engine", (), message=message, why=why, default=default, pack="engine")


#: By code. They are selected and ignored like any rule; an internal error is always reported.
ENGINE_RULES: dict[str, Rule] = {
    rule.code: rule
    for rule in (
        _rule(
            UNPARSABLE,
            "unparsable-file",
            "not Python this interpreter can parse",
            "The file mentions something a rule is about, but the running Python cannot parse it, so nothing in it was "
            "checked. A syntax newer than this Python needs platform-lint to run on a newer one. Files that cannot "
            "hold a finding are never parsed, and not reported here.",
        ),
        _rule(
            UNREADABLE,
            "unreadable-file",
            "the file could not be read as Python text",
            "It vanished, may not be read, has a null byte, or is not text in its declared encoding. Nothing in it was "
            "checked.",
        ),
        _rule(
            UNUSED_SUPPRESSION,
            "unused-suppression",
            "a `noqa` for a code that is not reported on its line",
            "A suppression that suppresses nothing hides the next finding nobody looked at. Remove the code.",
        ),
        _rule(
            EXPIRED_SUPPRESSION,
            "expired-suppression",
            "a `noqa` past the date it gave itself",
            "`# noqa: LIB101 -- reason; until 2027-03-01` is a promise. Fix the code, or give a new date and reason. "
            "The suppression itself goes on working, as it would under flake8.",
        ),
        _rule(
            REASONLESS_SUPPRESSION,
            "reasonless-suppression",
            "a `noqa` without a reason",
            "Write `# noqa: LIB101 -- why`. Reported where the setting `require-reason` asks for it.",
        ),
        _rule(
            STAR_IMPORT,
            "star-import-hides-names",
            "a star import of a module that rules speak of",
            "`from module import *` may bind a name a rule is about, and whether it is used cannot be known. Import "
            "the names, or declare what the module exports in an `[[api]]` table.",
        ),
        _rule(
            MALFORMED_SUPPRESSION,
            "malformed-suppression",
            "a `noqa` whose date cannot be read",
            "Write `until YYYY-MM-DD`.",
        ),
        _rule(
            INTERNAL_ERROR,
            "internal-error",
            "platform-lint failed on this file",
            "A mistake of platform-lint, or a worker process that died. The file was not checked; please report it.",
        ),
        _rule(
            FIX_NOT_APPLIED,
            "fix-not-applied",
            "fixes that could not be made",
            "The file changed while it was being fixed, or may not be written: it was left as it was. Or the fixes of "
            "some rules undo each other, or never come to an end: those were not made, and all others were.",
        ),
        _rule(
            GIVEN_UP,
            "given-up",
            "a rule or a file that costs too much",
            "A pattern may take only so many steps in one file, a regular expression and a file only so much time, and "
            "a file may be only so large (the setting `max-file-size`) if it is to be parsed. What the finding names "
            "was not checked. Exclude the file, or make the pattern or the regular expression simpler.",
        ),
    )
}


def tells_of_failure(finding: Finding) -> bool:
    """Whether *finding* says that a file, or a rule in it, was not checked, or that fixes were not made."""
    return finding.engine and tells(finding.code)


def tells(code: str) -> bool:
    """Whether the engine's own *code* is for what was not done, rather than for a remark."""
    return code not in _REMARKS
