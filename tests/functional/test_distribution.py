"""What is shipped: the sdist and the wheel hold the tree, and work where they are installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from .harness import OLD, ROOT

pytest.importorskip("build")
tomllib = pytest.importorskip("tomllib")
pytestmark = pytest.mark.slow

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]


@pytest.fixture(scope="module")
def built(source_tree, environment, tmp_path_factory):
    """The sdist, and the wheel built from it."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(source_tree)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning" not in done.stderr.lower(), done.stderr
    return out


def files_of(tree: Path, package: str) -> set[str]:
    return {
        f"{package}/{path.relative_to(tree).as_posix()}"
        for path in tree.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_every_file_of_the_tree_and_no_other(built):
    (wheel,) = built.glob("*.whl")
    assert wheel.name == f"platform_lint-{VERSION}-py3-none-any.whl"
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    tree = files_of(ROOT / "src" / "platform_lint", "platform_lint") | files_of(ROOT / "rules", "platform_lint_rules")
    assert names == tree
    assert "platform_lint/py.typed" in names
    assert sum(name.startswith("platform_lint_rules/") and name.endswith(".toml") for name in names) > 20


def test_the_sdist_holds_what_a_build_needs(built):
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert names >= files_of(ROOT / "src" / "platform_lint", "src/platform_lint") | files_of(ROOT / "rules", "rules")
    assert names >= {"pyproject.toml", "README.md", "LICENSE"}


def test_the_metadata_says_what_it_is(built):
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        metadata = Parser().parsestr(archive.read(f"platform_lint-{VERSION}.dist-info/METADATA").decode())
        entry_points = archive.read(f"platform_lint-{VERSION}.dist-info/entry_points.txt").decode()
        licence = archive.read(f"platform_lint-{VERSION}.dist-info/licenses/LICENSE").decode()
    assert (metadata["Name"], metadata["Version"]) == ("platform-lint", VERSION)
    assert metadata["Requires-Python"] == ">=3.10"
    assert metadata["License-Expression"] == "MIT"
    assert "Permission is hereby granted" in licence
    assert "LIB = platform_lint.flake8_plugin:Plugin" in entry_points
    assert "platform-lint = platform_lint.cli:main" in entry_points


def test_it_works_where_it_is_installed_and_an_editable_install_is_live(built, source_tree, empty, tmp_path):
    (wheel,) = built.glob("*.whl")
    place = tmp_path / "venv"
    folder = "Scripts" if sys.platform == "win32" else "bin"
    python, script = place / folder / "python", place / folder / "platform-lint"
    assert empty.command(sys.executable, "-m", "venv", "--without-pip", str(place)).status == 0

    def install(*what: str) -> None:
        done = empty.command(sys.executable, "-m", "pip", "--python", str(python), "install", "-q", *what)
        assert done.status == 0, done

    def check(*arguments: str):
        return empty.command(str(script), "check", "--output-format", "json", *arguments)

    install(str(wheel))
    empty.write({"app.py": "import datetime\n\nnow = datetime.datetime.utcnow()\n", "old.py": OLD})
    assert check("app.py").places == [("app.py", 3, 7, "LIB200")]
    shown = empty.command(str(python), "-c", "import platform_lint_rules as rules; print(rules.__file__)")
    assert str(place) in shown.out
    assert empty.command(str(python), "-m", "platform_lint", "--version").out == f"platform-lint {VERSION}\n"

    install("--no-deps", "setuptools>=77")
    live = tmp_path / "live"
    shutil.copytree(source_tree, live)
    install("--no-deps", "--no-build-isolation", "--editable", str(live))
    assert check("app.py").places == [("app.py", 3, 7, "LIB200")]
    assert check("old.py").places == []
    rule = '[[rule]]\ncode = "LIB999"\nname = "brand-new"\nban = ["acme.db.get_session"]\n'
    (live / "rules" / "time" / "new.toml").write_text(rule)
    assert set(check("old.py").codes) == {"LIB999"}
