from __future__ import annotations

from platform_lint.reports import render


def test_an_error_is_a_command_with_its_place(make_finding, make_report):
    report = make_report(make_finding((3, 7), (3, 22), message="no"))
    assert render("github", report).splitlines() == [
        "::error title=platform-lint (LIB101),file=src/clock.py,line=3,endLine=3,col=7,endColumn=22"
        "::src/clock.py:3:7: LIB101 no",
        "Found 1 error in 1 file.",
    ]


def test_columns_are_left_out_over_several_lines(make_finding, make_report):
    command = render("github", make_report(make_finding((3, 7), (4, 2))))
    assert "line=3,endLine=4::" in command
    assert "col" not in command.partition("::src")[0]


def test_errors_come_before_warnings(make_finding, make_report):
    findings = [
        make_finding((row, 1), level=level)
        for row, level in ((1, "warning"), (2, "error"), (3, "warning"), (4, "error"))
    ]
    lines = render("github", make_report(*findings)).splitlines()
    assert [line.partition(",line=")[2][0] for line in lines[:4]] == ["2", "4", "1", "3"]
    assert lines[0].startswith("::error ")
    assert lines[3].startswith("::warning ")


def test_what_delimits_a_command_is_escaped(make_finding, make_report):
    command = render("github", make_report(make_finding(filename="a,b:c%\n.py", message="50%\r\n::error::x")))
    (line, _) = command.splitlines()
    assert "file=a%2Cb%3Ac%25%0A.py," in line
    assert line.endswith("LIB101 50%25\\r\\n::error::x")


def test_a_reader_of_the_log_is_told_when_github_shows_less(make_finding, make_report):
    findings = [make_finding((row, 1)) for row in range(1, 12)]
    assert "at most" not in render("github", make_report(*findings[:10]))
    assert render("github", make_report(*findings)).splitlines()[-2:] == [
        "Found 11 errors in 1 file.",
        "GitHub annotates 10 errors and 10 warnings at most; the log has them all.",
    ]


def test_nothing_found_is_nothing_said(make_report):
    assert render("github", make_report()) == ""
