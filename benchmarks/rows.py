"""Which rows of a tree a tool reports: what comparisons hold against each other."""

from __future__ import annotations

import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks import workspace
from benchmarks.workspace import Tree

#: Code of a rule, file, row.
Place = tuple[str, str, int]


def by_us(tree: Tree, executable: Path, *flags: str | Path) -> list[Place]:
    """What the platform-lint at *executable* finds in *tree*, with no configuration but *flags*."""
    found = reported(tree, executable, "check", "--isolated", "--no-cache", *flags, "--output-format", "json", ".")
    return [(each["code"], each["filename"], each["location"]["row"]) for each in found]


def by_ruff(tree: Tree, config: Path) -> list[Place]:
    """What ruff finds in *tree* under *config*, suppressed or not."""
    flags = ("check", "--no-cache", "--config", config, "--ignore-noqa", "--output-format", "json", ".")
    return [
        (each["code"], os.path.relpath(each["filename"], tree.root.resolve()), each["location"]["row"])
        for each in reported(tree, workspace.peer("ruff"), *flags)
        if each["code"]
    ]


def ruff_config(name: str, codes: tuple[str, ...]) -> Path:
    """A ruff configuration, kept under *name*, with the rules *codes* and no others, previewed ones among them."""
    path = workspace.scratch(f"{name}.ruff.toml")
    shown = ", ".join(f'"{code}"' for code in codes)
    path.write_text(f"preview = true\n[lint]\nselect = [{shown}]\nexplicit-preview-rules = true\n")
    return path


def reported(tree: Tree, *command: str | Path) -> Any:
    """The JSON that *command* prints, run at the root of *tree*."""
    done = subprocess.run(command, cwd=tree.root, capture_output=True, text=True, check=False)
    try:
        # The exit status is no help: semgrep fails for the files of Django that are broken on purpose, and reports.
        return json.loads(done.stdout)
    except ValueError:
        raise SystemExit(f"benchmarks: {command[0]} failed:\n{done.stderr[-2000:]}") from None


@cache
def lines(root: Path, file: str) -> list[str]:
    """The lines of *file*, which lies below *root*."""
    return (root / file).read_text("utf-8", "replace").splitlines()
