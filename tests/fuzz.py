"""The tests over generated code, with new examples each round, for as long as there is time.

``python -m tests.fuzz --minutes 10`` runs rounds of every such test until the minutes are over, and says how many
examples each round looked at. It ends with 1 at the first round that fails; what failed is kept in ``.hypothesis``, and
tried first by the next round of `make fuzz`.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
#: Where `examples(…)` is asked for.
TESTS = sorted(
    str(path.relative_to(ROOT))
    for path in (ROOT / "tests" / "unit").rglob("test_*.py")
    if re.search(r"^@examples\(", path.read_text("utf-8"), re.MULTILINE)
)
#: How many times more examples a test looks at in a round than in `make test`.
FACTOR = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """The command: 0 where nothing failed in all the rounds there was time for, 2 where that is none."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, help="only the round of that seed")
    options = parser.parse_args(arguments)
    end = time.monotonic() + options.minutes * 60
    rounds = looked = 0
    while True:
        seed = random.randrange(10**6) if options.seed is None else options.seed
        started = time.monotonic()
        done = _round(seed, None if options.seed is not None else end - started)
        if done is None:
            break
        count = sum(map(int, re.findall(r"(\d+) passing", done.stdout)))
        failing = sum(map(int, re.findall(r"(\d+) failing", done.stdout)))
        rounds, looked = rounds + 1, looked + count
        print(f"round {rounds}, seed {seed}: {count:,} examples in {time.monotonic() - started:.0f} s", flush=True)
        if done.returncode:
            print(re.sub(r"=+ Hypothesis Statistics =+.*", "", done.stdout, flags=re.DOTALL), done.stderr)
            print(f"{failing} failing examples; `make fuzz SEED={seed}` runs this round again")
            return 1
        if options.seed is not None:
            break
    if not rounds:
        print("no round came to its end: give it more minutes")
        return 2
    print(f"{rounds} rounds, {looked:,} examples, no failure; the round that time cut off is not counted")
    return 0


def _round(seed: int, seconds: float | None) -> subprocess.CompletedProcess[str] | None:
    """One run of all tests; None where the time was over before."""
    environment = {**os.environ, "HYPOTHESIS_PROFILE": "fuzz", "FUZZ_FACTOR": str(FACTOR)}
    flags = ["-x", "--hypothesis-show-statistics", f"--hypothesis-seed={seed}"]
    command = [sys.executable, "-m", "pytest", *flags, *TESTS]
    if seconds is not None and seconds <= 0:
        return None
    try:
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return None


if __name__ == "__main__":
    sys.exit(main())
