"""A made-up project, and the real commands run in it."""

from __future__ import annotations

import gc
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

#: A company's pack: a rename with a safe fix, a ban without one, a warning with an unsafe fix, one that is off.
PACK = """\
[[rule]]
code = "ACM101"
name = "old-session"
message = "`{name}` is now `{to}`"
rename = { "acme.db.get_session" = "acme.sessions.open_session" }

[[rule]]
code = "ACM102"
name = "raw-redis"
message = "`{name}`: only acme.cache may use it"
ban = ["redis"]

[[rule]]
code = "ACM201"
name = "weak-hash"
message = "`{name}` is weak"
ban = { "hashlib.md5" = "hashlib:sha256" }
fix = "unsafe"
level = "warning"
deadline = 2027-03-01

[[rule]]
code = "ACM301"
name = "printing"
message = "`{name}`: use logging"
ban = ["builtins.print"]
default = false
"""

CONFIG = 'rule-dirs = ["lint"]\nselect = ["ACM"]\nextend-select = ["LIB0"]\n'

#: One use of everything the pack speaks of.
APP = """\
import hashlib
import redis
from acme.db import get_session

print(get_session(), hashlib.md5(b""), redis)
"""

OLD = "from acme.db import get_session\n\nsession = get_session()\n"
NEW = "from acme.sessions import open_session\n\nsession = open_session()\n"

#: Where each code is reported in APP: (row, column).
PLACES = {"ACM102": (2, 8), "ACM301": (5, 1), "ACM101": (5, 7), "ACM201": (5, 22)}


class Done:
    """What a command came to."""

    def __init__(self, status: int, out: bytes, err: bytes) -> None:
        self.status = status
        self.raw = out
        self.out = out.decode("utf-8", "backslashreplace")
        self.err = err.decode("utf-8", "backslashreplace")
        assert "Traceback" not in self.out + self.err, self.out + self.err

    def __repr__(self) -> str:
        return f"<{self.status}>\n{self.out}\n--\n{self.err}"

    @property
    def findings(self) -> list[dict[str, object]]:
        """The report, where it was asked for as JSON."""
        return json.loads(self.out)

    @property
    def places(self) -> list[tuple[str, int, int, str]]:
        """(file, row, column, code) of every finding of a JSON report."""
        return [(f["filename"], f["location"]["row"], f["location"]["column"], f["code"]) for f in self.findings]

    @property
    def codes(self) -> list[str]:
        return [place[3] for place in self.places]

    @property
    def complaint(self) -> str:
        """The one line a mistake of the user's is answered with."""
        assert self.status == 2, self
        assert self.out == "", self
        lines = self.err.splitlines()
        assert len(lines) == 1, self
        assert lines[0].startswith("platform-lint: error: "), self
        return lines[0].removeprefix("platform-lint: error: ")


class Project:
    """A directory of files and the command line in it."""

    def __init__(self, root: Path, env: Mapping[str, str]) -> None:
        self.root = root
        self.env = dict(env)

    def write(self, files: Mapping[str, str | bytes]) -> None:
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def read(self, name: str) -> str:
        return (self.root / name).read_bytes().decode()

    def command(
        self, *command: str, cwd: str | Path = ".", input: str | bytes = b"", env: Mapping[str, str] | None = None
    ) -> Done:
        """Run any command."""
        process = subprocess.run(
            [str(part) for part in command],
            cwd=self.root / cwd,
            input=input if isinstance(input, bytes) else input.encode(),
            env={**self.env, **(env or {})},
            capture_output=True,
            timeout=300,
        )
        return Done(process.returncode, process.stdout, process.stderr)

    def ours(self, *arguments: str) -> list[str]:
        """The command that runs ``platform-lint``."""
        return [sys.executable, "-m", "platform_lint", *arguments]

    def run(self, *arguments: str, **options: object) -> Done:
        """Run ``platform-lint``."""
        return self.command(*self.ours(*arguments), **options)

    def check(self, *arguments: str, **options: object) -> Done:
        return self.run("check", *arguments, **options)

    def json(self, *arguments: str, **options: object) -> Done:
        """``check`` with a JSON report."""
        return self.check("--output-format", "json", *arguments, **options)

    def git(self, *arguments: str) -> str:
        done = self.command("git", *arguments)
        assert done.status == 0, done
        return done.out

    def on_terminal(self, *arguments: str, **env: str) -> str:
        """What ``platform-lint`` shows on a terminal."""
        import pty

        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            self.ours(*arguments), cwd=self.root, env={**self.env, **env}, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        text = b""
        try:
            while piece := os.read(ours, 4096):
                text += piece
        except OSError:  # how Linux ends a terminal
            pass
        os.close(ours)
        process.wait()
        return text.decode()

    def leftovers(self) -> list[str]:
        """Temporary files that should be gone."""
        return [str(path) for path in self.root.rglob("*.tmp")]


@pytest.fixture(scope="session")
def environment(tmp_path_factory):
    """An environment without the user's settings; caches go to a directory of the test run's."""
    ours = ("PLATFORM_LINT", "GIT_", "PYTHON", "PRE_COMMIT", "FLAKE8")
    env = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(ours) and name not in ("NO_COLOR", "FORCE_COLOR", "TERM")
    }
    return {
        **env,
        "PLATFORM_LINT_CACHE_DIR": str(tmp_path_factory.mktemp("cache")),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        **{f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }


@pytest.fixture
def empty(tmp_path, environment):
    """A project without any file."""
    root = tmp_path / "project"
    root.mkdir()
    return Project(root, environment)


@pytest.fixture(scope="session")
def shared(tmp_path_factory, environment):
    """A project that no test changes, with the company's pack as it is and one file that breaks it all."""
    shared = Project(tmp_path_factory.mktemp("shared"), environment)
    shared.write({"platform-lint.toml": 'rule-dirs = ["lint"]\n', "lint/acme.toml": PACK, "app.py": APP})
    return shared


@pytest.fixture
def project(empty):
    """A project with the company's pack."""
    empty.write({"platform-lint.toml": CONFIG, "lint/acme.toml": PACK})
    return empty


@pytest.fixture
def call(project, monkeypatch, capfdbinary):
    """``platform-lint`` in this process, in the project: for what has to be made to fail."""
    from platform_lint.cli import main

    monkeypatch.chdir(project.root)
    monkeypatch.setenv("PLATFORM_LINT_CACHE_DIR", project.env["PLATFORM_LINT_CACHE_DIR"])

    def call(*arguments: str) -> Done:
        capfdbinary.readouterr()
        status = main(arguments)
        sys.stderr.flush()
        return Done(status, *capfdbinary.readouterr())

    yield call
    gc.enable()


@pytest.fixture(scope="session")
def source_tree(tmp_path_factory):
    """A copy of platform-lint's own tree: what a build and a hook's clone see of it."""
    tree = tmp_path_factory.mktemp("source") / "platform-lint"
    tree.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy2(ROOT / name, tree)
    for name in ("src", "rules"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    return tree
