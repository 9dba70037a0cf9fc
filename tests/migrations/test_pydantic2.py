"""The migration to pydantic 2, by programs: what they print under pydantic 1 before is what they print under pydantic 2
after the fixes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from platform_lint.testing import assert_finding

HERE = Path(__file__).parent
ENVIRONMENTS = HERE.parents[1] / ".bench" / "envs"
REQUIRED = {
    "pydantic2-1": ["pydantic[email,dotenv]==1.10.*"],
    "pydantic2-2": ["pydantic[email]>=2.6,<3", "pydantic-settings", "pydantic-extra-types"],
}
PROGRAMS = {
    match[1]: match[2]
    for match in re.finditer(
        r"^=== (.*)\n((?:(?!=== ).*\n)*)", (HERE / "pydantic2_programs.txt").read_text("utf-8"), re.M
    )
}
#: A module that some programs import.
SHARED = """
from pydantic import BaseModel


class Base(BaseModel):
    id: int

    class Config:
        orm_mode = True


class Shared(Base):
    kind: str = "shared"
"""
#: Runs programs one after another, and says what each printed.
RUNNER = """
import contextlib, io, json, os, sys, traceback, warnings
warnings.simplefilter("ignore")
printed = {}
for path in sys.argv[1:]:
    folder = os.path.dirname(path)
    sys.path.insert(0, folder)
    sys.modules.pop("shared", None)
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out):
            code = compile(open(path).read(), path, "exec")
            module = type(sys)("program")
            sys.modules["program"] = module
            exec(code, module.__dict__)
    except BaseException:
        out.write(traceback.format_exc())
    sys.path.remove(folder)
    printed[os.path.basename(path)[:-3]] = out.getvalue()
json.dump(printed, sys.stdout)
"""


HEAD = """
import pydantic


class Model(pydantic.BaseModel):
    a: int = 1
    b: list = []
"""
#: What is left, by the code of the rule, with a piece of the reason. All of it stands in the body of a model.
LEFT = {
    "each item": (
        "MIG360",
        "    @pydantic.validator('b', each_item=True)\n    def f(cls, v): return v\n",
        "annotate the items",
    ),
    "the field": (
        "MIG360",
        "    @pydantic.validator('a')\n    def f(cls, v, field): return field.type_(v)\n",
        "uses `field`",
    ),
    "the configuration": (
        "MIG360",
        "    @pydantic.validator('a')\n    def f(cls, v, config): return config.title\n",
        "cls.model_config",
    ),
    "values that change": (
        "MIG360",
        "    @pydantic.validator('a')\n    def f(cls, v, values):\n        values['b'] = v\n        return v\n",
        "read only",
    ),
    "an inherited field": (
        "MIG360",
        "    @pydantic.validator('z', always=True)\n    def f(cls, v): return v\n",
        "validate_default",
    ),
    "values as a whole": (
        "MIG361",
        "    @pydantic.root_validator\n    def f(cls, values):\n        g(values)\n        return values\n",
        "does more with",
    ),
    "a key that is gone": ("MIG350", "    class Config:\n        fields = {'a': 'A'}\n", "Field(...)"),
    "a method of Config": (
        "MIG350",
        "    class Config:\n        @classmethod\n        def customise_sources(cls): ...\n",
        "settings_customise",
    ),
    "unique items": ("MIG343", "    c: list = pydantic.Field([], unique_items=True)\n", "set"),
    "a lookahead": ("MIG342", "    c: str = pydantic.Field('', regex='(?!a)b')\n", "python-re"),
    "a base that is a model": ("MIG381", "class Root(Model):\n    __root__: int\n", "RootModel"),
    "a field by a call": ("MIG372", "    c = pydantic.Field(default_factory=list)\n", "annotation"),
}


@pytest.mark.parametrize("name", LEFT)
def test_what_is_left_says_why(name: str) -> None:
    code, text, reason = LEFT[name]
    rules = HERE.parents[1] / "rules" / "pydantic2"
    finding = assert_finding(HEAD + text, code, rules=str(rules))
    assert reason in finding.message
    assert finding.start.row > 4


def environment(name: str) -> Path:
    """The Python of the environment *name*, made where there is none; skips where it cannot be made."""
    folder = ENVIRONMENTS / name
    python = folder / "bin" / "python"
    if not (folder / "made").exists():
        made = subprocess.run([sys.executable, "-m", "venv", str(folder)], capture_output=True, text=True)
        install = [str(python), "-m", "pip", "install", "--quiet", *REQUIRED[name]]
        if made.returncode == 0:
            made = subprocess.run(install, capture_output=True, text=True)
        if made.returncode != 0:
            pytest.skip(f"{name} cannot be made: {(made.stderr or made.stdout).strip().splitlines()[-1]}")
        (folder / "made").touch()
    return python


def file_of(name: str) -> str:
    return re.sub(r"\W+", "_", name).strip("_")


def migrate(folder: Path, *options: str) -> str:
    """Fix what lies in *folder*, and give back the report."""
    command = [sys.executable, "-m", "platform_lint", "check", "--isolated", "--no-cache", "--select", "MIG3"]
    done = subprocess.run([*command, "--fix", *options, str(folder)], capture_output=True, text=True, cwd=folder)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def text_of(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text("utf-8") for path in sorted(folder.rglob("*.py"))}


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The folder of the programs as they were, and that of what the fixes made of them."""
    before, after = tmp_path_factory.mktemp("before"), tmp_path_factory.mktemp("after")
    for root in (before, after):
        for name, text in PROGRAMS.items():
            folder = root / ("unsafe" if "(unsafe)" in name else "safe")
            folder.mkdir(exist_ok=True)
            (folder / f"{file_of(name)}.py").write_text(text, "utf-8")
            (folder / "shared.py").write_text(SHARED, "utf-8")
    migrate(after / "safe")
    migrate(after / "unsafe", "--unsafe-fixes")
    return before, after


def run(python: Path, root: Path) -> dict[str, str]:
    paths = sorted(str(path) for path in root.glob("*/*.py") if path.name != "shared.py")
    done = subprocess.run([str(python), "-c", RUNNER, *paths], capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


@pytest.fixture(scope="module")
def printed(migrated: tuple[Path, Path]) -> tuple[dict[str, str], dict[str, str]]:
    before, after = migrated
    return run(environment("pydantic2-1"), before), run(environment("pydantic2-2"), after)


@pytest.mark.migrations
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_prints_the_same(name: str, printed: tuple[dict[str, str], dict[str, str]]) -> None:
    before, after = (one[file_of(name)] for one in printed)
    assert "Traceback" not in before
    assert after == before


@pytest.mark.migrations
def test_a_second_run_changes_nothing(migrated: tuple[Path, Path]) -> None:
    _, after = migrated
    old = text_of(after)
    migrate(after / "safe")
    migrate(after / "unsafe", "--unsafe-fixes")
    assert text_of(after) == old
