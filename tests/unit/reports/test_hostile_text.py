"""Whatever files, names and messages contain, a report shows it and is not ruled by it."""

from __future__ import annotations

import json
import re
from unicodedata import category

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from platform_lint.finding import SAFETIES, Edit, Finding, Fix, ImportChange, Position
from platform_lint.reports import Report, RuleText, render
from platform_lint.settings import FORMATS

_FRAGMENTS = ("\n::error::x", "\r::stop-commands::y", "::", "%0A::", "\x1b[31m", "\x9b2J", "\u202e", "\u2028", "\udcff",
              "\t", "\x00", "漢", "e\u0301", ",line=1", "\\", '"', " ", "spam")  # fmt: skip
texts = st.lists(st.sampled_from(_FRAGMENTS), max_size=4).map("".join) | st.text(
    st.characters(exclude_categories=()), max_size=5
)
# The first example of a format pays for its import, and the machine may be busy: time is no evidence here.
patient = settings(deadline=None)
names = texts.map(lambda text: text or "x")
positions = st.builds(Position, st.integers(1, 12), st.integers(1, 250))
spans = st.tuples(positions, positions).map(sorted)


@st.composite
def edits(draw):
    start, end = draw(spans)
    return Edit(0, 0, draw(texts), start, end)


fixes = st.builds(
    Fix,
    safety=st.sampled_from(SAFETIES),
    message=texts,
    edits=st.lists(edits(), max_size=2).map(tuple),
    imports=st.lists(st.builds(ImportChange, st.sampled_from(["add", "remove"]), texts), max_size=2).map(tuple),
    reason=texts,
)


@st.composite
def findings(draw):
    start, end = draw(spans)
    return Finding(
        code=draw(names),
        name=draw(names),
        message=draw(texts),
        level=draw(st.sampled_from(["error", "warning"])),
        filename=draw(names),
        start=start,
        end=end,
        fix=draw(st.none() | fixes),
        url=draw(texts),
        owner=draw(texts),
    )


@st.composite
def reports(draw):
    found = draw(st.lists(findings(), max_size=2))
    source = draw(st.none() | st.lists(texts | texts.map(lambda text: text * 20), max_size=12).map("\n".join))
    rules = {
        finding.code: RuleText(draw(names), draw(texts), draw(texts), draw(texts), finding.level)
        for finding in found
        if draw(st.booleans())
    }
    return Report(found, lambda _: source, rules, "1.0", unsafe_fixes=draw(st.booleans()))


def _encodable(text):
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


@patient
@given(reports())
def test_every_format_can_be_encoded_and_holds_no_control_character(report):
    for name in FORMATS:
        text = render(name, report)
        text.encode("utf-8")
        assert not {char for char in text if category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")} - {"\n"}


@patient
@given(reports())
def test_concise_is_a_line_for_each_finding(report):
    assert len(render("concise", report).splitlines()) == len(report.findings)


@patient
@given(reports())
def test_full_keeps_source_lines_short(report):
    shown = [line for line in render("full", report).splitlines() if re.match(r" *\d* \|", line)]
    # A hundred columns for the source, and the rest for gutter, dots and characters that take no room on a screen.
    assert all(len(line) < 150 for line in shown)


@patient
@given(reports())
def test_colours_are_all_that_colour_adds(report):
    colored = Report(report.findings, report.sources, report.rules, "1.0", True, report.unsafe_fixes)
    for name in ("concise", "full"):
        assert re.sub(r"\x1b\[[\d;]*m", "", render(name, colored)) == render(name, report)


@patient
@given(reports())
def test_json_comes_back_as_it_went_in(report):
    shown = json.loads(render("json", report))
    assert [json.loads(line) for line in render("json-lines", report).splitlines()] == shown
    for entry, finding in zip(shown, report.in_order(), strict=True):
        for key in ("code", "name", "message", "level", "filename", "owner"):
            assert entry[key] == _encodable(getattr(finding, key))
        assert Position(**entry["location"]) == finding.start
        assert Position(**entry["end_location"]) == finding.end
        assert (entry["fix"] is None) == (finding.fix is None)
        if finding.fix is not None:
            assert [edit["content"] for edit in entry["fix"]["edits"]] == [
                _encodable(edit.content) for edit in finding.fix.edits
            ]
            assert entry["fix"]["safety"] == finding.fix.safety


@patient
@given(reports())
def test_no_command_for_github_is_injected(report):
    # The runner breaks lines at these two, trims them, and reads a command up to the next pair of colons.
    lines = [line.strip() for line in re.split("[\r\n]", render("github", report))]
    commands = [line for line in lines if line.startswith("::")]
    assert len(commands) == len(report.findings)
    for command in commands:
        head, _, _ = command[2:].partition("::")
        level, _, properties = head.partition(" ")
        assert level in ("error", "warning")
        keys = [entry.partition("=")[0] for entry in properties.split(",")]
        assert keys in (["title", "file", "line", "endLine"], ["title", "file", "line", "endLine", "col", "endColumn"])
    others = [line for line in lines if line and not line.startswith("::")]
    assert all(re.fullmatch(r"(Found|GitHub) [\w ,;`.-]+", line) for line in others)


@patient
@given(reports())
def test_sarif_is_valid(sarif_schema, report):
    log = json.loads(render("sarif", report))
    Draft4Validator(sarif_schema).validate(log)
    assert len(log["runs"][0]["results"]) == len(report.findings)
