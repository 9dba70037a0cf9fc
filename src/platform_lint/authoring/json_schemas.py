"""JSON Schemas of packs and of configuration files, for editors: made from the very types that check them.

What an editor shows beside a key is the comment that stands above the key in those types (``#: …``). The schemas are
shipped in the folder ``schemas`` beside this module, where a test holds that they are current.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import textwrap
from collections.abc import Iterator
from typing import Any

import msgspec

from platform_lint.config import ConfigTable
from platform_lint.tables import PackTable

#: By what they describe: the table, and what a file of that kind is called.
_TABLES: dict[str, tuple[type[msgspec.Struct], str]] = {
    "rules": (PackTable, "A pack of rules for platform-lint"),
    "settings": (ConfigTable, "The configuration of platform-lint: platform-lint.toml, or [tool.platform-lint]"),
}
KINDS = tuple(_TABLES)

_NAMED = re.compile(r"(?<!\*)\*(\w+)\*(?!\*)")


def schema(kind: str) -> dict[str, Any]:
    """The schema of *kind*, one of :data:`KINDS`."""
    table, title = _TABLES[kind]
    made = msgspec.json.schema(table)
    for struct in _structs(table):
        definition = made["$defs"].get(struct.__name__)
        if definition is None:
            continue
        if "description" in definition:
            definition["description"] = _plain(definition["description"])
        said = comments(struct)
        for field in msgspec.structs.fields(struct):
            if field.name in said:
                definition["properties"][field.encode_name]["description"] = said[field.name]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **made}


def schema_text(kind: str) -> str:
    """The schema of *kind* as a file holds it."""
    return json.dumps(schema(kind), indent=2, ensure_ascii=False) + "\n"


def _structs(table: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    """*table* and all tables in it, each once."""
    seen: dict[str, type[msgspec.Struct]] = {}
    pending: list[Any] = [msgspec.inspect.type_info(table)]
    while pending:
        info = pending.pop()
        if isinstance(info, msgspec.inspect.StructType):
            if info.cls.__name__ in seen:
                continue
            seen[info.cls.__name__] = info.cls
            pending += [field.type for field in info.fields]
        for name in ("types", "item_type", "key_type", "value_type"):
            inner = getattr(info, name, None)
            pending += inner if isinstance(inner, tuple) else [inner] if inner is not None else []
    yield from seen.values()


def comments(struct: type[msgspec.Struct]) -> dict[str, str]:
    """What the comments above the fields of *struct* say.

    One comment may speak of several fields that follow it: of the first, and of those it names as ``*field*``.
    """
    text = textwrap.dedent(inspect.getsource(struct))
    lines = text.splitlines()
    (definition,) = ast.parse(text).body
    assert isinstance(definition, ast.ClassDef)
    found: dict[str, str] = {}
    comment = ""
    for node in definition.body:
        if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
            continue
        name, row = node.target.id, node.lineno - 1
        above: list[str] = []
        while row and lines[row - 1].strip().startswith("#:"):
            row -= 1
            above.insert(0, lines[row].strip()[2:].strip())
        if above:
            comment = " ".join(above)
            found[name] = _plain(comment)
        elif f"*{name}*" in comment:
            found[name] = _plain(comment)
    return found


def _plain(text: str) -> str:
    """*text* with names as Markdown has them."""
    return _NAMED.sub(r"`\1`", " ".join(text.split()).replace("``", "`"))
