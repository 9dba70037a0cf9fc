"""A made-up project, and the commands run in it."""

from __future__ import annotations

import gc
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

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
        assert "Traceback (most recent call last)" not in self.out + self.err, self.out + self.err

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

    def __init__(self, root: Path, env: Mapping[str, str], *, real: bool = False) -> None:
        self.root = root
        self.env = dict(env)
        self.real = real

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

    def run(
        self,
        *arguments: str,
        cwd: str | Path = ".",
        input: str | bytes = b"",
        env: Mapping[str, str] | None = None,
        real: bool = False,
    ) -> Done:
        """Run ``platform-lint``: in this process, which is faster, or a *real* one, as it is with an *env*."""
        if real or self.real or env:
            return self.command(*self.ours(*arguments), cwd=cwd, input=input, env=env)
        from platform_lint.cli import main

        here, kept = os.getcwd(), dict(os.environ)
        streams = sys.stdin, sys.stdout, sys.stderr
        data = input if isinstance(input, bytes) else input.encode()
        sys.stdin, sys.stdout, sys.stderr = (
            io.TextIOWrapper(io.BytesIO(content), "utf-8", newline="\n") for content in (data, b"", b"")
        )
        os.environ.clear()
        os.environ.update(self.env)
        os.chdir(self.root / cwd)
        try:
            try:
                status = main(arguments)
            except SystemExit as end:
                status = end.code or 0
            sys.stdout.flush()
            sys.stderr.flush()
            return Done(status, sys.stdout.buffer.getvalue(), sys.stderr.buffer.getvalue())
        finally:
            os.chdir(here)
            os.environ.clear()
            os.environ.update(kept)
            sys.stdin, sys.stdout, sys.stderr = streams
            gc.enable()

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
