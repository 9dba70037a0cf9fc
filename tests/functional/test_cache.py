"""What is remembered between runs never changes what they say, however broken it is."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .harness import APP, CONFIG, NEW, OLD, Done, Project

USES_AND_FAILS = "from acme.db import get_session\nget_session(\n"


@pytest.fixture
def cached(project, tmp_path):
    """A project with a cache of its own, filled."""
    compiled = Path(project.env["PLATFORM_LINT_CACHE_DIR"], "compiled")
    if compiled.is_dir():  # An earlier test may have read the packs already, which takes a second.
        shutil.copytree(compiled, tmp_path / "cache" / "compiled", ignore=shutil.ignore_patterns("*.tmp"))
    project.env["PLATFORM_LINT_CACHE_DIR"] = str(tmp_path / "cache")
    project.write({"app.py": APP, "old.py": OLD, "clean.py": NEW, "broken.py": USES_AND_FAILS, "pkg/a.py": OLD})
    for path in project.root.rglob("*"):  # old enough for its time to prove something
        os.utime(path, (1_700_000_000, 1_700_000_000))
    os.utime(project.root, (1_700_000_000, 1_700_000_000))
    project.expected = project.json("--no-cache", ".").findings
    assert len(project.expected) == 7
    assert project.json(".").findings == project.expected
    project.kept = {path: path.read_bytes() for path in kept(project)}
    return project


def kept(project: Project) -> list[Path]:
    return [path for path in Path(project.env["PLATFORM_LINT_CACHE_DIR"]).rglob("*") if path.is_file()]


def test_a_second_run_says_the_same_without_reading_the_files(cached):
    assert {path.parent.name for path in kept(cached)} == {"compiled", "listings", "results"}
    # Proof that it is not read: another content of the same size and time goes unnoticed, as for any such cache.
    path = cached.root / "old.py"
    before = path.stat()
    path.write_text(OLD.replace("get_session", "xxx_session"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert cached.json(".").findings == cached.expected
    assert len(cached.json("--no-cache", ".").findings) == len(cached.expected) - 1


def test_a_changed_file_is_read_again(cached):
    cached.write({"old.py": NEW})
    assert "old.py" not in [place[0] for place in cached.json(".").places]
    cached.write({"old.py": OLD})
    assert cached.json(".").findings == cached.expected


def test_a_touched_file_is_found_to_be_the_same(cached):
    for path in cached.root.glob("*.py"):
        path.touch()
    assert cached.json(".").findings == cached.expected


def test_a_file_written_again_at_once_is_never_taken_for_the_one_before(cached):
    # Same size, times too near to tell apart.
    for text in (OLD, OLD.replace("get_s", "got_s")) * 4:
        cached.write({"old.py": text})
        assert ("old.py" in [place[0] for place in cached.json("old.py").places]) is (text == OLD)


def test_a_module_that_re_exports_counts_for_the_files_that_use_it(cached):
    cached.write(
        {"platform-lint.toml": CONFIG, "facade.py": "", "use.py": "from facade import get_session\n\nget_session()\n"}
    )
    assert cached.json("use.py").codes == []
    cached.write({"facade.py": "from acme.db import get_session\n"})
    assert cached.json("use.py").codes == ["ACM101"]
    (cached.root / "facade.py").unlink()
    cached.write({"facade/__init__.py": "from acme.db import other as get_session\n"})
    assert cached.json("use.py").codes == []


def test_runs_from_other_directories_and_with_other_rules_do_not_disturb_each_other(cached):
    for _ in range(2):
        assert cached.json("pkg").places == [("pkg/a.py", 3, 11, "ACM101")]
        assert cached.json(".", cwd="pkg").places == [("a.py", 3, 11, "ACM101")]
        assert cached.json("--select", "ACM102", "pkg").places == []


def test_fixing_works_from_what_is_known(cached):
    assert cached.check("--fix", "old.py").status == 0
    assert cached.read("old.py") == NEW
    assert cached.json("old.py").findings == []


@pytest.mark.parametrize("options", [("--no-cache",), ("-n",)])
def test_without_cache_no_results_are_kept(project, tmp_path, options):
    project.write({"app.py": APP})
    project.env["PLATFORM_LINT_CACHE_DIR"] = str(tmp_path / "cache")
    project.check(*options, ".")
    assert {path.parent.name for path in kept(project)} <= {"compiled"}


def test_the_cache_directory_can_be_named(cached, tmp_path):
    def results(folder: Path) -> list[Path]:
        return list(folder.rglob("results/*"))

    assert cached.json("--cache-dir", str(tmp_path / "named"), ".").findings == cached.expected
    assert len(results(tmp_path / "named")) == 1
    cached.write({"platform-lint.toml": 'cache-dir = ".kept"\n' + CONFIG})
    assert cached.json(".").findings == cached.expected
    assert len(results(cached.root / ".kept")) == 1


@pytest.mark.parametrize("place", ["..", "../kept", "/tmp/kept", "~/kept", "a/../../kept"])
def test_a_project_does_not_say_where_else_on_a_machine_is_written(cached, place):
    cached.write({"platform-lint.toml": f'cache-dir = "{place}"\n' + CONFIG})
    done = cached.check(".")
    assert done.status == 2
    assert (
        f"platform-lint.toml:1: cache-dir: {place!r} lies outside of the project: say it with --cache-dir" in done.err
    )


@pytest.mark.parametrize("place", ["file", "missing/below/file", "read-only"])
def test_a_cache_that_cannot_be_written_is_no_error(cached, tmp_path, place):
    (tmp_path / "file").write_text("")
    (tmp_path / "read-only").mkdir(mode=0o555)
    (tmp_path / "missing").symlink_to(tmp_path / "file")
    env = {"PLATFORM_LINT_CACHE_DIR": str(tmp_path / place)}
    for _ in range(2):
        done = cached.json(".", env=env)
        assert (done.status, done.findings) == (1, cached.expected)


@given(data=st.data())
# Every example writes all files of the cache anew.
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_corrupt_cache_is_dropped(cached, data):
    path = data.draw(st.sampled_from(sorted(cached.kept)), label="file")
    original = cached.kept[path]
    spoiled = data.draw(
        st.one_of(
            st.integers(0, len(original) - 1).map(lambda size: original[:size]),
            st.binary(max_size=200),
            st.tuples(st.integers(0, len(original) - 1), st.binary(min_size=1, max_size=8)).map(
                lambda change: original[: change[0]] + change[1] + original[change[0] + len(change[1]) :]
            ),
            st.binary(min_size=1, max_size=8).map(lambda more: original + more),
        ),
        label="content",
    )
    for other, content in cached.kept.items():
        other.write_bytes(spoiled if other == path else content)
    done = cached.json(".")
    assert done.status == 1
    assert done.findings == cached.expected


def test_a_directory_in_the_place_of_a_cache_file_is_no_error(cached):
    for path in kept(cached):
        path.unlink()
        path.mkdir()
    for _ in range(2):
        assert cached.json(".").findings == cached.expected


def test_runs_at_the_same_time_share_a_cache(cached):
    cached.write({f"more/m{number}.py": (APP, OLD, NEW)[number % 3] for number in range(30)})
    expected = cached.json("--no-cache", ".").findings
    for path in kept(cached):
        path.unlink()
    command = cached.ours("check", "--output-format", "json", ".")
    pipe = subprocess.PIPE
    runs = [subprocess.Popen(command, cwd=cached.root, env=cached.env, stdout=pipe, stderr=pipe) for _ in range(4)]
    for run in runs:
        assert Done(0, *run.communicate()).findings == expected
    assert cached.json(".").findings == expected
    assert not [path for path in kept(cached) if path.suffix == ".tmp"]
