"""``platform_lint.authoring.json_schemas``: what editors complete from is what is checked, and is shipped as it is."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import msgspec
import pytest

from platform_lint.authoring.json_schemas import KINDS, comments, schema, schema_text
from platform_lint.config import ConfigTable
from platform_lint.tables import RuleTable

tomllib = pytest.importorskip("tomllib")
jsonschema = pytest.importorskip("jsonschema")
ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_shipped_is_current(kind: str) -> None:
    shipped = resources.files("platform_lint").joinpath("schemas", f"{kind}.json").read_text("utf-8")
    assert shipped == schema_text(kind), "run `make docs`"
    jsonschema.Draft202012Validator.check_schema(json.loads(shipped))


def test_every_key_is_there_and_is_explained() -> None:
    rules, settings = schema("rules")["$defs"]["RuleTable"], schema("settings")["$defs"]["ConfigTable"]
    assert set(rules["properties"]) == set(RuleTable.__struct_encode_fields__)
    assert set(settings["properties"]) == set(ConfigTable.__struct_encode_fields__)
    for name, said in (*rules["properties"].items(), *settings["properties"].items()):
        assert said.get("description", "").endswith("."), name
        assert "``" not in said["description"], name


class Table(msgspec.Struct):
    """A table."""

    #: Said of the first, and of *second*
    #: over ``two`` lines.
    first: str = ""
    second: str = ""
    third: str = ""
    # Not for readers.
    fourth: str = ""


def test_a_comment_speaks_of_the_keys_it_names() -> None:
    text = "Said of the first, and of `second` over `two` lines."
    assert comments(Table) == {"first": text, "second": text}


@pytest.mark.parametrize("path", sorted((ROOT / "rules").rglob("*.toml")), ids=lambda path: path.name)
def test_our_packs_fit_the_schema(path: Path) -> None:
    table = json.loads(json.dumps(tomllib.loads(path.read_text("utf-8")), default=str))
    jsonschema.Draft202012Validator(schema("rules")).validate(table)
