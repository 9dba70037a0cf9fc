"""``python -m tests.reliability.mutants``: break the engine on purpose, and see which breakage no test notices.

Each mutant is one small edit (see ``mutations``). The tests are collected once; a mutant is a fork of that process, in
which the broken function's code is put in place of the real one, and the tests that come to the broken statement run,
the closest and fastest first, until one fails. So nothing is written to the tree, and most mutants cost a tenth of a
second.

Why no tool from the registry (on Python 3.11, for `fixes/splicing.py`): cosmic-ray 8.7 breaks the file in place, starts
pytest anew for each of 133 mutants (none done in a minute on a busy machine) and leaves the broken file behind when it
is stopped. mutatest 2.0 starts anew for each as well. mutmut 3.8 forks too, but chooses tests by function, where nearly
all tests come to the functions of an engine; here they are chosen by statement.

Equivalent mutants, which no test can notice, stand in ``equivalent_mutants.toml`` with the reason; they do not count.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import gc
import hashlib
import json
import os
import pickle
import random
import resource
import signal
import sys
import time
import types
import warnings
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from tests.reliability.mutations import Mutation, mutations

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "platform_lint"
EQUIVALENT = Path(__file__).with_name("equivalent_mutants.toml")
CACHE = ROOT / ".mutants"
#: The import engine and the edit engine.
ENGINE = (
    "imports.py",
    *(
        f"fixes/{name}.py"
        for name in (
            "draft",
            "renaming",
            "proof",
            "splicing",
            "groups",
            "repairing",
            "fixing",
            "planning",
            "arranging",
            "keeping",
            "rounds",
        )
    ),
)
TESTS = (
    "tests/unit/test_imports.py",
    "tests/unit/test_import_spacing.py",
    "tests/unit/fixes",
    "tests/unit/kinds",
    "tests/unit/patterns",
    "tests/unit/test_api.py",
    "tests/unit/test_replacing.py",
    "tests/unit/test_index.py",
    "tests/unit/test_source.py",
    "tests/unit/test_sieve.py",
    "tests/unit/test_suppressions.py",
    "tests/unit/inference",
    "tests/rules",
)
#: Seconds of CPU a mutant gets on top of twice what its tests took while they were traced, which is slow itself.
_GRACE = 5
#: Seconds of a test that had better run last.
_SLOW = 0.3
#: Calls of a function that one test is followed through.
_FOLLOWED = 100


def main(arguments: Sequence[str] | None = None) -> int:
    """The command: 0 if no mutant lives."""
    options = _parser().parse_args(arguments)
    os.chdir(ROOT)
    os.environ["HYPOTHESIS_PROFILE"] = "steady"
    run = _Run(options)
    status = pytest.main(["-q", "-s", "-p", "no:randomly", "-x", *options.tests.split()], plugins=[run])
    if not run.results:
        return int(status) or 2
    return int(any(result["outcome"] == "lives" for result in run.results))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.reliability.mutants", description=__doc__.partition("\n")[0])
    parser.add_argument(
        "modules", nargs="*", default=ENGINE, help="modules and folders below src/platform_lint; else both engines"
    )
    parser.add_argument("--tests", default=" ".join(TESTS), help="what should notice")
    parser.add_argument(
        "--sample", type=int, default=0, metavar="N", help="that many mutants, drawn by --seed; else all"
    )
    parser.add_argument("--each", type=int, default=0, metavar="N", help="draw so many of each module or folder given")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--seconds",
        type=float,
        default=0,
        help="of the tests that come to a mutant, the first that take so long; else all",
    )
    parser.add_argument("--again", metavar="FILE", help="only the mutants that lived in this report of an earlier run")
    parser.add_argument("--report", metavar="FILE", default=str(CACHE / "report.json"), help="where the outcomes go")
    return parser


class _Mutant:
    """A mutation of a module, and how a report names it whatever stands above it in the file."""

    def __init__(self, module: str, text: str, mutation: Mutation) -> None:
        self.module = module
        self.text = text
        self.mutation = mutation
        self.row = text.count("\n", 0, mutation.start) + 1
        begin = text.rfind("\n", 0, mutation.start) + 1
        end = text.find("\n", mutation.end)
        #: The lines it changes, before and after, in one line each.
        self.before = " ".join(text[begin:end].split())
        self.after = " ".join((text[begin : mutation.start] + mutation.text + text[mutation.end : end]).split())
        self.function = ".".join(mutation.path)

    @property
    def key(self) -> tuple[str, ...]:
        return self.module, self.function, self.before, self.after


class _Run:
    """The plugin that runs mutants in place of tests."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.results: list[dict[str, Any]] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        texts = {
            module: (PACKAGE / module).read_text("utf-8")
            for module in dict.fromkeys(module for given in self.options.modules for module in _modules(given))
        }
        covering = _coverage(session, list(texts), self.options.tests)
        items = {item.nodeid: item for item in session.items}
        equivalent = {
            (entry["module"], entry["function"], entry["before"], entry["after"])
            for entry in tomllib.loads(EQUIVALENT.read_text("utf-8")).get("mutant", ())
        }
        gc.collect()
        gc.freeze()
        for mutant in self._chosen(texts):
            if mutant.key in equivalent:
                outcome, by = "equivalent", ""
            else:
                lines = covering[mutant.module]
                rows = mutant.mutation.rows if mutant.mutation.function_row else lines
                names = {name: seconds for row in rows for name, seconds in lines.get(row, {}).items()}
                chosen = self._ordered(names, mutant.module)
                seconds = sum(names[name] for name in chosen)
                outcome, by = "lives", "untested"
                if chosen:
                    outcome, by = _outcome(session, mutant, [items[name] for name in chosen], seconds)
            if outcome == "broken":
                continue
            self._note(mutant, outcome, by)
            if sys.stderr.isatty():
                print(f"{len(self.results)} mutants", end="\r", file=sys.stderr)
        self._summary()
        return True

    def _ordered(self, names: dict[str, float], module: str) -> list[str]:
        """The tests *names*, with the seconds they take: first the fast ones, of these those of the file that is called
        like *module* or its folder, then those that come first in the options.
        """
        places = [*self.options.tests.split(), ""]
        *folders, file = Path(module).with_suffix("").parts
        nearby = [f"/test_{file}.py", *(f"/{folder}/" for folder in folders), *(f"/test_{name}.py" for name in folders)]

        def order(name: str) -> tuple[bool, int, int, float]:
            near = next((number for number, part in enumerate(nearby) if part in name), len(nearby))
            place = next(number for number, start in enumerate(places) if name.startswith(start))
            return names[name] > _SLOW, near, place, names[name]

        ordered = sorted(names, key=order)
        if not self.options.seconds:
            return ordered
        totals = accumulate(names[name] for name in ordered)
        return [name for name, total in zip(ordered, totals, strict=True) if total <= self.options.seconds]

    def _chosen(self, texts: dict[str, str]) -> list[_Mutant]:
        mutants = [_Mutant(module, text, mutation) for module, text in texts.items() for mutation in mutations(text)]
        if self.options.again:
            report = json.loads(Path(self.options.again).read_text("utf-8"))
            lived = {
                tuple(result[key] for key in ("module", "function", "before", "after"))
                for result in report
                if result["outcome"] == "lives"
            }
            mutants = [mutant for mutant in mutants if mutant.key in lived]
        if self.options.each:
            groups = [
                [mutant for mutant in mutants if mutant.module in _modules(given)] for given in self.options.modules
            ]
            drawn = {id(mutant) for group in groups for mutant in self._drawn(group, self.options.each)}
            mutants = [mutant for mutant in mutants if id(mutant) in drawn]
        return self._drawn(mutants, self.options.sample)

    def _drawn(self, mutants: list[_Mutant], number: int) -> list[_Mutant]:
        """So many of *mutants* in their order; all for 0."""
        if not 0 < number < len(mutants):
            return mutants
        drawn = random.Random(self.options.seed).sample(range(len(mutants)), number)
        return [mutants[place] for place in sorted(drawn)]

    def _note(self, mutant: _Mutant, outcome: str, by: str) -> None:
        self.results.append(
            {
                "module": mutant.module,
                "function": mutant.function,
                "row": mutant.row,
                "kind": mutant.mutation.kind,
                "before": mutant.before,
                "after": mutant.after,
                "outcome": outcome,
                "by": by,
            }
        )
        if outcome == "lives":
            print(f"\n{mutant.module}:{mutant.row} {mutant.function} ({mutant.mutation.kind}){' ' + by if by else ''}")
            print(f"  - {mutant.before}\n  + {mutant.after}", flush=True)

    def _summary(self) -> None:
        path = Path(self.options.report)
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(self.results, indent=1), "utf-8")
        print(f"\n| {'module':<20} | mutants | killed | equivalent | alive | score |")
        print(f"|{'-' * 22}|--------:|-------:|-----------:|------:|------:|")
        for module in [*dict.fromkeys(result["module"] for result in self.results), "all"]:
            outcomes = [result["outcome"] for result in self.results if module in (result["module"], "all")]
            alive, equal = outcomes.count("lives"), outcomes.count("equivalent")
            killed = len(outcomes) - alive - equal
            score = 100 * killed / max(killed + alive, 1)
            print(f"| {module:<20} | {len(outcomes):>7} | {killed:>6} | {equal:>10} | {alive:>5} | {score:>4.1f}% |")


def _modules(given: str) -> list[str]:
    """The modules of a folder, or the module itself."""
    folder = PACKAGE / given
    return sorted(path.relative_to(PACKAGE).as_posix() for path in folder.rglob("*.py")) if folder.is_dir() else [given]


# Which tests come where


_Lines = dict[int, dict[str, float]]


def _coverage(session: pytest.Session, modules: list[str], tests: str) -> dict[str, _Lines]:
    """Row -> test -> its seconds, by module; kept until a source or a test changes."""
    kept = CACHE / f"coverage-{_digest(modules, tests)}.pickle"
    if not kept.exists():
        print("which tests come where …", flush=True)
        CACHE.mkdir(exist_ok=True)
        # In a child, so that what the tests leave behind (caches, loaded modules) is not there for the mutants.
        child = os.fork()
        if not child:
            _quiet()
            found = _traced(session, modules)
            kept.with_suffix(".new").write_bytes(pickle.dumps(found))
            kept.with_suffix(".new").replace(kept)
            os._exit(0)
        os.waitpid(child, 0)
        if not kept.exists():
            pytest.exit("the tests do not run without any mutant", 2)
    found, failed = pickle.loads(kept.read_bytes())
    for name in failed:
        print(f"left out, as it fails without any mutant: {name}")
    return found  # type: ignore[no-any-return]


def _digest(modules: list[str], tests: str) -> str:
    """What the coverage hangs on."""
    digest = hashlib.sha256(f"{sys.version} {tests} {modules}".encode())
    for path in sorted([*PACKAGE.rglob("*.py"), *(ROOT / "tests").rglob("*.py"), *(ROOT / "tests").rglob("*.toml")]):
        if path != EQUIVALENT:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _traced(session: pytest.Session, modules: list[str]) -> tuple[dict[str, _Lines], list[str]]:
    """Run all tests, noting the lines of *modules* each comes to; and the tests that fail."""
    files = {str(PACKAGE / module): module for module in modules}
    following = _monitored if sys.version_info >= (3, 12) else _followed
    found: dict[str, _Lines] = {module: {} for module in modules}
    failed: list[str] = []
    for number, item in enumerate(session.items):
        after = session.items[number + 1] if number + 1 < len(session.items) else None
        start = time.process_time()
        with following(files) as seen:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        seconds = time.process_time() - start
        if session.testsfailed:
            session.testsfailed = 0
            failed.append(item.nodeid)
            continue
        for file, row in seen:
            found[files[file]].setdefault(row, {})[item.nodeid] = seconds
    return found, failed


@contextlib.contextmanager
def _followed(files: Collection[str]) -> Iterator[set[tuple[str, int]]]:
    """The lines of *files* that are come to while this is entered, noted as they are."""
    seen: set[tuple[str, int]] = set()
    calls: dict[types.CodeType, int] = {}

    def line(frame: types.FrameType, event: str, _: object) -> Any:
        if event == "line":
            seen.add((frame.f_code.co_filename, frame.f_lineno))
        return line

    def call(frame: types.FrameType, event: str, _: object) -> Any:
        code = frame.f_code
        if code.co_filename not in files:
            return None
        times = calls[code] = calls.get(code, 0) + 1
        if times == 1:
            seen.add((code.co_filename, frame.f_lineno))
        # To follow every line is slow; one that is not seen in so many calls of a test is hardly what it is about.
        return line if times <= _FOLLOWED else None

    sys.settrace(call)
    try:
        yield seen
    finally:
        sys.settrace(None)


@contextlib.contextmanager
def _monitored(files: Collection[str]) -> Iterator[set[tuple[str, int]]]:
    """The same at a tenth of the cost, from Python 3.12 on: each line is told of once."""
    seen: set[tuple[str, int]] = set()
    monitoring: Any = sys.monitoring  # type: ignore[attr-defined]
    lines = monitoring.events.LINE

    def line(code: types.CodeType, row: int) -> Any:
        if code.co_filename in files:
            seen.add((code.co_filename, row))
        return monitoring.DISABLE

    monitoring.use_tool_id(monitoring.COVERAGE_ID, "mutants")
    monitoring.register_callback(monitoring.COVERAGE_ID, lines, line)
    monitoring.set_events(monitoring.COVERAGE_ID, lines)
    monitoring.restart_events()
    try:
        yield seen
    finally:
        monitoring.set_events(monitoring.COVERAGE_ID, 0)
        monitoring.free_tool_id(monitoring.COVERAGE_ID)


# One mutant


def _outcome(session: pytest.Session, mutant: _Mutant, items: Sequence[pytest.Item], seconds: float) -> tuple[str, str]:
    """What becomes of a mutant, and the test that kills it."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        code = 3
        with contextlib.suppress(BaseException):
            code = _try(session, mutant, items, seconds, writing)
        os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        by = pipe.read().decode()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status < 0:
        return "killed", f"signal {-status}"
    return {0: "lives", 1: "killed", 2: "broken"}.get(status, "killed"), by


def _try(session: pytest.Session, mutant: _Mutant, items: Sequence[pytest.Item], seconds: float, pipe: int) -> int:
    """In the child: 0 if the tests pass, 1 if one fails, 2 if the mutant cannot be had."""
    _quiet()
    limit = int(2 * seconds) + _GRACE
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    signal.alarm(20 * limit)
    if not _break(mutant):
        return 2
    for number, item in enumerate(items):
        following = items[number + 1] if number + 1 < len(items) else None
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            os.write(pipe, item.nodeid.encode())
            return 1
    return 0


def _quiet() -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)


def _break(mutant: _Mutant) -> bool:
    """Put the mutant in place of the real code of this process; whether that can be done."""
    name = "platform_lint." + mutant.module.removesuffix(".py").replace("/", ".")
    module = sys.modules.get(name) or __import__(name, fromlist=["*"])
    mutation = mutant.mutation
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            code = compile(mutation.apply(mutant.text), module.__file__ or name, "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            return False
    if not mutation.function_row:
        return _break_value(module, code)
    for part in mutation.path:
        row = mutation.function_row if part is mutation.path[-1] else None
        found = [
            constant
            for constant in code.co_consts
            if isinstance(constant, types.CodeType)
            and constant.co_name == part
            and row in (None, constant.co_firstlineno)
        ]
        if not found:
            return False
        code = found[0]
    owner: Any = module
    for part in mutation.path[:-1]:
        owner = vars(owner)[part]
    for function in _functions(vars(owner)[mutation.path[-1]]):
        if function.__code__.co_firstlineno == mutation.function_row:
            try:
                function.__code__ = code
            except ValueError:
                return False  # It has other free variables.
            return True
    return False


def _functions(value: Any) -> Iterable[types.FunctionType]:
    """The functions behind a method, a property or what a decorator made."""
    if isinstance(value, property):
        value = [value.fget, value.fset]
    elif isinstance(value, staticmethod | classmethod):
        value = [value.__func__]
    elif isinstance(value, functools.cached_property):
        value = [value.func]
    else:
        value = [value]
    for function in value:
        while function is not None and not isinstance(function, types.FunctionType):
            function = getattr(function, "__wrapped__", None)
        while function is not None:
            yield function
            function = getattr(function, "__wrapped__", None)


def _break_value(module: types.ModuleType, code: types.CodeType) -> bool:
    """Give what the module defines as values, not as functions or classes, what *code* makes of them."""
    made = dict(vars(module))
    before = dict(vars(module))
    exec(code, made)
    changed = False
    for name, value in made.items():
        old = before.get(name)
        if name.startswith("__") or isinstance(value, type | types.FunctionType | types.ModuleType) or old is value:
            continue
        if type(old) is type(value) and repr(old) == repr(value):
            continue
        for other in list(sys.modules.values()):
            if other is not None and vars(other).get(name) is old and (other is module or old is not None):
                setattr(other, name, value)
                changed = True
    return changed


if __name__ == "__main__":
    sys.exit(main())
