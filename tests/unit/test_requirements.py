"""``platform_lint.requirements``: what a project surely has."""

from __future__ import annotations

from pathlib import Path

import pytest

from platform_lint.requirements import ASSUMED_PYTHON, read

PROJECT = """
[project]
name = "x"
requires-python = ">=3.11,<4"
dependencies = [
  "Corp.DB>=3.2",
  "any",
  "capped<2",
  "exact==1.5",
  "compatible~=2.1",
  "wild==3.*",
  "marked>=1; python_version < '3'",
  "extras[a,b]>=4",
  "several>=1,>=2,!=2.1",
  "not a requirement!!!",
]
[project.optional-dependencies]
test = ["pytest>=8", "any>=1"]
"""


@pytest.mark.parametrize(
    ("requirement", "met"),
    [
        ("corp-db>=3", True),
        ("corp_db>=3.2", True),
        ("corp-db>=3.3", False),
        ("corp-db<3", False),
        ("corp-db", True),
        ("any", True),
        ("any>=1", True),
        ("any>=2", False),
        ("capped", True),
        ("capped>=1", False),
        ("exact>=1.5", True),
        ("exact>=1.6", False),
        ("compatible>=2.1", True),
        ("wild>=3", True),
        ("marked>=1", True),
        ("extras>=4", True),
        ("several>=2", True),
        ("pytest>=8", True),
        ("absent", False),
        ("python>=3.11", True),
        ("python>=3.12", False),
    ],
)
def test_project_metadata(requirement: str, met: bool, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    assert read(str(tmp_path)).satisfies(requirement) is met


def test_requirements_files(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.x]\n")
    (tmp_path / "requirements.txt").write_text("# comment\ncorp-db>=3  # why\n-r other.txt\nlib @ https://x/y.whl\n\n")
    (tmp_path / "dev-requirements.txt").write_text("tool>=1\n")
    (tmp_path / "constraints-3.txt").write_text("corp-db>=3.5\n")
    (tmp_path / "notes.txt").write_text("nothing>=1\n")
    found = read(str(tmp_path))
    assert found.satisfies("corp-db>=3.5")
    assert found.satisfies("tool>=1")
    assert found.satisfies("lib")
    assert not found.satisfies("nothing")


def test_the_nearest_project_counts(tmp_path: Path) -> None:
    inner = tmp_path / "services" / "one" / "src"
    inner.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text('[project]\ndependencies = ["a>=1"]\n')
    assert read(str(inner)).satisfies("a>=1")
    (tmp_path / "services" / "one" / "pyproject.toml").write_text('[project]\ndependencies = ["b>=1"]\n')
    assert read(str(inner)).satisfies("b>=1")
    assert not read(str(inner)).satisfies("a>=1")


def test_a_work_tree_is_not_left(tmp_path: Path) -> None:
    inner = tmp_path / "tree"
    (inner / ".git").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text('[project]\ndependencies = ["a>=1"]\n')
    assert not read(str(inner)).satisfies("a")


@pytest.mark.parametrize("text", ["", "[project\n", "project = 1\n", '[project]\nrequires-python = "new"\n'])
def test_broken_metadata_promises_nothing(text: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    found = read(str(tmp_path))
    assert not found.satisfies("anything")
    assert found.satisfies(f"python>={ASSUMED_PYTHON}")
    assert not found.satisfies("python>=3.99")


@pytest.mark.parametrize(
    ("files", "met"),
    [
        ({"setup.cfg": "[options]\npython_requires = >=3.7\n"}, False),
        ({"setup.cfg": "[options]\npython_requires = >=3.9  # said\n"}, True),
        ({"setup.py": "setup(name='x',\n      python_requires='>=3.7')\n"}, False),
        ({"setup.py": 'setup(python_requires = ">=3.11, <4")\n'}, True),
        ({"setup.py": "setup(python_requires=MINIMUM)\n"}, True),
        ({"pyproject.toml": "[build-system]\n", "setup.cfg": "[options]\npython_requires = >=3.6\n"}, False),
        ({"pyproject.toml": "[project]\nrequires-python='>=3.12'\n", "setup.py": "python_requires='>=3.7'"}, True),
        ({"setup.cfg": b"\xff"}, True),
    ],
)
def test_the_python_of_a_project_without_a_project_table(
    files: dict[str, str | bytes], met: bool, tmp_path: Path
) -> None:
    """The requirement is Python 3.9; a project that does not say it statically is taken for one of 3.10."""
    for name, text in files.items():
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    (tmp_path / "package").mkdir()
    assert read(str(tmp_path)).satisfies("python>=3.9") is met
    assert read(str(tmp_path / "package")).satisfies("python>=3.9") is met
