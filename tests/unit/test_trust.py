"""``platform_lint.trust``: fixes promoted, demoted, or only shown."""

from __future__ import annotations

import pytest

from platform_lint.packs import parse_pack
from platform_lint.rule import Rule
from platform_lint.settings import Settings
from platform_lint.trust import as_configured

PACK = """
[[rule]]
code = "ACM101"
name = "old-session"
rename."corp.a" = "corp.b"

[[rule]]
code = "ACM201"
name = "weak-hash"
fix = "unsafe"
ban = { "corp.c" = "corp.d" }

[[rule]]
code = "ACM301"
name = "by-hand"
fix = "suggest"
ban = { "corp.e" = "corp.f" }
"""
RULES = {rule.code: rule for rule in parse_pack(PACK, "pack.toml").rules}
ALL = ("ALL",)
DEMOTED = "ACM101 is in `extend-unsafe-fixes` of the configuration"
NEVER = "{} is `unfixable` in the configuration"
LEFT_OUT = "{} is not `fixable` in the configuration"


def told(rule: Rule) -> tuple[str, str]:
    return rule.fix, rule.doubt


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param({}, {}, id="nothing"),
        pytest.param({"extend_safe_fixes": ("ACM201",)}, {"ACM201": ("safe", "")}, id="promoted by code"),
        pytest.param({"extend_safe_fixes": ("weak-hash",)}, {"ACM201": ("safe", "")}, id="promoted by name"),
        pytest.param({"extend_safe_fixes": ALL}, {"ACM201": ("safe", "")}, id="a suggestion is never promoted"),
        pytest.param({"extend_unsafe_fixes": ("ACM1",)}, {"ACM101": ("unsafe", DEMOTED)}, id="demoted by prefix"),
        pytest.param({"extend_unsafe_fixes": ("ACM2",)}, {}, id="what is unsafe stays it, without a word"),
        pytest.param(
            {"extend_unsafe_fixes": ALL, "extend_safe_fixes": ("ACM101", "ACM2")},
            {"ACM201": ("safe", "")},
            id="the most special selector decides",
        ),
        pytest.param(
            {"extend_safe_fixes": ("ACM",), "extend_unsafe_fixes": ("ACM",)},
            {"ACM101": ("unsafe", DEMOTED)},
            id="of equally special ones the careful one",
        ),
        pytest.param({"unfixable": ("ACM1",)}, {"ACM101": ("suggest", NEVER.format("ACM101"))}, id="unfixable"),
        pytest.param(
            {"unfixable": ("ACM2",), "extend_safe_fixes": ("ACM201",)},
            {"ACM201": ("suggest", NEVER.format("ACM201"))},
            id="unfixable, however much it is trusted",
        ),
        pytest.param({"fixable": ("ACM2",)}, {"ACM101": ("suggest", LEFT_OUT.format("ACM101"))}, id="fixable"),
        pytest.param({"fixable": ("ACM2",), "extend_fixable": ("old-session",)}, {}, id="extended"),
        pytest.param({"unfixable": ALL, "fixable": ("ACM1", "ACM2")}, {}, id="the most special decides, again"),
        pytest.param({"unfixable": ("ACM1",), "extend_fixable": ("ACM101",)}, {}, id="and once more"),
        pytest.param(
            {"fixable": ()},
            {code: ("suggest", LEFT_OUT.format(code)) for code in ("ACM101", "ACM201")},
            id="none",
        ),
    ],
)
def test_a_project_says_how_it_trusts_the_fixes_of_rules(
    said: dict[str, tuple[str, ...]], expected: dict[str, tuple[str, str]]
) -> None:
    as_written = {code: (rule.fix, "") for code, rule in RULES.items()}
    assert {code: told(as_configured(rule, Settings(**said))) for code, rule in RULES.items()} == as_written | expected


def test_each_name_of_a_rule_goes_by_its_own_word() -> None:
    text = """
[[rule]]
code = "ACM101"
name = "names"
rename."corp.a" = "corp.b"
rename."corp.c" = { to = "corp.d", fix = "unsafe" }
rename."corp.e" = { to = "corp.f", fix = "suggest" }

[[rule]]
code = "ACM102"
name = "attributes"
on = "corp.Client"
rename_attr.a = "b"
rename_attr.options = { to = "d", fix = "unsafe" }
rename_attr.fix = { to = "f", fix = "suggest" }
"""
    names, attributes = parse_pack(text, "pack.toml").rules

    def safeties(**said: tuple[str, ...]) -> tuple[list[str], list[str]]:
        settings = Settings(**said)
        made = as_configured(attributes, settings)
        return (
            [name.fix for name in as_configured(names, settings).names],
            [made.fix, *(one["fix"] for one in made.body["attributes"].values())],
        )

    assert safeties() == (["", "unsafe", "suggest"], ["safe", "", "unsafe", "suggest"])
    assert safeties(extend_safe_fixes=ALL) == (["", "safe", "suggest"], ["safe", "", "safe", "suggest"])
    assert safeties(extend_unsafe_fixes=ALL) == (["", "unsafe", "suggest"], ["unsafe", "", "unsafe", "suggest"])
    assert safeties(unfixable=ALL) == (["", "suggest", "suggest"], ["suggest", "", "suggest", "suggest"])
