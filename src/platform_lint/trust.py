"""How the fixes of a rule are trusted in a project: what its author said, and what the configuration makes of that."""

from __future__ import annotations

from platform_lint.selection import rank

TYPE_CHECKING = False
if TYPE_CHECKING:
    from platform_lint.rule import Rule
    from platform_lint.settings import Settings


def as_configured(rule: Rule, settings: Settings) -> Rule:
    """*rule* with its fixes trusted as *settings* say; the rule itself where they say nothing of it.

    Only what its author said of a fix is changed, once and for all its places: an unsafe fix may become a safe one or
    the reverse, and any a suggestion. What speaks against a fix at a place, such as arguments that would be
    evaluated in another order, is found out later and weakens whatever was said: so nobody can wish it away.
    The most special selector that fits the rule decides; of equally special ones the more careful.
    """
    never = rank(rule, settings.unfixable)
    if never >= max(rank(rule, settings.fixable), rank(rule, settings.extend_fixable)):
        how = "is `unfixable`" if never >= 0 else "is not `fixable`"
        return _trusted(rule, {"safe": "suggest", "unsafe": "suggest"}, f"{rule.code} {how} in the configuration")
    safe, unsafe = rank(rule, settings.extend_safe_fixes), rank(rule, settings.extend_unsafe_fixes)
    if unsafe >= max(safe, 0):
        return _trusted(rule, {"safe": "unsafe"}, f"{rule.code} is in `extend-unsafe-fixes` of the configuration")
    return _trusted(rule, {"unsafe": "safe"}, "") if safe >= 0 else rule


def _trusted(rule: Rule, changes: dict[str, str], doubt: str) -> Rule:
    """*rule* with one safety for another wherever it says one, and the *doubt* where that is weaker."""
    values = rule.fields()
    body = dict(rule.body)
    values["fix"] = changes.get(rule.fix, rule.fix)
    values["names"] = tuple(
        (dotted, to, hint, changes.get(fix, fix), removed)
        for dotted, to, hint, fix, removed in (name.fields() for name in rule.names)
    )
    if "attributes" in body:
        body["attributes"] = {
            name: {**said, "fix": changes.get(said["fix"], said["fix"])} for name, said in body["attributes"].items()
        }
    if doubt and rule.fix in changes:
        body["doubt"] = doubt
    values["body"] = body
    return type(rule).from_fields(values)
