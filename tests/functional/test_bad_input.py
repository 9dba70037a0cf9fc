"""Files nobody expects: each costs itself at most, is named in one clear line, and loses nothing."""

from __future__ import annotations

import errno
import os

import pytest

from .harness import APP, NEW, OLD, PLACES

HITS = [("ok.py", 3, 11, "ACM101")]

#: The beginning of a file that has to be parsed to be judged.
USE = "import acme.db\nacme.db.get_session()\n"

UNPARSABLE = {
    "syntax": "def f(:\n",
    "indentation": "  x = 1\n",
    "tabs": "if x:\n\ty\n        z\n",
    "python 2": "print acme.db.get_session()\n",
    "unterminated string": "x = '''acme.db.get_session\n",
    "conflict": "<<<<<<< ours\nacme.db.get_session()\n=======\n>>>>>>> theirs\n",
    "parentheses": "x = " + "(" * 10_000 + "acme.db.get_session" + ")" * 10_000 + "\n",
    "brackets": "x = acme.db.get_session(" + "[" * 10_000 + "]" * 10_000 + ")\n",
    "unclosed": "x = acme.db.get_session" + "(" * 10_000,
    "blocks": "".join(" " * depth + "if x:\n" for depth in range(200)) + " " * 200 + "acme.db.get_session()\n",
}

UNREADABLE = {
    "null byte": (b"import redis\nx = '\0'\n", "null byte on line 2"),
    "wrong encoding": (b"import redis\nx = '\xe9'\n", "not utf-8 text: byte 0xe9 on line 2"),
    "unknown encoding": (b"# coding: klingon\nimport redis\n", "unknown encoding 'klingon'"),
    "encoding of bytes": (b"# coding: hex\nimport redis\n", "hex"),
    "binary": (b"\x7fELF\x02\x01\nimport redis\n\xff\xfe", "not utf-8 text"),
}

#: Deep or wide, but Python: whatever comes of it, the run goes on.
DEEP = {
    "sum": "x = " + " + ".join(["acme.db.get_session"] * 3_000) + "\n",
    "long sum": "x = " + " + ".join(["acme.db.get_session"] * 30_000) + "\n",
    "attributes": "x = acme.db.get_session" + ".a" * 20_000 + "\n",
    "calls": "x = acme.db.get_session" + "()" * 20_000 + "\n",
    "signs": "x = " + "-" * 20_000 + "acme.db.get_session\n",
    "negations": "x = " + "not " * 3_000 + "acme.db.get_session\n",
    "lambdas": "x = " + "lambda: " * 3_000 + "acme.db.get_session\n",
    "ternaries": "x = " + "1 if y else " * 3_000 + "acme.db.get_session\n",
    "elifs": "if x: pass\n" + "elif acme.db.get_session: pass\n" * 3_000,
    "subscripts": "x = " + "a[" * 150 + "acme.db.get_session" + "]" * 150 + "\n",
    "functions": "".join(" " * depth + f"def f{depth}():\n" for depth in range(95))
    + " " * 95
    + "acme.db.get_session\n",
    "f-string": "x = f'" + "{acme.db.get_session}" * 200 + "'\n",
    "one line": "x = [" + "acme.db.get_session, " * 5_000 + "]\n",
    "annotation": "x: '" + "(" * 5_000 + "acme.db.get_session" + ")" * 5_000 + "' = 1\n",
    "nested annotation": "x: " + "list[" * 90 + "'acme.db.get_session'" + "]" * 90 + "\n",
}


@pytest.fixture
def odd(project):
    """A project with one good file, beside which an odd one may stand."""
    project.write({"ok.py": OLD})
    return project


@pytest.mark.parametrize("case", UNPARSABLE)
def test_an_unparsable_file_is_one_finding_and_the_others_go_on(odd, case):
    text = USE + UNPARSABLE[case]
    odd.write({"odd.py": text})
    for options in ((), ("--fix",)):
        done = odd.json(*options, ".", real=True)
        assert done.status == 1
        assert [(file, code) for file, _, _, code in done.places if file == "odd.py"] == [("odd.py", "LIB001")]
        assert options or ("ok.py", 3, 11, "ACM101") in done.places
    assert odd.read("ok.py") == NEW
    assert odd.read("odd.py") == text


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_file_that_is_no_text_is_one_finding_and_the_others_go_on(odd, case):
    data, said = UNREADABLE[case]
    odd.write({"odd.py": data})
    for options in ((), ("--fix",)):
        done = odd.json(*options, ".")
        ours = [finding for finding in done.findings if finding["filename"] == "odd.py"]
        assert [finding["code"] for finding in ours] == ["LIB002"]
        assert all(said in finding["message"] for finding in ours)
    assert odd.read("ok.py") == NEW
    assert (odd.root / "odd.py").read_bytes() == data


def test_deep_and_wide_files_do_not_stop_a_run(odd):
    odd.write({f"{case}.py": f"{USE}{text}" for case, text in DEEP.items()})
    for options in ((), ("--fix", "--unsafe-fixes")):
        done = odd.json(*options, "--no-cache", "--jobs", "1", ".", real=True)
        assert done.status == 1, done
        reported = {file for file, _, _, code in done.places if code in ("ACM101", "LIB001")}
        assert options or reported == {"ok.py", *(f"{case}.py" for case in DEEP)}
        assert not [finding for finding in done.findings if finding["code"] == "LIB008"]
    assert odd.read("ok.py") == NEW


def test_a_sum_of_3000_terms_is_checked_where_python_can_parse_it(odd):
    text = "from acme.db import get_session\nx = " + " + ".join(["get_session()"] * 3_000) + "\n"
    odd.write({"odd.py": text})
    done = odd.json("--jobs", "1", "odd.py")
    assert done.codes in (["ACM101"] * 3_000, ["LIB001"])


@pytest.mark.slow
def test_a_file_of_60000_lines_is_checked_and_fixed(odd):
    lines = ["from acme.db import get_session", "", *(f"x{number} = {number}" for number in range(60_000))]
    lines[30_000] = "y = get_session()"
    lines[-1] = "z = get_session()"
    odd.write({"long.py": "\n".join(lines) + "\n"})
    done = odd.check("--fix", "long.py")
    assert (done.status, done.out) == (0, "Fixed 2 findings in 1 file.\n")
    assert odd.read("long.py") == "\n".join(lines).replace("get_", "open_").replace("acme.db", "acme.sessions") + "\n"


@pytest.mark.parametrize(
    ("before", "place"),
    [
        (b"\xef\xbb\xbf" + OLD.encode(), (3, 11)),
        (OLD.replace("\n", "\r\n").encode(), (3, 11)),
        (OLD.replace("\n", "\r").encode(), (3, 11)),
        (OLD.replace("\n\n", "\r\n\r").encode(), (3, 11)),
        (b"\f" + OLD.replace("\n\n", "\n\f\n\x0c").encode(), (3, 12)),
        (OLD.replace("\n\n", "\nx = '\v \x1c \x85 \u2028'\n").encode(), (3, 11)),
        (OLD.replace("session =", "naïve_ß =").encode(), (3, 11)),
        (OLD.replace("session = ", "x = '𝔘'; ").encode(), (3, 10)),
        (("# -*- coding: cp1252 -*-\n" + OLD + "# €\n").encode("cp1252"), (4, 11)),
        (("#!/usr/bin/python\n# vim: set fileencoding=utf-8 :\n" + OLD).encode(), (5, 11)),
        (OLD.rstrip("\n").encode(), (3, 11)),
        (OLD.encode() + b"\x0c\n\n\t\n  # end", (3, 11)),
    ],
)
def test_odd_text_is_placed_rightly_and_keeps_its_bytes(odd, before, place):
    odd.write({"odd.py": before})
    done = odd.json("odd.py")
    assert done.places == [("odd.py", *place, "ACM101")]
    assert odd.check("--fix", "odd.py").status == 0
    after = before.replace(b"get_session", b"open_session").replace(b"acme.db", b"acme.sessions")
    assert (odd.root / "odd.py").read_bytes() == after


def test_an_encoding_that_lacks_a_character_of_the_fix_leaves_the_file_alone(odd):
    before = "# coding: latin-1\n# é\nimport acme.old\n\nacme.old()\n".encode("latin-1")
    odd.write(
        {
            "odd.py": before,
            "greek.toml": '[[rule]]\ncode = "ACM901"\nname = "greek"\nrename = { "acme.old" = "acme.λόγος" }\n',
        }
    )
    done = odd.json("--rules", "greek.toml", "--extend-select", "ACM901", "--fix", "odd.py")
    assert set(done.codes) == {"ACM901", "LIB009"}
    assert done.status == 1
    assert (odd.root / "odd.py").read_bytes() == before


# What cannot be had from a shell: races and refusals, in this process.


def refuse(reason: int):
    def call(*_: object, **__: object):
        raise OSError(reason, os.strerror(reason))

    return call


def test_a_file_that_vanishes_before_it_is_read_is_named(odd, monkeypatch):
    odd.write({"gone.py": OLD})
    from platform_lint import discovery

    def discover(*arguments: object, **options: object):
        found = real(*arguments, **options)
        (odd.root / "gone.py").unlink()
        return found

    real = discovery.discover
    monkeypatch.setattr(discovery, "discover", discover)
    done = odd.run("check", "--output-format", "concise", ".")
    assert done.status == 1
    assert "gone.py:1:1: LIB002 No such file or directory\n" in done.out
    assert "ok.py:3:11: ACM101" in done.out


def test_a_file_that_may_not_be_read_is_named(odd, monkeypatch):
    odd.write({"secret.py": OLD})

    def open_(path: str, *arguments: object, **options: object) -> int:
        if str(path).endswith("secret.py"):
            refuse(errno.EACCES)()
        return real(path, *arguments, **options)

    real = os.open
    monkeypatch.setattr(os, "open", open_)
    done = odd.run("check", "--output-format", "concise", ".")
    assert "secret.py:1:1: LIB002 Permission denied\n" in done.out
    assert "ok.py:3:11: ACM101" in done.out


def test_a_directory_that_may_not_be_read_is_named(odd, monkeypatch):
    odd.write({"secret/a.py": OLD})
    secret = str(odd.root / "secret")
    for name in ("scandir", "open"):
        real = getattr(os, name)
        monkeypatch.setattr(
            os, name, lambda path, *rest, real=real: refuse(errno.EACCES)() if path == secret else real(path, *rest)
        )
    for _ in range(2):
        done = odd.check("--output-format", "concise", ".")
        assert "secret:1:1: LIB002 Permission denied\n" in done.out
        assert "ok.py:3:11: ACM101" in done.out
    monkeypatch.undo()
    assert ("secret/a.py", 3, 11, "ACM101") in odd.json(".").places


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is forbidden to this user")
def test_permissions_are_respected(odd):
    odd.write({"secret.py": OLD, "fixed.py": OLD})
    (odd.root / "secret.py").chmod(0)
    (odd.root / "fixed.py").chmod(0o444)
    assert ("secret.py", 1, 1, "LIB002") in odd.json(".").places
    done = odd.json("--fix", "fixed.py")
    assert done.codes == ["LIB009", "ACM101"]
    assert odd.read("fixed.py") == OLD


def left_alone(odd, done, reason: str, text: str = OLD) -> None:
    """The fix of ok.py was not written, and that is said."""
    assert done.status == 1
    assert f"ok.py:1:1: LIB009 left as it was: {reason}\n" in done.out
    assert "Fixed" not in done.out
    assert odd.read("ok.py") == text
    assert odd.leftovers() == []


FIX = ("check", "--fix", "--output-format", "concise", "ok.py")


def test_a_read_only_file_is_left_alone_and_named(odd, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    done = odd.run(*FIX)
    left_alone(odd, done, "it is read-only")
    # What was not fixed is still found, and not said to be fixed by the next run.
    assert "ok.py:3:11: ACM101 `acme.db.get_session`" in done.out
    assert "[*]" not in done.out
    assert "fixable" not in done.out
    (finding,) = (finding for finding in odd.json("--fix", "ok.py").findings if finding["code"] == "ACM101")
    assert (finding["fix"]["safety"], finding["fix"]["reason"]) == (
        "suggest",
        "the file was left as it was: it is read-only",
    )


def test_a_file_that_its_encoding_does_not_give_back_is_left_alone(odd):
    text = "# coding: utf-7\n" + OLD + "other = '+AGE-'\n"
    odd.write({"ok.py": text})
    done = odd.run(*FIX)
    left_alone(odd, done, "its utf-7 text does not encode to the same bytes again", text)
    assert "ok.py:4:11: ACM101" in done.out
    assert "fixable" not in done.out


@pytest.mark.parametrize("step", ["fsync", "replace", "chmod"])
def test_a_full_disk_leaves_the_file_as_it_was(odd, monkeypatch, step):
    odd.check("ok.py")  # the caches are written by now
    monkeypatch.setattr(os, step, refuse(errno.ENOSPC))
    left_alone(odd, odd.run(*FIX, "--no-cache"), "No space left on device")


def test_a_file_too_large_to_be_written_leaves_the_old_one(odd):
    text = OLD + "# " + "x" * 20_000 + "\n"
    odd.write({"ok.py": text})
    command = odd.command("bash", "-c", 'ulimit -f 8; exec "$@"', "-", *odd.ours(*FIX))
    left_alone(odd, command, "File too large", text)


@pytest.mark.parametrize("moment", ["fsync", "chmod"])
def test_a_file_that_changes_while_it_is_fixed_keeps_the_change(odd, monkeypatch, moment):
    def meanwhile(*arguments: object) -> object:
        odd.write({"ok.py": OLD + "# edited\n"})
        return real(*arguments)

    real = getattr(os, moment)
    monkeypatch.setattr(os, moment, meanwhile)
    left_alone(odd, odd.run(*FIX), "it changed while it was being fixed", OLD + "# edited\n")


def test_a_file_that_changed_since_it_was_read_keeps_the_change(odd, monkeypatch):
    from platform_lint.linting import Linter

    def fix(*arguments: object, **options: object) -> object:
        result = real(*arguments, **options)
        odd.write({"ok.py": OLD + "# edited\n"})
        return result

    real = Linter.fix
    monkeypatch.setattr(Linter, "fix", fix)
    left_alone(odd, odd.run(*FIX), "it changed while it was being fixed", OLD + "# edited\n")


def test_a_file_that_platform_lint_fails_on_is_named_and_the_others_go_on(odd, monkeypatch):
    odd.write({"cursed.py": APP})
    from platform_lint.linting import Linter

    def check(self: Linter, data: bytes, path: str, shown: str) -> object:
        if shown == "cursed.py":
            raise KeyError("a mistake")
        return real(self, data, path, shown)

    real = Linter.check
    monkeypatch.setattr(Linter, "check", check)
    for _ in range(2):  # and it is not remembered
        done = odd.run("check", "--output-format", "concise", ".")
        assert done.status == 2
        assert "cursed.py:1:1: LIB008 KeyError: 'a mistake' (test_bad_input.py:" in done.out
        assert "ok.py:3:11: ACM101" in done.out
    monkeypatch.undo()
    assert odd.json("cursed.py").codes == [code for code in ("ACM102", "ACM301", "ACM101", "ACM201") if code in PLACES]
