"""Builders of findings and reports, and the official SARIF schema."""

from __future__ import annotations

import json
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, files
from typing import Any

import pytest

from platform_lint.finding import Edit, Finding, Fix, Position
from platform_lint.reports import Report, RuleText

#: The schema as OASIS publishes it (errata 01). The package that carries it is not what we trust, this is.
SARIF_SCHEMA_SHA256 = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"


@pytest.fixture(scope="session")
def make_finding():
    def make(start=(1, 1), end=None, **fields):
        row, column = start
        values = {
            "code": "LIB101",
            "name": "naive-utcnow",
            "message": "`utcnow` gives a naive datetime",
            "level": "error",
            "filename": "src/clock.py",
            "url": "https://lint.example/LIB101",
        }
        return Finding(**values | fields, start=Position(row, column), end=Position(*(end or (row, column + 1))))

    return make


@pytest.fixture(scope="session")
def make_fix():
    def make(safety="safe", edits=None, **fields):
        if edits is None:
            edits = (Edit(0, 1, "now", Position(1, 1), Position(1, 2)),)
        return Fix(**{"safety": safety, "message": "Use `now(UTC)`", "edits": edits} | fields)

    return make


@pytest.fixture(scope="session")
def make_report():
    def make(*findings, source=None, sources=None, **fields):
        rule = RuleText("naive-utcnow", "Naive datetime", "It compares with nothing.", "", "error")
        values = {"rules": {"LIB101": rule}, "tool_version": "1.2.3"}
        return Report(findings, (sources or {}).get if source is None else lambda _: source, **values | fields)

    return make


@pytest.fixture(scope="session")
def sarif_schema() -> dict[str, Any]:
    try:
        carried = files("linceo") or []
    except PackageNotFoundError:
        pytest.skip("the package that carries the SARIF schema is not installed")
    (schema,) = (file for file in carried if file.name == "sarif-schema-2.1.0.json")
    content = schema.read_binary()
    assert sha256(content).hexdigest() == SARIF_SCHEMA_SHA256
    return json.loads(content)
