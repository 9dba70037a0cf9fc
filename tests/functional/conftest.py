"""The projects that the tests work in."""

from __future__ import annotations

import os
import shutil

import pytest

from .harness import APP, CONFIG, PACK, ROOT, Project


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes seconds (leave out with -m 'not slow')")


@pytest.fixture(scope="session")
def environment():
    """An environment without the user's settings; caches are the test run's."""
    ours = ("PLATFORM_LINT", "GIT_", "PYTHON", "PRE_COMMIT", "FLAKE8")
    env = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(ours) and name not in ("NO_COLOR", "FORCE_COLOR", "TERM")
    }
    return {
        **env,
        "PLATFORM_LINT_CACHE_DIR": os.environ["PLATFORM_LINT_CACHE_DIR"],
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
    """A project that no test changes, with the company's pack as it is and one file that breaks it all.

    It is where the real command is run.
    """
    shared = Project(tmp_path_factory.mktemp("shared"), environment, real=True)
    shared.write({"platform-lint.toml": 'rule-dirs = ["lint"]\n', "lint/acme.toml": PACK, "app.py": APP})
    return shared


@pytest.fixture(scope="session")
def workspace(tmp_path_factory):
    """A directory whose configuration holds for every project in it, so that it is read once."""
    workspace = tmp_path_factory.mktemp("workspace")
    (workspace / "lint").mkdir()
    (workspace / "lint" / "acme.toml").write_text(PACK)
    (workspace / "platform-lint.toml").write_text(CONFIG)
    return workspace


@pytest.fixture
def project(workspace, environment):
    """A project that the company's pack holds for."""
    project = Project(workspace / f"project{len(os.listdir(workspace))}", environment)
    project.write({"lint/acme.toml": PACK})
    return project


@pytest.fixture
def configured(empty):
    """A project with the company's pack and a configuration of its own."""
    empty.write({"platform-lint.toml": CONFIG, "lint/acme.toml": PACK})
    return empty


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
