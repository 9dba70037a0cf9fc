"""Which files are looked at: paths, exclusions, git, links, and how they are called."""

from __future__ import annotations

import os

import pytest

from .harness import CONFIG, OLD


def files(done) -> list[str]:
    assert done.status in (0, 1), done
    return [place[0] for place in done.places]


@pytest.fixture
def tree(project):
    project.write(
        dict.fromkeys(("app.py", "stub.pyi", "notes.txt", "build/gen.py", "pkg/a.py", "pkg/vendor/b.py"), OLD)
    )
    return project


def test_without_a_path_everything_below_the_working_directory_is_checked(tree):
    assert files(tree.json()) == ["app.py", "pkg/a.py", "pkg/vendor/b.py", "stub.pyi"]
    assert files(tree.json(cwd="pkg")) == ["a.py", "vendor/b.py"]


def test_files_are_called_from_the_working_directory_and_come_once(tree):
    assert files(tree.json("pkg", "./pkg/a.py", "app.py", f"../{tree.root.name}/app.py")) == [
        "app.py",
        "pkg/a.py",
        "pkg/vendor/b.py",
    ]
    assert files(tree.json("../app.py", ".", cwd="pkg"))[1:] == ["a.py", "vendor/b.py"]
    assert files(tree.json("../app.py", cwd="pkg")) == [str(tree.root / "app.py")]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ((), ["app.py", "pkg/a.py", "pkg/vendor/b.py", "stub.pyi"]),
        (("--exclude", "pkg"), ["app.py", "build/gen.py", "stub.pyi"]),
        (("--exclude", "pkg,build"), ["app.py", "stub.pyi"]),
        (("--extend-exclude", "vendor"), ["app.py", "pkg/a.py", "stub.pyi"]),
        (("--extend-exclude", "pkg/*.py", "--extend-exclude", "*.pyi"), ["app.py", "pkg/vendor/b.py"]),
        (("--extend-exclude", "./pkg/vendor/"), ["app.py", "pkg/a.py", "stub.pyi"]),
        (("--config", "extend-exclude=['**/b.py']"), ["app.py", "pkg/a.py", "stub.pyi"]),
    ],
)
def test_exclusions_hold_below_directories(tree, options, found):
    tree.write({"platform-lint.toml": CONFIG})
    assert files(tree.json(*options, ".")) == found
    # What is remembered of a walk is only used where it holds.
    assert files(tree.json(*options, ".")) == found


def test_a_named_file_is_checked_unless_exclusion_is_forced(tree):
    assert files(tree.json("build/gen.py")) == ["build/gen.py"]
    assert files(tree.json("--force-exclude", "build/gen.py", "app.py")) == ["app.py"]
    assert files(tree.json("--force-exclude", "build", "pkg/vendor", "--exclude", "pkg,build")) == []
    tree.write({"platform-lint.toml": "force-exclude = true\n" + CONFIG})
    assert files(tree.json("build/gen.py", "app.py")) == ["app.py"]
    assert files(tree.json("--no-force-exclude", "build/gen.py")) == ["build/gen.py"]


def test_no_file_at_all_is_said_and_no_failure(empty):
    done = empty.check()
    assert (done.status, done.out) == (0, "No files to check.\n")
    assert "no Python files found" in done.err


def test_a_named_file_may_have_any_name(tree):
    tree.write({"tool": OLD, "app.wsgi": OLD, "run.cgi": "#!/usr/bin/env python3\n" + OLD})
    assert files(tree.json("tool", "app.wsgi", "run.cgi")) == ["app.wsgi", "run.cgi", "tool"]


def test_a_named_file_that_is_no_python_is_said_to_be_left_out(tree):
    tree.write({"README.rst": "requests and redis: `acme.db.get_session`\n", "run.sh": "#!/bin/sh\nredis\n"})
    alone = tree.check("README.rst")
    assert (alone.status, alone.out) == (0, "No files to check.\n")
    assert alone.err == "platform-lint: warning: not Python, so not checked: README.rst\n"
    both = tree.json("README.rst", "app.py", "run.sh")
    assert files(both) == ["app.py"]
    assert both.err.startswith("platform-lint: warning: not Python, so not checked: README.rst, run.sh\n")
    assert tree.check("-qq", "README.rst").err == ""
    tree.write({f"{number}.txt": "" for number in range(7)})
    many = tree.check(*(f"{number}.txt" for number in range(7)))
    assert "not checked: 0.txt, 1.txt, 2.txt, 3.txt, 4.txt and 2 more\n" in many.err


def test_new_and_removed_files_are_noticed(tree):
    assert "pkg/new.py" not in files(tree.json())
    tree.write({"pkg/new.py": OLD})
    (tree.root / "app.py").unlink()
    assert files(tree.json()) == ["pkg/a.py", "pkg/new.py", "pkg/vendor/b.py", "stub.pyi"]


def test_what_git_ignores_is_left_out(tree):
    tree.write({".gitignore": "vendor/\n*.pyi\n", "pkg/.gitignore": "c.py\n", "pkg/c.py": OLD, "ünï cödé.py": OLD})
    everything = ["app.py", "pkg/a.py", "pkg/c.py", "pkg/vendor/b.py", "stub.pyi", "ünï cödé.py"]
    assert files(tree.json()) == everything
    tree.write({"platform-lint.toml": CONFIG})
    tree.git("init", "-q")
    assert files(tree.json()) == ["app.py", "pkg/a.py", "ünï cödé.py"]
    assert files(tree.json("pkg")) == ["pkg/a.py"]
    assert files(tree.json(cwd="pkg")) == ["a.py"]
    assert files(tree.json("--no-respect-gitignore")) == everything
    assert files(tree.json("pkg/c.py")) == ["pkg/c.py"]
    # A tracked file counts even where a later pattern would ignore it; one that was deleted does not.
    tree.git("add", "-f", "stub.pyi", "app.py")
    (tree.root / "app.py").unlink()
    assert files(tree.json()) == ["pkg/a.py", "stub.pyi", "ünï cödé.py"]


def test_a_repository_inside_a_repository_is_another_project_s_and_looked_into_where_named(tree):
    tree.write({"inner/c.py": OLD, "inner/platform-lint.toml": CONFIG.replace("lint", "../lint", 1)})
    tree.write({"platform-lint.toml": CONFIG})
    tree.git("init", "-q")
    tree.git("init", "-q", "inner")
    assert "inner/c.py" not in files(tree.json("."))
    assert files(tree.json("inner")) == ["inner/c.py"]


def test_loops_of_links_end_and_links_to_files_are_followed(tree):
    (tree.root / "pkg" / "loop").symlink_to("..", target_is_directory=True)
    (tree.root / "pkg" / "dir.py").symlink_to("..", target_is_directory=True)
    (tree.root / "self.py").symlink_to("self.py")
    (tree.root / "linked.py").symlink_to("pkg/a.py")
    done = tree.json()
    assert files(done) == ["app.py", "linked.py", "pkg/a.py", "pkg/vendor/b.py", "self.py", "stub.pyi"]
    assert [code for file, _, _, code in done.places if file == "self.py"] == ["LIB002"]


def test_a_dangling_link_is_reported_and_the_others_are_checked(tree):
    (tree.root / "gone.py").symlink_to("nowhere.py")
    done = tree.json("gone.py", "app.py")
    assert [(file, code) for file, _, _, code in done.places] == [("app.py", "ACM101"), ("gone.py", "LIB002")]
    assert done.status == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_named_pipe_is_reported_and_never_waited_for(tree):
    os.mkfifo(tree.root / "pipe.py")
    for path in ("pipe.py", "."):
        done = tree.json(path)
        assert ("pipe.py", 1, 1, "LIB002") in done.places


def test_names_of_files_are_shown_without_their_control_characters(tree):
    name = "bad\n\x1b[31m::error::.py"
    tree.write({name: OLD})
    assert files(tree.json(name)) == [name]
    for format_name in ("concise", "full", "github"):
        done = tree.check("--output-format", format_name, name)
        assert done.status == 1
        assert "\x1b" not in done.out
        assert not any(line.startswith((":error", "::error::")) for line in done.out.splitlines())


def test_names_of_files_need_not_be_text(tree):
    name = os.fsdecode(b"caf\xe9.py")
    try:
        (tree.root / name).write_text(OLD)
    except OSError:
        pytest.skip("this file system takes UTF-8 only")
    for _ in range(2):
        done = tree.check("--output-format", "concise", ".")
        assert done.status == 1
        assert "caf" in done.out
    assert tree.check("--fix", ".").status == 0
    assert "open_session" in (tree.root / name).read_text()


def test_standard_input_is_called_as_told_and_configured_by_its_place(tree):
    tree.write({"svc/platform-lint.toml": 'rule-dirs = ["../lint"]\nselect = ["ACM102"]\n'})
    assert tree.json("-", input=OLD).places == [("-", 3, 11, "ACM101")]
    assert tree.json("-", "--stdin-filename", "pkg/x.py", input=OLD).places == [("pkg/x.py", 3, 11, "ACM101")]
    assert tree.json("-", "--stdin-filename", "svc/not/there.py", input=OLD).places == []
    assert tree.json("-", "--stdin-filename", "build/x.py", "--force-exclude", input=OLD).places == []


def test_standard_input_stands_alone(tree):
    assert "cannot be joined with other paths" in tree.check("-", "app.py").complaint
