"""What the measurements need, made on demand below ``.bench/``: environments, trees of real code, scratch copies."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
BENCH = ROOT / ".bench"
DOCS = ROOT / "docs"

#: The tools we are measured against, by the name of their distribution.
PEERS = ("ruff", "libcst", "fixit", "semgrep", "flake8")

_NOT_SHIPPED = (".*", "__pycache__", "*.egg-info", "benchmarks", "build", "dist", "docs", "examples", "tests")


class Tree(NamedTuple):
    """A tree of code: its name, the root of its files, and the import name of the package it is about."""

    name: str
    root: Path
    package: str

    def files(self) -> list[Path]:
        """Its Python files, sorted."""
        return python_files(self.root)


class Release(NamedTuple):
    """Where a tree comes from: a pinned distribution, as sdist or as wheel.

    *python* is the version a wheel is for, where it is not one for all of them. *sha256* is what the archive must be.
    """

    requirement: str
    archive: str
    package: str
    source: bool
    python: str = ""
    sha256: str = ""


RELEASES = {
    "django": Release("django==5.2", "[Dd]jango-5.2.tar.gz", "django", True),
    "homeassistant": Release("homeassistant==2024.3.3", "homeassistant-2024.3.3-*.whl", "homeassistant", False),
}


class Missing(Exception):
    """A tool that cannot be had here; the text names it and says why."""


def trees() -> list[Tree]:
    """All trees, fetched and unpacked if they are not there yet."""
    return [tree(name) for name in RELEASES]


def tree(name: str) -> Tree:
    """The tree called *name*: a git work tree of its own, all files committed, as code is where it is linted."""
    return unpacked(name, RELEASES[name])


def unpacked(name: str, release: Release) -> Tree:
    """The tree of *release*, called *name*: fetched once, then left as it is."""
    root = BENCH / "trees" / name
    if not root.is_dir():
        archive = downloaded(release)
        scratch = root.with_name(f"{name}.partial")
        shutil.rmtree(scratch, ignore_errors=True)
        if release.source:
            with tarfile.open(archive) as sdist:
                sdist.extractall(scratch, filter="data")
            top = next(scratch.iterdir())
        else:
            with zipfile.ZipFile(archive) as wheel:
                wheel.extractall(scratch)
            top = scratch
        # Semgrep leaves out tests and more unless it is told otherwise.
        (top / ".semgrepignore").touch()
        _commit(top)
        os.replace(top, root)
        shutil.rmtree(scratch, ignore_errors=True)
    return Tree(name, root, release.package)


def copy(tree: Tree, name: str, below: str = "") -> Tree:
    """A fresh copy of *tree*, or of one folder of it, that may be written to. It takes the place of an older *name*."""
    root = BENCH / "copies" / name
    shutil.rmtree(root, ignore_errors=True)
    restore(tree, Tree(tree.name, root, tree.package), below)
    if below:
        # What lies in a folder that git ignores, as ours does, would not be looked at.
        _must(subprocess.run(["git", "init", "--quiet", str(root)], capture_output=True, text=True, check=False))
    return Tree(tree.name, root, tree.package)


def restore(tree: Tree, copy: Tree, below: str = "") -> None:
    """Bring a folder of *copy* back to what it is in *tree*."""
    shutil.rmtree(copy.root / below, ignore_errors=True)
    shutil.copytree(tree.root / below, copy.root / below, symlinks=True)


def scratch(name: str) -> Path:
    """A path for a file of ours, its folder made."""
    path = BENCH / "scratch" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def python_files(folder: Path) -> list[Path]:
    """The Python files below *folder*, sorted; hidden folders are left alone."""
    found: list[Path] = []
    for directory, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(directory, name) for name in names if name.endswith(".py")]
    return sorted(found)


def stem(name: str) -> str:
    """The distribution *name* as a pattern that its archives begin with, however they write it."""
    return re.sub(r"[-_.]+", "[-_.]", name)


# Environments


@cache
def peer(name: str) -> Path:
    """The executable of the peer *name*, installed if need be. Raises Missing."""
    python = environment("venv")
    executable = python.with_name("python" if name == "libcst" else name)
    if version(python, name) is None:
        done = _pip(python, "install", "--quiet", name)
        if done.returncode or version(python, name) is None:
            lines = [line for line in done.stderr.splitlines() if "error" in line.lower()] or ["it cannot be installed"]
            raise Missing(f"{name}: {lines[-1].strip()}")
    return executable


@cache
def ours() -> Path:
    """The Python of an environment that has platform-lint as a user gets it: built into a wheel and installed.

    It is built again when the sources changed.
    """
    python = environment("ours")
    stamp = python.parent.parent / "sources.digest"
    digest = sources_digest(ROOT / "src", ROOT / "rules", ROOT / "pyproject.toml")
    if not stamp.is_file() or stamp.read_text() != digest:
        # Built from a copy: setuptools leaves a `build` folder behind, and picks up what it finds in an old one.
        source = BENCH / "source"
        shutil.rmtree(source, ignore_errors=True)
        shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(*_NOT_SHIPPED))
        _must(_pip(python, "install", "--quiet", str(source)))
        _must(_pip(python, "install", "--quiet", "--force-reinstall", "--no-deps", str(source)))
        shutil.rmtree(source)
        stamp.write_text(digest)
    return python


def install(python: Path, *requirements: str) -> None:
    """See to it that the environment of *python* meets *requirements*."""
    _must(_pip(python, "install", "--quiet", *requirements))


def environment(name: str, version: str = "") -> Path:
    """The Python of the virtual environment *name*, made if need be, of *version* or of that which runs this. Raises
    Missing.
    """
    home = BENCH / name
    scripts = home / ("Scripts" if sys.platform == "win32" else "bin")
    if not (home / "pyvenv.cfg").is_file():
        if version:
            _must(
                subprocess.run([interpreter(version), "-m", "venv", home], capture_output=True, text=True, check=False)
            )
        else:
            venv.create(home, with_pip=True, symlinks=sys.platform != "win32")
    return scripts / "python"


@cache
def interpreter(version: str) -> Path:
    """A Python of *version*, as in ``3.10``: on the path, or under pyenv. Raises Missing."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv", "versions")
    for python in (shutil.which(f"python{version}"), *sorted(pyenv.glob(f"{version}.*/bin/python"))):
        # A shim of pyenv's is there for versions that are not chosen, too.
        if python and not subprocess.run([python, "-c", "import ensurepip, venv"], capture_output=True).returncode:
            return Path(python)
    raise Missing(f"there is no Python {version} here")


def version(python: Path, distribution: str) -> str | None:
    """The version of *distribution* that the environment of *python* has, None if it has none."""
    code = "import sys, importlib.metadata as m; print(m.version(sys.argv[1]))"
    done = subprocess.run([python, "-c", code, distribution], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def _pip(python: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(python), "-m", "pip", "--disable-pip-version-check", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _must(done: subprocess.CompletedProcess[str]) -> None:
    if done.returncode:
        raise SystemExit(f"benchmarks: {' '.join(map(str, done.args))} failed:\n{done.stderr}")


def downloaded(release: Release) -> Path:
    """The archive of *release*, fetched if it is not there yet."""
    downloads = BENCH / "dl"
    downloads.mkdir(parents=True, exist_ok=True)
    if not list(downloads.glob(release.archive)):
        form = ["--no-binary", ":all:"] if release.source else ["--only-binary", ":all:"]
        if release.python:
            form += ["--python-version", release.python, "--implementation", "cp"]
            form += ["--platform", "manylinux1_x86_64", "--platform", "manylinux2014_x86_64"]
        python = environment("venv")
        _must(_pip(python, "download", "--quiet", "--no-deps", *form, "--dest", str(downloads), release.requirement))
    archive = next(iter(downloads.glob(release.archive)))
    if release.sha256 and hashlib.sha256(archive.read_bytes()).hexdigest() != release.sha256:
        raise SystemExit(f"benchmarks: {archive} is not the {release.requirement} that is meant: its sha256 differs")
    return archive


def _commit(root: Path) -> None:
    options = ("user.name=bench", "user.email=bench@localhost", "commit.gpgsign=false", "gc.auto=0")
    git = ["git", "-C", str(root), *(part for option in options for part in ("-c", option))]
    for arguments in ("init --quiet", "add --all --force", "commit --quiet --no-verify -m As-released"):
        _must(subprocess.run([*git, *arguments.split()], capture_output=True, text=True, check=False))


def sources_digest(*places: Path) -> str:
    """What the sources at *places*, files and folders of ours, come to: another text where one of them changed."""
    digest = hashlib.blake2b()
    for place in places:
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.suffix in (".py", ".toml", ".typed"):
                digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()
