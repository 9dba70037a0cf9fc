"""The ``sarif`` format: SARIF 2.1.0, within what GitHub's code scanning accepts."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from hashlib import sha256
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from platform_lint.finding import Finding
from platform_lint.reports.escaping import encodable
from platform_lint.reports.excerpt import split_lines

if TYPE_CHECKING:
    from platform_lint.finding import Fix, Position
    from platform_lint.reports import Report

#: GitHub refuses an upload with more results, or rules, in a run.
MAX_RESULTS: Final = 25_000
#: Characters that GitHub allows in a rule's descriptions.
MAX_DESCRIPTION: Final = 1024
#: What relative URIs are relative to: the directory the run started in, which a CI checks out elsewhere than it reads.
ROOT: Final = "%SRCROOT%"

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_DRIVE = re.compile(r"[A-Za-z]:/")
_ABSOLUTE_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:.")

_Json = dict[str, Any]


def render(report: Report) -> str:
    """*report* as a log with one run, on one line and in ASCII; columns count code points, ends are exclusive."""
    findings = report.in_order()
    kept = _most_important(findings)
    # A rule is described where it is used; one that its pack says nothing about, by the first of its findings.
    used = {finding.code: finding for finding in reversed(kept)}
    codes = sorted(used)
    run: _Json = {
        "tool": {
            "driver": {
                "name": "platform-lint",
                "version": encodable(report.tool_version),
                "rules": [_rule(used[code], report) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The directory the run started in."}}},
        "results": _results(kept, {code: index for index, code in enumerate(codes)}, report),
    }
    if len(kept) < len(findings):
        run["invocations"] = [_left_out(len(findings) - len(kept))]
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}) + "\n"


def _most_important(findings: list[Finding]) -> list[Finding]:
    if len(findings) <= MAX_RESULTS:
        return findings
    errors = [finding for finding in findings if finding.level == "error"][:MAX_RESULTS]
    warnings = [finding for finding in findings if finding.level != "error"][: MAX_RESULTS - len(errors)]
    return sorted(errors + warnings, key=Finding.sort_key)


def _left_out(number: int) -> _Json:
    text = f"{number} findings were left out: a run may hold {MAX_RESULTS} results."
    return {
        "executionSuccessful": True,
        "toolExecutionNotifications": [{"level": "warning", "message": {"text": text}}],
    }


def _rule(example: Finding, report: Report) -> _Json:
    text = report.rules.get(example.code)
    name, message = (text.name, text.message) if text else (example.name, example.message)
    why = text.why if text and text.why else message
    level = text.level if text else example.level
    rule: _Json = {
        "id": encodable(example.code),
        "name": encodable(name),
        "shortDescription": _description(message),
        "fullDescription": _description(why),
        "help": {"text": encodable(why)},
        "defaultConfiguration": {"level": level},
    }
    if url := _uri(text.url if text and text.url else example.url):
        rule["helpUri"] = url
        rule["help"] |= {"text": f"{encodable(why)}\n{url}", "markdown": f"{encodable(why)}\n\n<{url}>"}
    return rule


def _description(text: str) -> _Json:
    text = encodable(text)
    return {"text": text if len(text) <= MAX_DESCRIPTION else f"{text[: MAX_DESCRIPTION - 3]}..."}


def _results(findings: list[Finding], rule_index: dict[str, int], report: Report) -> list[_Json]:
    results = []
    # The text of one file at a time: a large tree would not fit.
    for filename, group in groupby(findings, key=lambda finding: finding.filename):
        text = report.sources(filename)
        lines = split_lines(text) if text is not None else []
        artifact = _artifact(filename)
        seen: Counter[str] = Counter()
        for finding in group:
            fingerprint = _fingerprint(finding, lines)
            seen[fingerprint] += 1
            result: _Json = {
                "ruleId": encodable(finding.code),
                "ruleIndex": rule_index[finding.code],
                "level": finding.level,
                "message": {"text": encodable(finding.message)},
                "locations": [
                    {"physicalLocation": {"artifactLocation": artifact, "region": _region(finding.start, finding.end)}}
                ],
                # GitHub knows a finding again by this key, and by no other.
                "partialFingerprints": {"primaryLocationLineHash": f"{fingerprint}:{seen[fingerprint]}"},
            }
            if finding.fix is not None and finding.fix.edits:
                result["fixes"] = [_fix(finding.fix, artifact)]
            properties = {"owner": encodable(finding.owner)} if finding.owner else {}
            if finding.fix is not None and not finding.fix.edits:
                # What changes nothing is no fix to SARIF.
                properties["suggestion"] = encodable(finding.fix.message)
                properties["reason"] = encodable(finding.fix.reason)
            if properties:
                result["properties"] = properties
            results.append(result)
    return results


def _fingerprint(finding: Finding, lines: list[str]) -> str:
    """A hash of what stays when a finding moves: code, path and text of the line, but for its indentation.

    Where the line is not known, the message stands in for it.
    """
    known = 1 <= finding.start.row <= len(lines)
    content = lines[finding.start.row - 1].strip() if known else finding.message
    # No code and no path holds a null character, so the parts cannot run into each other.
    identity = "\0".join((finding.code, finding.filename.replace(os.sep, "/"), content))
    return sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _fix(fix: Fix, artifact: _Json) -> _Json:
    replacements = [
        # Readers take the content for granted, so a deletion inserts the empty text.
        {"deletedRegion": _region(edit.start, edit.end), "insertedContent": {"text": encodable(edit.content)}}
        for edit in fix.edits
    ]
    return {
        "description": {"text": encodable(fix.message)},
        "artifactChanges": [{"artifactLocation": artifact, "replacements": replacements}],
        "properties": {"safety": fix.safety} | ({"reason": encodable(fix.reason)} if fix.reason else {}),
    }


def _region(start: Position, end: Position) -> dict[str, int]:
    return {"startLine": start.row, "startColumn": start.column, "endLine": end.row, "endColumn": end.column}


def _artifact(filename: str) -> _Json:
    path = filename.replace(os.sep, "/")
    if path.startswith("/"):
        return {"uri": f"file://{_quoted(path)}"}
    if os.name == "nt" and _DRIVE.match(path):
        return {"uri": f"file:///{path[:2]}{_quoted(path[2:])}"}
    return {"uri": _quoted(path.removeprefix("./")), "uriBaseId": ROOT}


def _quoted(path: str) -> str:
    """*path* percent-encoded, byte for byte as the file system has it."""
    try:
        return quote(path.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:  # halves of surrogate pairs that stand for no byte: only a Windows name can hold them
        return quote(path.encode("utf-8", "surrogatepass"))


def _uri(url: str) -> str:
    """*url* as SARIF wants it, absolute and in ASCII; ``""`` where it is no such thing."""
    return quote(encodable(url), safe=":/?#@!$&'()*+,;=%~") if _ABSOLUTE_URI.match(url) else ""
