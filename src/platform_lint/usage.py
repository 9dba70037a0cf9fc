"""What may be said on the command line, and the profiles that follow from it."""

from __future__ import annotations

import argparse
import os

from platform_lint import __version__
from platform_lint.settings import FORMATS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from platform_lint.profiles import Profiles

EXIT_CLEAN, EXIT_FINDINGS, EXIT_ERROR = 0, 1, 2
#: As the shell reports a process ended by SIGINT.
EXIT_INTERRUPTED = 130


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line, whatever stands in the arguments: they may be names of files."""

    def error(self, message: str) -> NoReturn:
        """As its parent does."""
        from platform_lint.reports.escaping import visible

        super().error(visible(message))


class _Command(_Parser):
    """The parser of one command, which knows no arguments but its own. If it is *intermixed*, options may stand between
    its other arguments: that takes a second pass, so it is not for what must be quick.
    """

    intermixed = False
    _passing = False

    def parse_known_args(self, args=None, namespace=None):  # type: ignore[no-untyped-def]
        """As its parent does; what is not known is an error here, where it can be told what there is."""
        if self._passing:
            return super().parse_known_args(args, namespace)
        if self.intermixed:
            self._passing = True  # What follows comes here again.
            try:
                found, unknown = self.parse_known_intermixed_args(args, namespace)
            finally:
                self._passing = False
        else:
            found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}{self._meant(unknown)}")
        return found, unknown

    def _meant(self, unknown: list[str]) -> str:
        from platform_lint.tables import did_you_mean

        options = [word.partition("=")[0] for word in unknown if word.startswith("--")]
        return next(filter(None, (did_you_mean(word, self._option_string_actions) for word in options)), "")


def make_parser(only: str | None = None) -> argparse.ArgumentParser:
    """The parser of all commands, or with the options of *only* one of them: making them all takes as long as a short
    run.
    """
    parser = _Parser(
        prog="platform-lint",
        description="Check and fix a company's API and library conventions in Python code.",
    )
    parser.add_argument("--version", action="version", version=f"platform-lint {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Command)
    for name, add, text in (
        ("check", _add_check, "check files, and fix them with --fix"),
        ("rule", _add_rule, "list the rules, or explain one"),
        ("config", _add_config, "show what applies to a path, and why"),
        ("new", _add_new, "write a new rule, to be changed into what is meant"),
        ("prove", _add_prove, "run the examples of packs"),
        ("try", _add_try, "run a pattern or a rule that is not in force yet, and say what it would do"),
        ("harvest", _add_harvest, "make rules of what a library says is deprecated"),
        ("migrate", _add_migrate, "list the migrations, or run one over all files"),
        ("docs", _add_docs, "write the pages of a pack's rules"),
        ("completion", _add_completion, "print shell completion"),
    ):
        command = commands.add_parser(name, help=text)
        if only in (None, name):
            add(command)
    return parser


def _add_configuration(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("configuration")
    group.add_argument(
        "--config",
        action="append",
        default=[],
        metavar="FILE|KEY=VALUE",
        help="a configuration file, or one setting of it",
    )
    group.add_argument("--isolated", action="store_true", help="use no configuration file")
    group.add_argument(
        "--rules",
        action="append",
        default=[],
        metavar="PATH",
        help="a pack: a file of rules or a folder of them (repeatable)",
    )
    group.add_argument(
        "--no-local-rules",
        dest="local_rules",
        action="store_false",
        help="run no rule in Python but those of installed packs",
    )


def _add_selection(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("rules")
    for name, text in (
        ("--select", "run only these: codes, prefixes, names, ALL"),
        ("--ignore", "leave these out"),
        ("--extend-select", "run these as well"),
        ("--fixable", "make the fixes of these and no others"),
        ("--extend-fixable", "make the fixes of these as well"),
        ("--unfixable", "only show the fixes of these"),
    ):
        group.add_argument(name, action="append", metavar="CODES", help=text)


def _add_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="files and directories (default: .); - for standard input"
    )
    fixes = parser.add_argument_group("fixes")
    fixes.add_argument("--fix", action=argparse.BooleanOptionalAction, default=None, help="apply safe fixes")
    fixes.add_argument(
        "--unsafe-fixes", action=argparse.BooleanOptionalAction, default=None, help="apply unsafe fixes too"
    )
    fixes.add_argument("--diff", action="store_true", help="show what fixes would change, and change nothing")
    fixes.add_argument("--show-fixes", action=argparse.BooleanOptionalAction, default=None, help="list what was fixed")
    _add_selection(parser)
    _add_configuration(parser)
    files = parser.add_argument_group("files")
    files.add_argument(
        "--exclude", action="append", metavar="PATTERNS", help="leave these paths out, instead of the default"
    )
    files.add_argument("--extend-exclude", action="append", metavar="PATTERNS", help="leave these out as well")
    for name, text in (
        ("--force-exclude", "leave excluded files out even when they are named"),
        ("--respect-gitignore", "leave out what git ignores"),
    ):
        files.add_argument(name, action=argparse.BooleanOptionalAction, default=None, help=text)
    files.add_argument("--stdin-filename", metavar="PATH", help="what standard input is called")
    output = parser.add_argument_group("output")
    output.add_argument("--output-format", choices=FORMATS, help="default: full")
    output.add_argument("--output-file", metavar="FILE", help="write the report there")
    output.add_argument("--statistics", action="store_true", help="count by rule instead of listing (also as json)")
    output.add_argument("--profile-rules", action="store_true", help="say what each rule costs; uses no kept results")
    output.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    output.add_argument("-q", "--quiet", action="count", default=0, help="no summary; twice: nothing at all")
    output.add_argument("-v", "--verbose", action="store_true", help="say what is read and how long it takes")
    status = parser.add_argument_group("exit status")
    status.add_argument("-e", "--exit-zero", action="store_true", help="0 even with findings")
    status.add_argument("--exit-non-zero-on-fix", action="store_true", help="1 if anything was fixed")
    speed = parser.add_argument_group("speed")
    speed.add_argument("-n", "--no-cache", action="store_true", help="neither use nor keep results")
    speed.add_argument("--cache-dir", metavar="DIR", help="where results are kept (default: the user's cache)")
    speed.add_argument("-j", "--jobs", type=_jobs, default=0, metavar="N", help="processes (default: as it pays)")
    parser.add_argument("--today", type=_date, metavar="DATE", help="judge deadlines as of YYYY-MM-DD")


def _add_rule(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rule", nargs="?", metavar="CODE|NAME", help="the rule to explain (default: list all)")
    parser.add_argument("--output-format", choices=("text", "markdown", "json"), default="text")
    _add_configuration(parser)


def _add_config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", nargs="?", default=".", metavar="PATH")
    parser.add_argument("--schema", choices=("settings", "rules"), help="print the JSON Schema editors complete from")
    _add_selection(parser)
    _add_configuration(parser)


def _add_prove(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH|CODE", help="packs or codes (default: every pack in force)")
    parser.add_argument("-v", "--verbose", action="store_true", help="name every example that holds")
    _add_configuration(parser)


def _add_new(parser: argparse.ArgumentParser) -> None:
    from platform_lint.rule import VERBS

    parser.add_argument("place", metavar="DEPARTMENT/NAME", help="as in http/request-without-timeout")
    parser.add_argument("--kind", choices=VERBS, default="ban", help="what the rule does (default: ban)")
    parser.add_argument("--code", default="", help="its code (default: the next one that is free)")
    _add_configuration(parser)


def _add_try(parser: _Command) -> None:
    parser.intermixed = True
    parser.add_argument("tried", metavar="PATTERN|FILE", help='as in "requests.get(..., verify=False)", or a rule file')
    # Without a default it would count as required where the other one is missing.
    parser.add_argument("paths", nargs="*", default=(), metavar="PATH", help="files and directories (default: .)")
    parser.add_argument("--rewrite", metavar="PATTERN", help="what to make of the pattern")
    parser.add_argument("--diff", action="store_true", help="show all that fixes would change")
    parser.add_argument("--output-format", choices=("text", "json"), default="text")
    parser.add_argument("-j", "--jobs", type=_jobs, default=0, metavar="N", help="processes (default: as it pays)")
    _add_configuration(parser)


def _add_docs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH|CODE", help="packs or codes (default: every pack in force)")
    parser.add_argument("--output", default="docs/rules", metavar="DIR", help="where to (default: docs/rules)")
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if a page is not current")
    _add_configuration(parser)


def _add_harvest(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("package", metavar="PACKAGE", help="a folder, a file, or the name of an installed package")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--output", metavar="FILE", help="write the rules there (default: print them); codes there stay")
    where.add_argument("--check", metavar="FILE", help="write nothing; 1 if that file is not current")
    rules = parser.add_argument_group("rules")
    rules.add_argument("--code-prefix", default="", metavar="LETTERS", help="the letters of their codes, as in ACM")
    rules.add_argument("--first", type=_number, metavar="N", help="the number of the first code (default: 100)")
    rules.add_argument("--name", default="", metavar="WORDS", help="what their names begin with (default: the package)")
    rules.add_argument("--owner", default="", help="who to ask, where the library does not say")
    rules.add_argument(
        "--since", default="", metavar="TEXT", help="when it became true, where the library does not say"
    )
    rules.add_argument("--requires", default="", metavar="REQUIREMENT", help="as in acme-platform>=2")
    rules.add_argument("--level", default="", choices=("error", "warning"), help="default: warning")
    source = parser.add_argument_group("source")
    source.add_argument(
        "--decorator",
        action="append",
        default=[],
        metavar="NAME",
        help="what says by what a thing is replaced (default: replaced_by; repeatable)",
    )
    source.add_argument("--module", default="", metavar="NAME", help="what the folder or file is imported as")


def _add_migrate(parser: _Command) -> None:
    parser.intermixed = True
    parser.add_argument("migration", nargs="?", metavar="NAME", help="the migration to run (default: list all)")
    parser.add_argument("paths", nargs="*", default=(), metavar="PATH", help="files and directories (default: .)")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--apply", action="store_true", help="write what changes (default: say what would)")
    what.add_argument("--diff", action="store_true", help="show all that would change, as a patch")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="an option of the migration (repeatable)"
    )
    parser.add_argument("--unsafe-fixes", action="store_true", help="make unsafe fixes too")
    parser.add_argument("--allow-dirty", action="store_true", help="write files with uncommitted changes as well")
    parser.add_argument("--output-format", choices=("text", "json"), default="text")
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress")
    parser.add_argument("-j", "--jobs", type=_jobs, default=0, metavar="N", help="processes (default: as it pays)")
    _add_configuration(parser)


def _add_completion(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=("bash", "zsh", "tcsh"))


def _jobs(text: str) -> int:
    if not text.isdigit() or int(text) > 1024:
        raise argparse.ArgumentTypeError(f"expected a number of processes, got {text!r}")
    return int(text)


def _number(text: str) -> int:
    if not text.isdigit() or int(text) > 999:
        raise argparse.ArgumentTypeError(f"expected a number of three digits, got {text!r}")
    return int(text)


def _date(text: str) -> str:
    import datetime

    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected YYYY-MM-DD, got {text!r}") from None


def _check_patterns(patterns: tuple[str, ...], flag: str) -> None:
    from platform_lint.paths import unfit
    from platform_lint.profiles import UsageError

    for pattern in patterns:
        if unfit(pattern):
            raise UsageError(f"{flag}: {pattern!r} is no path pattern: {unfit(pattern)}")


def profiles_of(options: argparse.Namespace) -> Profiles:
    """The profiles that *options* ask for. Raises UsageError."""
    from platform_lint.profiles import Profiles, UsageError

    files = [text for text in options.config if "=" not in text or os.path.isfile(text)]
    if len(files) > 1:
        raise UsageError(f"--config: one file at most; got {', '.join(files)}")
    if files and options.isolated:
        raise UsageError("--config FILE and --isolated exclude each other")
    changes: dict[str, object] = {}
    for name in (
        "select",
        "ignore",
        "extend_select",
        "fixable",
        "extend_fixable",
        "unfixable",
        "exclude",
        "extend_exclude",
    ):
        given = getattr(options, name, None)
        if given is not None:
            changes[name] = tuple(part.strip() for text in given for part in text.split(",") if part.strip())
            if name in ("exclude", "extend_exclude"):
                _check_patterns(changes[name], f"--{name.replace('_', '-')}")  # type: ignore[arg-type]
    for name in (
        "fix",
        "unsafe_fixes",
        "show_fixes",
        "force_exclude",
        "respect_gitignore",
        "output_format",
        "cache_dir",
    ):
        value = getattr(options, name, None)
        if value is not None and not (name == "output_format" and options.command != "check"):
            changes[name] = os.path.abspath(value) if name == "cache_dir" else value
    return Profiles(
        config=files[0] if files else "",
        isolated=options.isolated,
        overrides=[
            *(text for text in options.config if text not in files),
            *(() if getattr(options, "local_rules", True) else ("local-rules=false",)),
        ],
        rules=options.rules,
        changes=changes,
    )
