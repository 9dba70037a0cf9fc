"""What the linted project requires: the Python it supports and the packages it depends on, read from its metadata."""

from __future__ import annotations

import os
import re
import sys
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from platform_lint.reading import read_regular

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

#: The Python a project is taken to support where it does not say: the oldest one that platform-lint itself does.
ASSUMED_PYTHON = "3.10"

_LOWER = {">=", ">", "==", "~=", "==="}
_SETUPS = (
    ("setup.cfg", re.compile(r"^python[_-]requires[ \t]*=[ \t]*([^\r\n#;]+)", re.MULTILINE)),
    ("setup.py", re.compile(r"\bpython_requires[ \t]*=[ \t]*[\"']([^\"'\r\n]+)[\"']")),
)
_REQUIREMENTS = re.compile(r"(?:requirements|constraints)[\w.-]*\.(?:txt|in)\Z|.*-requirements\.txt\Z")


class Requirements:
    """The lowest version of each distribution that the project admits; *python* among them."""

    __slots__ = ("consulted", "floors", "source")

    def __init__(self, floors: dict[str, Version | None], source: str, consulted: frozenset[str]) -> None:
        #: Canonical name -> lowest version, None where any version will do.
        self.floors = floors
        self.source = source
        #: The files and directories this was read from, or would have been.
        self.consulted = consulted

    def satisfies(self, text: str) -> bool:
        """Whether the project surely meets the requirement *text*: it depends on it, in no older version than
        admitted.
        """
        requirement = Requirement(text)
        name = canonicalize_name(requirement.name)
        if name not in self.floors:
            return False
        floor = self.floors[name]
        if not requirement.specifier:
            return True
        return floor is not None and requirement.specifier.contains(floor, prereleases=True)


def read(directory: str) -> Requirements:
    """The requirements of the project *directory* (absolute) is in: the nearest ``pyproject.toml`` with a
    ``[project]``, or ``setup.cfg`` or ``setup.py`` with a ``python_requires``, and the requirements files beside it.
    """
    here = directory
    looked: set[str] = set()
    while True:
        path = os.path.join(here, "pyproject.toml")
        looked |= {here, path}
        if os.path.isfile(path):
            table = _table(path)
            if table or here == directory:
                return _collect(here, path, table, looked)
        if any(_REQUIREMENTS.match(name) for name in _listing(here)) or _python_of_setup(here, looked):
            return _collect(here, here, {}, looked)
        parent = os.path.dirname(here)
        if parent == here or os.path.exists(os.path.join(here, ".git")):
            return _collect(here, "", {}, looked)
        here = parent


def _listing(directory: str) -> list[str]:
    try:
        return sorted(os.listdir(directory))
    except OSError:
        return []


def _table(path: str) -> dict[str, Any]:
    try:
        project = tomllib.loads(read_regular(path).decode("utf-8")).get("project", {})
    except (OSError, ValueError, RecursionError):
        return {}
    return project if isinstance(project, dict) else {}


def _collect(directory: str, source: str, project: dict[str, Any], looked: set[str]) -> Requirements:
    floors: dict[str, Version | None] = {}
    texts = [str(text) for text in project.get("dependencies", ()) or ()]
    optional = project.get("optional-dependencies", {})
    if isinstance(optional, dict):
        texts += [str(text) for group in optional.values() for text in group]
    for name in _listing(directory):
        if _REQUIREMENTS.match(name):
            looked.add(os.path.join(directory, name))
            try:
                texts += read_regular(os.path.join(directory, name)).decode("utf-8").splitlines()
            except (OSError, UnicodeDecodeError):
                continue
    for text in texts:
        try:
            requirement = Requirement(text.partition(" #")[0].strip())
        except InvalidRequirement:
            continue
        key = canonicalize_name(requirement.name)
        floor = _floor(requirement.specifier)
        known = floors.get(key)
        floors[key] = max(floor, known) if floor is not None and known is not None else floor or known
    said = str(project.get("requires-python", "")) or _python_of_setup(directory, looked)
    try:
        python = _floor(SpecifierSet(said)) or Version(ASSUMED_PYTHON)
    except InvalidSpecifier:
        python = Version(ASSUMED_PYTHON)
    floors["python"] = python
    return Requirements(floors, source, frozenset(looked))


def _python_of_setup(directory: str, looked: set[str]) -> str:
    """What ``python_requires`` says in the ``setup.cfg`` or ``setup.py`` of *directory*, ``""`` where it says nothing.

    Nothing of a project is run, so a value that ``setup.py`` computes is not seen.
    """
    for name, pattern in _SETUPS:
        path = os.path.join(directory, name)
        looked.add(path)
        try:
            found = pattern.search(read_regular(path).decode("utf-8"))
        except (OSError, UnicodeDecodeError):
            continue
        if found is not None:
            return found[1].strip()
    return ""


def _floor(specifiers: SpecifierSet) -> Version | None:
    """The lowest version *specifiers* admit, None where they set no lower bound."""
    found: list[Version] = []
    for specifier in specifiers:
        if specifier.operator in _LOWER:
            try:
                found.append(Version(specifier.version.removesuffix(".*")))
            except InvalidVersion:
                continue
    return max(found, default=None)
