"""What can go wrong around a run: disks, streams, signals, other runs. One line, the right status, every file whole."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import stat
import subprocess
import time

import pytest

from .harness import NEW, OLD, Done

POSIX = pytest.mark.skipif(os.name != "posix", reason="signals and descriptors are other things there")

#: How a temporary file of ours is called.
STALE = ".platform-lint-0123456789abcdef.tmp"


@pytest.fixture
def one(project):
    """A project with one file that has a finding."""
    project.write({"app.py": OLD})
    return project


def shell(project, script: str, *arguments: str) -> Done:
    """``platform-lint`` with *arguments* where *script* says ``"$@"``."""
    return project.command("bash", "-c", script, "-", *project.ours(*arguments))


# Where the report goes


@POSIX
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no such device")
@pytest.mark.parametrize("command", [("check", "app.py"), ("check", "--output-format", "sarif", "app.py"), ("rule",)])
def test_a_report_that_cannot_be_written_is_one_line_and_an_error(one, command):
    done = shell(one, '"$@" >/dev/full', *command)
    assert done.status == 2
    assert done.err.splitlines()[-1] == "platform-lint: error: the report cannot be written: No space left on device"
    assert "error:" not in "".join(done.err.splitlines()[:-1])


@POSIX
@pytest.mark.parametrize(
    ("redirection", "status"),
    [(">&-", 1), ("2>&-", 1), (">&- 2>&-", 1), ("<&-", 1), ("<&- >&- 2>&-", 1), ("2>/dev/full", 1)],
)
def test_closed_streams_leave_the_status_right(one, redirection, status):
    assert shell(one, f'"$@" {redirection}', "check", "app.py").status == status
    assert shell(one, f'"$@" {redirection}', "check", "no-such-file").status == 2


@POSIX
def test_closed_streams_never_end_up_in_a_file(one):
    assert shell(one, '"$@" <&- >&- 2>&-', "check", "--fix", "--no-cache", "app.py").status == 0
    assert one.read("app.py") == NEW


@POSIX
def test_a_reader_that_goes_away_is_no_error_worth_a_word(one):
    one.write({f"m{number}.py": OLD for number in range(120)})
    done = shell(one, '"$@" | head -1; exit ${PIPESTATUS[0]}', "check", "--output-format", "concise", ".")
    assert done.out.count("\n") == 1
    assert done.err == ""
    assert done.status in (1, 2)  # as it had written all of it by then or not


# Where it runs


@POSIX
def test_a_working_directory_that_is_gone_is_one_line(one):
    done = shell(one, 'mkdir gone; cd gone; rmdir ../gone; "$@"', "check", ".")
    assert (done.status, done.err) == (2, "platform-lint: error: the working directory: No such file or directory\n")


@pytest.mark.parametrize(
    "env",
    [
        {"HOME": "/dev/null/home"},
        {"HOME": ""},
        {"TMPDIR": "/dev/null/tmp"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"TZ": "Mars/Olympus"},
        {"COLUMNS": "0"},
        {"XDG_CACHE_HOME": "relative"},
    ],
    ids=str,
)
def test_an_odd_environment_changes_nothing(one, env):
    del one.env["PLATFORM_LINT_CACHE_DIR"]
    before = sorted(os.listdir(one.root))
    done = one.json("app.py", env={"XDG_CACHE_HOME": "", "HOME": "/dev/null/home", **env})
    assert (done.status, done.codes) == (1, ["ACM101"])
    assert sorted(os.listdir(one.root)) == before


@POSIX
def test_a_user_without_a_home_keeps_nothing_in_the_linted_tree(monkeypatch):
    from platform_lint.compiled import cache_home, write_atomically

    for name in ("PLATFORM_LINT_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # as where nobody knows who the user is
    assert os.path.isabs(cache_home())
    write_atomically(os.path.join(cache_home(), "results", "x"), b"")
    assert not os.path.exists("~")


@POSIX
@pytest.mark.parametrize("limit", ["-n 9", "-n 20"])
def test_few_descriptors_mean_fewer_processes(one, limit):
    one.write({f"m{number}.py": OLD for number in range(70)})
    alone = one.json("--jobs", "1", "--no-cache", ".")
    done = shell(one, f'ulimit {limit}; "$@"', "check", "--output-format", "json", "--no-cache", "--jobs", "40", ".")
    assert (done.status, done.out) == (alone.status, alone.out)


@POSIX
def test_descriptors_of_any_number_will_do():
    import resource

    from platform_lint.pool import spread

    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < 1200:
        pytest.skip("there are no numbers that high here")
    held = [os.open(os.devnull, os.O_RDONLY)]
    try:
        while held[-1] < 1100:
            held.append(os.dup(held[0]))
        assert sorted(spread(range(50), abs, 3)) == [(number, number) for number in range(50)]
    finally:
        for descriptor in held:
            os.close(descriptor)


@POSIX
def test_no_process_at_all_means_this_one(one, monkeypatch):
    def fork() -> int:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    one.write({f"m{number}.py": OLD for number in range(100)})
    monkeypatch.setattr(os, "fork", fork)
    assert len(one.json("--jobs", "4", ".").findings) == 101


@POSIX
def test_what_is_left_after_a_death_without_another_process_is_named(one, monkeypatch):
    from platform_lint.linting import Linter

    def check(self: Linter, data: bytes, path: str, shown: str) -> object:
        if os.getpid() != parent:
            os._exit(9)
        raise AssertionError("what killed a worker is not tried in this process")

    def fork() -> int:
        if forks:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        forks.append(1)
        return real()

    one.write({f"m{number}.py": OLD for number in range(100)})
    parent, real, forks = os.getpid(), os.fork, []
    monkeypatch.setattr(os, "fork", fork)
    monkeypatch.setattr(Linter, "check", check)
    done = one.json("--jobs", "4", "--no-cache", ".")
    assert (done.status, set(done.codes), len(done.findings)) == (2, {"LIB008"}, 101)


# Writing


@pytest.mark.parametrize("step", ["open", "listdir", "fsync", "chmod", "replace"])
@pytest.mark.parametrize("reason", [errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS, errno.EACCES])
def test_a_failure_at_any_step_of_writing_leaves_the_old_file(one, monkeypatch, step, reason):
    from platform_lint import writing

    real = getattr(os, step)

    def fail(path: object, *arguments: object, **options: object) -> object:
        if step == "open" and not str(path).endswith(".tmp"):
            return real(path, *arguments, **options)
        raise OSError(reason, os.strerror(reason))

    one.check("app.py")
    monkeypatch.setattr(writing, "_swept", set())
    monkeypatch.setattr(os, step, fail)
    done = one.check("--fix", "--no-cache", "--no-respect-gitignore", "--output-format", "concise", "app.py")
    assert done.status == 1
    assert f"app.py:1:1: LIB009 left as it was: {os.strerror(reason)}\n" in done.out
    assert "app.py:3:11: ACM101" in done.out
    monkeypatch.undo()
    assert one.read("app.py") == OLD
    assert one.leftovers() == []


def test_a_directory_that_cannot_be_written_leaves_the_file(one, monkeypatch):
    if os.geteuid() == 0:
        pytest.skip("nothing is forbidden to this user")
    one.root.chmod(0o555)
    try:
        assert one.json("--fix", "app.py").codes == ["LIB009", "ACM101"]
    finally:
        one.root.chmod(0o755)
    assert one.read("app.py") == OLD


@POSIX
def test_what_a_killed_run_left_behind_is_cleared_away_by_the_next_fix_there(one):
    one.write({STALE: "half of a fi", ".platform-lint-mine.tmp": "somebody's", "other.tmp": "x"})
    (one.root / STALE.replace("0", "f")).symlink_to("app.py")
    assert one.check("app.py").status == 1
    assert (one.root / STALE).exists()  # a check writes nothing
    assert one.check("--fix", "app.py").status == 0
    assert not (one.root / STALE).exists()
    assert one.read(".platform-lint-mine.tmp") == "somebody's"
    assert (one.root / STALE.replace("0", "f")).is_symlink()
    assert one.read("app.py") == NEW


@POSIX
def test_what_another_run_is_writing_is_not_cleared_away(one):
    import fcntl

    one.write({STALE: "half of a fi"})
    with open(one.root / STALE) as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert one.check("--fix", "app.py").status == 0
        assert (one.root / STALE).exists()


@POSIX
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() != 0, reason="only root may give files away")
def test_a_file_keeps_its_owner_and_its_mode(one):
    os.chown(one.root / "app.py", 12345, 54321)
    (one.root / "app.py").chmod(0o6750)
    assert one.check("--fix", "app.py").status == 0
    status = os.stat(one.root / "app.py")
    assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (12345, 54321, 0o6750)


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="no extended attributes here")
def test_a_file_keeps_its_extended_attributes(one):
    try:
        os.setxattr(one.root / "app.py", "user.origin", b"imported")
    except OSError:
        pytest.skip("this file system has none")
    assert one.check("--fix", "app.py").status == 0
    assert os.getxattr(one.root / "app.py", "user.origin") == b"imported"


def test_a_file_that_another_run_fixed_meanwhile_is_no_failure(one, monkeypatch):
    from platform_lint.linting import Linter

    real = Linter.fix

    def fix(*arguments: object, **options: object) -> object:
        result = real(*arguments, **options)
        one.write({"app.py": NEW})
        return result

    monkeypatch.setattr(Linter, "fix", fix)
    done = one.json("--fix", "app.py")
    assert (done.status, done.findings) == (0, [])


def test_a_clock_that_jumps_does_not_matter(one):
    for moment in (0, 4_000_000_000):
        one.write({"app.py": OLD})
        os.utime(one.root / "app.py", (moment, moment))
        assert one.json("app.py").codes == ["ACM101"]
        one.write({"app.py": NEW})
        os.utime(one.root / "app.py", (moment, moment))
        assert one.json("app.py").codes == []


# Other runs, and ends


@POSIX
def test_four_runs_at_once_fix_a_tree_as_one_would(project):
    files = [f"p{number % 4}/m{number:03}.py" for number in range(60)]
    project.write(dict.fromkeys(files, OLD))
    command = project.ours("check", "--fix", "--jobs", "2", ".")
    pipe = subprocess.PIPE
    runs = [subprocess.Popen(command, cwd=project.root, env=project.env, stdout=pipe, stderr=pipe) for _ in range(4)]
    ends = [(run.communicate(timeout=120), run.returncode) for run in runs]
    assert {project.read(name) for name in files} == {NEW}
    assert [status for _, status in ends] == [0] * 4, ends
    assert project.leftovers() == []
    assert project.json(".").findings == []


@POSIX
@pytest.mark.parametrize("jobs", ["1", "3"])
def test_a_kill_leaves_every_file_whole_and_the_next_run_ends_the_work(project, jobs):
    before = OLD + "# " + "x" * 100_000 + "\n"
    after = before.replace(OLD, NEW)
    files = [f"p{number % 4}/m{number:03}.py" for number in range(120)]
    project.write(dict.fromkeys(files, before))
    command = project.ours("check", "--fix", "--no-cache", "--jobs", jobs, ".")
    process = subprocess.Popen(
        command,
        cwd=project.root,
        env=project.env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    while process.poll() is None and project.read(files[1]) == before:
        time.sleep(0.001)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert {project.read(name) for name in files} <= {before, after}
    done = project.json("--fix", ".")
    assert (done.status, done.findings) == (0, [])
    assert {project.read(name) for name in files} == {after}
    assert project.leftovers() == []


@POSIX
def test_a_run_that_is_ended_says_what_the_shell_expects(project):
    project.write({f"m{number}.py": OLD for number in range(50)})
    for number in (signal.SIGTERM, signal.SIGHUP):
        process = subprocess.Popen(
            project.ours("check", "-"),
            cwd=project.root,
            env=project.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        time.sleep(0.3)
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
        assert (process.returncode, out, err) == (-number, b"", b"")
