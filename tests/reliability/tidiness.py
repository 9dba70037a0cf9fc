"""What ruff says about the files before and after: imports in order stay in order, and nothing gets untidy."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from .laws import Breach

#: Order of imports; empty lines (of a file that had them right); white space; statements on one line.
_SELECTED = "I001,E301,E302,E303,E304,E305,E306,E225,E231,E701,E702,E703,W191,W291,W292,W293,W391"
#: Those of which a file is free, or not: the rest are counted.
_WHOLE = {"I001"}


def sorting(root: Path, results: Path) -> Iterator[tuple[str, Breach]]:
    """(file, breach) for what a fix made worse in the files below *results*, which are of the code base at *root*."""
    before = _messages(root, results / "before")
    for step, folder in (("safe", "safe"), ("unsafe", "all")):
        after = _messages(root, results / folder)
        for shown, counts in sorted(after.items()):
            for code, count in sorted(counts.items()):
                was = before.get(shown, Counter())[code]
                if count > was and not (code in _WHOLE and was):
                    law = "sorted" if code == "I001" else "tidy"
                    yield shown, Breach(law, step, f"ruff: {code}, {was} before, {count} after")
        before = {**before, **after}


def _own(root: Path) -> list[str]:
    """The names that the code base at *root* imports its own modules by."""
    folders = [folder for folder in (root, root / "src", root / "lib") if folder.is_dir()]
    found = [path for folder in folders for path in folder.iterdir()]
    return sorted({path.stem for path in found if path.stem.isidentifier() and (path.is_dir() or path.suffix == ".py")})


def _messages(root: Path, folder: Path) -> dict[str, Counter[str]]:
    """What ruff finds below *folder*: by file, how many of each code. First-party is what is at *root*."""
    if not folder.is_dir():
        return {}
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--preview", "--exit-zero"]
    command += ["--select", _SELECTED, "--output-format", "json", "--line-length", "320", "--ignore-noqa"]
    command += ["--config", f"lint.isort.known-first-party = {json.dumps(_own(root))}", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    found: dict[str, Counter[str]] = {}
    for message in json.loads(done.stdout or "[]"):
        shown = str(Path(message["filename"]).relative_to(folder.resolve()))
        found.setdefault(shown, Counter())[message["code"] or "syntax"] += 1
    return found
