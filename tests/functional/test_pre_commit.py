"""The hooks, in the real pre-commit."""

from __future__ import annotations

import os
import sys

import pytest

from .harness import NEW, OLD

pytest.importorskip("pre_commit")
pytestmark = pytest.mark.slow

CONFIG = """\
repos:
- repo: {repo}
  rev: {rev}
  hooks:
  - id: platform-lint-fix
  - id: platform-lint
    types_or: [python, pyi, text]
    files: ^app
"""


@pytest.fixture
def repository(configured, tmp_path, source_tree):
    """A repository with a violation, and another one that holds our hooks."""
    # It clones; nothing of the user's is touched, but for pip's own settings.
    configured.env.update(PRE_COMMIT_HOME=str(tmp_path / "pre-commit"), PRE_COMMIT_COLOR="never")
    for directory in (configured.root, source_tree):
        configured.git("-C", str(directory), "init", "-q")
        configured.git("-C", str(directory), "add", "-A")
    configured.git("-C", str(source_tree), "commit", "-q", "-m", "hooks", "--allow-empty")
    configured.git("commit", "-q", "-m", "rules")
    configured.write({"app.py": OLD, "stub.pyi": OLD, "notes.txt": OLD, "build/gen.py": OLD})
    configured.git("add", "-A")
    return configured


def pre_commit(project, *arguments: str):
    return project.command(sys.executable, "-m", "pre_commit", *arguments)


def test_try_repo_fails_on_a_violation_and_the_fix_hook_mends_it(repository, source_tree):
    tried = pre_commit(repository, "try-repo", str(source_tree), "--all-files", "--verbose")
    assert tried.status == 1, tried
    assert "hook id: platform-lint\n" in tried.out
    assert "app.py:3:11\n" in tried.out
    assert "stub.pyi:3:11\n" in tried.out
    assert "Found 2 errors in 2 files (3 checked); 2 fixable with `--fix`." not in tried.out
    assert "Found 2 errors in 2 files (2 checked); 2 fixable with `--fix`." in tried.out
    assert "hook id: platform-lint-fix\n" in tried.out
    assert "files were modified by this hook" in tried.out
    assert repository.read("app.py") == repository.read("stub.pyi") == NEW
    # Neither another kind of file nor an excluded one.
    assert repository.read("notes.txt") == repository.read("build/gen.py") == OLD


def test_a_commit_is_refused_until_what_the_hook_fixed_is_added(repository, source_tree):
    rev = repository.git("-C", str(source_tree), "rev-parse", "HEAD").strip()
    repository.write({".pre-commit-config.yaml": CONFIG.format(repo=source_tree, rev=rev)})
    repository.git("add", "-A")
    assert pre_commit(repository, "install").status == 0
    commit = ("git", "commit", "-m", "a violation")
    refused = repository.command(*commit)
    assert refused.status == 1, refused
    assert "files were modified by this hook" in refused.err
    assert repository.read("app.py") == NEW
    again = repository.command(*commit)
    assert again.status == 1, again  # what is staged is as it was
    repository.git("add", "-u")
    passed = repository.command(*commit)
    assert passed.status == 0, passed
    assert os.listdir(repository.root / ".git" / "hooks").count("pre-commit") == 1
