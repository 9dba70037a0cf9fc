"""Kills, full disks and rivals in many rounds: ``make faults``.

Each round lets something go wrong while ``check --fix`` works on a tree, then holds that every file is the old or the
new one, whole; that nothing else came to the tree but what the next run clears away; and that this run ends with the
very tree an undisturbed one leaves. Exits with 1 where any of it is not so.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.reliability.interruptible import let_children_be_interrupted

PACK = """\
[[rule]]
code = "ACM101"
name = "old-session"
message = "`{name}` is now `{to}`"
rename = { "acme.db.get_session" = "acme.sessions.open_session" }
"""
CONFIG = 'rule-dirs = ["lint"]\nselect = ["ACM"]\n'
OLD = "from acme.db import get_session\n\nsession = get_session()\n"
NEW = "from acme.sessions import open_session\n\nsession = open_session()\n"
FILES, FOLDERS = 120, 6


class Broken(Exception):
    """Something that was promised did not hold."""


class Tree:
    """A directory of files to fix, each of another length."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.old = {
            f"p{number % FOLDERS}/m{number:03}.py": OLD + f"# {number} " + "x" * (number * 701) + "\n"
            for number in range(FILES)
        }
        self.new = {name: text.replace(OLD, NEW) for name, text in self.old.items()}

    def lay(self) -> None:
        """Make it as it is before a run, without anything else."""
        for name in os.listdir(self.root):
            shutil.rmtree(self.root / name) if (self.root / name).is_dir() else (self.root / name).unlink()
        for name, text in (*self.old.items(), ("lint/acme.toml", PACK), ("platform-lint.toml", CONFIG)):
            path = self.root / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)

    def fixed(self) -> int:
        """How many files are the new ones. Raises Broken for a file that is neither, and for one that is gone."""
        count = 0
        for name, old in self.old.items():
            try:
                text = (self.root / name).read_text()
            except OSError as error:
                raise Broken(f"{name} cannot be read: {error}") from None
            if text == self.new[name]:
                count += 1
            elif text != old:
                raise Broken(f"{name} is neither the old nor the new one: {len(text)} characters")
        return count

    def strangers(self) -> list[str]:
        """What is in it besides its files."""
        known = {*self.old, "lint/acme.toml", "platform-lint.toml"}
        found = (path.relative_to(self.root).as_posix() for path in self.root.rglob("*") if not path.is_dir())
        return [name for name in found if name not in known]


class Bench:
    """Rounds on one tree, and what came of them."""

    def __init__(self, place: Path, seed: int) -> None:
        (place / "tree").mkdir()
        self.tree = Tree(place / "tree")
        self.random = random.Random(seed)
        self.env = {**os.environ, "PLATFORM_LINT_CACHE_DIR": str(place / "cache"), "PYTHONDONTWRITEBYTECODE": "1"}
        self.left = 0
        self.seconds = 1.0

    def command(self, *options: str, jobs: int = 2) -> list[str]:
        return [sys.executable, "-m", "platform_lint", "check", "--fix", "--jobs", str(jobs), *options, "."]

    def start(self, *options: str, jobs: int = 2, limit: int = 0) -> subprocess.Popen[bytes]:
        def limited() -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        return subprocess.Popen(
            self.command(*options, jobs=jobs),
            cwd=self.tree.root,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            preexec_fn=limited if limit else None,
        )

    def measure(self) -> None:
        """How long an undisturbed run takes, which tells when to disturb one."""
        self.tree.lay()
        self.finish(self.start())
        self.tree.lay()
        began = time.monotonic()
        self.finish(self.start())
        self.seconds = time.monotonic() - began
        if self.tree.fixed() != FILES or self.tree.strangers():
            raise Broken("an undisturbed run does not fix the tree")

    def finish(self, process: subprocess.Popen[bytes], status: int | None = 0) -> str:
        out, err = process.communicate(timeout=300)
        text = (out + err).decode()
        if "Traceback" in text or "mistake of platform-lint" in text:
            raise Broken(f"status {process.returncode}: {text}")
        if status is not None and process.returncode != status:
            raise Broken(f"status {process.returncode}, expected {status}: {text}")
        return text

    def holds(self, options: tuple[str, ...] = ()) -> int:
        """Check what a round left, and let the next run end it; how many files were new by then."""
        count = self.tree.fixed()
        strangers = self.tree.strangers()
        if [name for name in strangers if not (".platform-lint-" in name and name.endswith(".tmp"))]:
            raise Broken(f"strange files: {strangers}")
        self.left += len(strangers)
        self.finish(self.start(*options))
        if self.tree.fixed() != FILES:
            raise Broken("the next run does not end the work")
        if self.tree.strangers():
            raise Broken(f"the next run leaves {self.tree.strangers()}")
        return count

    # Faults: each does one round and says how many files were new after it.

    def killed(self, whom: str) -> int:
        """SIGKILL at a random moment: the run's first process, one of its workers, or all at once."""
        self.tree.lay()
        process = self.start("--no-cache", jobs=self.random.choice((1, 2, 4)))
        # Most of the time goes into starting: the moments that matter come when the first file is new.
        if self.random.random() < 0.9:
            while process.poll() is None and not self.begun():
                time.sleep(0.0005)
            time.sleep(self.random.random() * self.seconds * 0.5)
        else:
            time.sleep(self.random.random() * self.seconds)
        workers = children(process.pid)
        with contextlib.suppress(ProcessLookupError):
            if whom == "all":
                os.killpg(process.pid, signal.SIGKILL)
            elif whom == "worker" and workers:
                os.kill(self.random.choice(workers), signal.SIGKILL)
            elif whom == "first":
                process.kill()
        out, err = process.communicate(timeout=300)
        if "Traceback" in (out + err).decode():
            raise Broken(err.decode())
        if whom == "worker" and workers and process.returncode not in (0, 2, -signal.SIGKILL):
            raise Broken(f"status {process.returncode} after the death of a worker: {out.decode()}")
        # Workers whose first process is gone end with what they are at.
        until = time.monotonic() + 60
        while any(alive(worker) for worker in workers):
            if time.monotonic() > until:
                raise Broken(f"a worker lives on: {workers}")
            time.sleep(0.005)
        return self.holds(("--no-cache",))

    def begun(self) -> bool:
        first = next(iter(self.tree.old))
        last = f"p0/m{FILES - FOLDERS:03}.py"
        return any((self.tree.root / name).stat().st_size > len(self.tree.old[name]) for name in (first, last))

    def interrupted(self, number: int) -> int:
        """SIGINT or SIGTERM to all, as a terminal or a CI does, at a random moment."""
        self.tree.lay()
        process = self.start("--no-cache", jobs=self.random.choice((1, 2, 4)))
        while process.poll() is None and not self.begun():
            time.sleep(0.0005)
        time.sleep(self.random.random() * self.seconds * 0.3)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        out, err = process.communicate(timeout=300)
        allowed = {signal.SIGINT: (130, 0), signal.SIGTERM: (-signal.SIGTERM, 0)}[signal.Signals(number)]
        if process.returncode not in allowed or "Traceback" in (out + err).decode():
            raise Broken(f"status {process.returncode}: {(out + err).decode()}")
        if err.count(b"\n") > 1:
            raise Broken(f"more than a line: {err.decode()}")
        if self.tree.strangers():
            raise Broken(f"left behind: {self.tree.strangers()}")
        return self.holds()

    def too_large(self) -> int:
        """No file may grow beyond a size: the larger ones cannot be written."""
        self.tree.lay()
        limit = self.random.randrange(1, 90_000)
        text = self.finish(self.start("--no-cache", "--output-format", "concise", limit=limit), status=None)
        count = self.tree.fixed()
        if self.tree.strangers():
            raise Broken(f"left behind: {self.tree.strangers()}")
        if text.count("LIB009 left as it was: File too large") != FILES - count:
            raise Broken(f"{FILES - count} files were not written, and this is said: {text}")
        return self.holds()

    def full(self, disk: Path) -> int:
        """A disk with less and less room left."""
        filler = disk / "filler"
        self.tree.lay()
        free = shutil.disk_usage(disk).free
        filler.write_bytes(b"x" * max(0, free - self.random.randrange(0, 120_000)))
        text = self.finish(self.start("--no-cache", "--output-format", "concise"), status=None)
        count = self.tree.fixed()
        if self.tree.strangers() not in ([], ["filler"]):
            raise Broken(f"left behind: {self.tree.strangers()}")
        if text.count("LIB009 left as it was: No space left on device") != FILES - count:
            raise Broken(f"{FILES - count} files were not written, and this is said: {text}")
        filler.unlink()
        return self.holds()

    def rivals(self) -> int:
        """Four runs at once on the same tree and the same cache."""
        self.tree.lay()
        for process in [self.start(jobs=self.random.choice((1, 2))) for _ in range(4)]:
            self.finish(process)
        if self.tree.fixed() != FILES or self.tree.strangers():
            raise Broken(f"{self.tree.fixed()} of {FILES} files are new; {self.tree.strangers()}")
        return self.holds()


def children(pid: int) -> list[int]:
    """The processes that *pid* started."""
    with contextlib.suppress(OSError):
        return [int(text) for text in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


@contextlib.contextmanager
def small_disk(place: Path) -> Iterator[Path | None]:
    """A disk of 12 MB; None where this user may not mount one."""
    disk = place / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=12m", "platform-lint-faults", str(disk)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
        yield None
        return
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def main() -> int:
    """Run the rounds and print a line for each fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100, help="of each kill; a quarter of it of the others")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    let_children_be_interrupted()
    few = max(1, options.rounds // 4)
    failed = 0
    with tempfile.TemporaryDirectory(prefix="platform-lint-faults-") as name:
        place = Path(name)
        bench = Bench(place, options.seed)
        bench.measure()
        print(f"{FILES} files; an undisturbed run takes {bench.seconds:.2f} s; seed {options.seed}\n", flush=True)
        print(f"{'fault':34} {'rounds':>6} {'new':>12} {'left over':>9} {'broken':>6}")
        faults: list[tuple[str, int, Callable[[], int]]] = [
            ("kill -9, first process", options.rounds, lambda: bench.killed("first")),
            ("kill -9, a worker", options.rounds, lambda: bench.killed("worker")),
            ("kill -9, all at once", options.rounds, lambda: bench.killed("all")),
            ("SIGINT to all", few, lambda: bench.interrupted(signal.SIGINT)),
            ("SIGTERM to all", few, lambda: bench.interrupted(signal.SIGTERM)),
            ("files may not grow (RLIMIT_FSIZE)", few, bench.too_large),
            ("four runs at once", few, bench.rivals),
        ]
        for title, rounds, fault in faults:
            failed += _rounds(bench, title, rounds, fault)
        with small_disk(place) as disk:
            if disk is None:
                print(f"{'a full disk':34} not run: this user may mount none")
            else:
                full = Bench(disk, options.seed)
                full.env["PLATFORM_LINT_CACHE_DIR"] = str(place / "cache")
                failed += _rounds(full, "a full disk", few, lambda: full.full(disk))
    return 1 if failed else 0


def _rounds(bench: Bench, title: str, rounds: int, fault: Callable[[], int]) -> int:
    """Do the *rounds* of one fault; how many of them broke a promise."""
    counts: list[int] = []
    broken = 0
    left = bench.left
    for number in range(rounds):
        try:
            counts.append(fault())
        except (Broken, subprocess.TimeoutExpired) as error:
            broken += 1
            print(f"{title}, round {number}: {error}", file=sys.stderr)
    new = f"{min(counts, default=0)}-{max(counts, default=0)}"
    print(f"{title:34} {rounds:6} {new:>12} {bench.left - left:9} {broken:6}", flush=True)
    return broken


if __name__ == "__main__":
    sys.exit(main())
