"""The command line: ``platform-lint check``, ``rule``, ``config``, ``prove``, ``completion``.

Exit status 0: nothing (left) to report; 1: findings; 2: a mistake in usage, configuration or packs, or in
platform-lint itself.
"""

from __future__ import annotations

import argparse
import io
import os
import sys

from platform_lint import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from platform_lint.project import Outcome
    from platform_lint.settings import Settings

EXIT_CLEAN, EXIT_FINDINGS, EXIT_ERROR = 0, 1, 2
#: As the shell reports a process ended by SIGINT.
EXIT_INTERRUPTED = 130

FORMATS = ("concise", "full", "json", "json-lines", "sarif", "github")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line with *arguments* (default: the process's own); returns the exit status."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # What the terminal has no character for is better escaped than lost.
            stream.reconfigure(errors="backslashreplace")
    parser = make_parser(arguments[0] if arguments else None)
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help()
        return EXIT_ERROR
    from platform_lint.profiles import UsageError

    try:
        status: int = options.run(options)
        sys.stdout.flush()
        return status
    except UsageError as error:
        _complain(str(error))
        return EXIT_ERROR
    except KeyboardInterrupt:
        import signal

        signal.signal(signal.SIGINT, signal.SIG_IGN)  # The impatient ask twice.
        _complain("interrupted; files already written are complete, the others are untouched")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader went away (`| head`): nothing more to say, and no traceback at shutdown.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_ERROR
    except Exception as error:
        from platform_lint.project import told

        _complain(f"a mistake of platform-lint itself, please report it: {told(error)}")
        return EXIT_ERROR


def make_parser(only: str | None = None) -> argparse.ArgumentParser:
    """The parser of all commands, or with the options of *only* one of them: making them all takes as long as a short
    run.
    """
    parser = argparse.ArgumentParser(
        prog="platform-lint",
        description="Check and fix a company's API and library conventions in Python code.",
    )
    parser.add_argument("--version", action="version", version=f"platform-lint {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, add, text in (
        ("check", _add_check, "check files, and fix them with --fix"),
        ("rule", _add_rule, "list the rules, or explain one"),
        ("config", _add_config, "show what applies to a path, and why"),
        ("prove", _add_prove, "run the examples of packs"),
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
        help="a pack: a TOML file or a folder of them (repeatable)",
    )


def _add_selection(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("rules")
    for name, text in (
        ("--select", "run only these: codes, prefixes, names, ALL"),
        ("--ignore", "leave these out"),
        ("--extend-select", "run these as well"),
    ):
        group.add_argument(name, action="append", metavar="CODES", help=text)


def _add_check(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_check)
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
    output.add_argument("--statistics", action="store_true", help="count by rule instead of listing")
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
    parser.set_defaults(run=_rule)
    parser.add_argument("rule", nargs="?", metavar="CODE|NAME", help="the rule to explain (default: list all)")
    parser.add_argument("--output-format", choices=("text", "json"), default="text")
    _add_configuration(parser)


def _add_config(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_config)
    parser.add_argument("path", nargs="?", default=".", metavar="PATH")
    parser.add_argument("--schema", choices=("settings", "rules"), help="print the JSON Schema editors complete from")
    _add_selection(parser)
    _add_configuration(parser)


def _add_prove(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_prove)
    parser.add_argument("paths", nargs="*", metavar="PATH|CODE", help="packs or codes (default: every pack in force)")
    parser.add_argument("-v", "--verbose", action="store_true", help="name every example that holds")
    _add_configuration(parser)


def _add_completion(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_completion)
    parser.add_argument("shell", choices=("bash", "zsh", "tcsh"))


def _jobs(text: str) -> int:
    if not text.isdigit() or int(text) > 1024:
        raise argparse.ArgumentTypeError(f"expected a number of processes, got {text!r}")
    return int(text)


def _date(text: str) -> str:
    import datetime

    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected YYYY-MM-DD, got {text!r}") from None


# check


def _check(options: argparse.Namespace) -> int:
    import gc

    from platform_lint.discovery import discover

    # A run is short and makes no garbage in circles worth looking for.
    gc.disable()
    if "-" in options.paths:
        return _check_stdin(options)
    profiles = _profiles(options)
    here = os.getcwd()
    settings = profiles.for_directory(here).settings
    files = discover(options.paths or ["."], profiles, here, remember=not options.no_cache)
    if not files and not options.quiet:
        _complain("no Python files found", warning=True)
    from platform_lint.project import Run

    mode = "diff" if options.diff else "fix" if settings.fix else "check"
    progress = _Progress(len(files)) if sys.stderr.isatty() and not options.quiet else None
    started = _clock()
    outcome = Run(
        files,
        mode=mode,  # type: ignore[arg-type]
        unsafe=settings.unsafe_fixes,
        jobs=options.jobs,
        cached=not options.no_cache,
        today=options.today or "",
        progress=progress.update if progress else None,
    ).run()
    if progress:
        progress.clear()
    if options.verbose:
        _complain(
            f"{len(files)} files, {len(profiles.known())} configurations, {_clock() - started:.2f} s", warning=True
        )
    _report(options, settings, outcome, profiles.rules(), lambda name: _text_of(os.path.join(here, name)))
    return _status(options, settings, outcome)


def _check_stdin(options: argparse.Namespace) -> int:
    from platform_lint.linting import Linter
    from platform_lint.paths import relative
    from platform_lint.profiles import UsageError
    from platform_lint.project import Outcome, unified_diff

    if len(options.paths) > 1:
        raise UsageError("- stands for standard input and cannot be joined with other paths")
    name = options.stdin_filename or "-"
    path = os.path.abspath(options.stdin_filename or "stdin.py")
    profiles = _profiles(options)
    profile = profiles.for_directory(os.path.dirname(path))
    settings = profile.settings
    data = sys.stdin.buffer.read()
    outcome = Outcome()
    outcome.files = 1
    excluded = settings.force_exclude and settings.excluded.match(relative(path, settings.root))
    after = data
    if not excluded:
        import time

        linter = Linter(profile, options.today or time.strftime("%Y-%m-%d"))
        if settings.fix or options.diff:
            result = linter.fix(data, path, name, unsafe=settings.unsafe_fixes)
            after = data if result.after is None else result.after
            if result.fixed:
                outcome.fixed, outcome.changed, outcome.fixed_in = result.fixed, [name], {name: result.fixed}
        else:
            result = linter.check(data, path, name)
        outcome.findings = sorted(result.findings, key=lambda finding: finding.sort_key())
    if options.diff:
        if after != data:
            outcome.diffs[name] = unified_diff(name, data, after)
    elif settings.fix:
        sys.stdout.flush()
        sys.stdout.buffer.write(after)
        sys.stdout.buffer.flush()
    _report(
        options,
        settings,
        outcome,
        profiles.rules(),
        lambda name: _decoded(after),
        to_stderr=settings.fix and not options.diff,
    )
    return _status(options, settings, outcome)


def _profiles(options: argparse.Namespace):  # type: ignore[no-untyped-def]
    from platform_lint.profiles import Profiles, UsageError

    files = [text for text in options.config if "=" not in text or os.path.isfile(text)]
    if len(files) > 1:
        raise UsageError(f"--config: one file at most; got {', '.join(files)}")
    if files and options.isolated:
        raise UsageError("--config FILE and --isolated exclude each other")
    changes: dict[str, object] = {}
    for name in ("select", "ignore", "extend_select", "exclude", "extend_exclude"):
        given = getattr(options, name, None)
        if given is not None:
            changes[name] = tuple(part.strip() for text in given for part in text.split(",") if part.strip())
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
        overrides=[text for text in options.config if text not in files],
        rules=options.rules,
        changes=changes,
    )


def _report(
    options: argparse.Namespace,
    settings: Settings,
    outcome: Outcome,
    rules: dict[str, object],
    sources: Callable[[str], str | None],
    *,
    to_stderr: bool = False,
) -> None:
    """Print what came out: findings or diffs, then one line that sums up."""
    stream = sys.stderr if to_stderr else sys.stdout
    color = _colored(options, stream)
    pieces: list[str] = []
    summing = options.quiet == 0
    structured = settings.output_format in ("json", "json-lines", "sarif", "github")
    if options.diff:
        diff = "".join(outcome.diffs[name] for name in sorted(outcome.diffs))
        if stream.isatty() and not options.output_file:
            # A terminal would obey what stands in a file.
            from platform_lint.reports.escaping import visible

            diff = visible(diff, keep="\n\t")
        pieces.append(diff)
    elif options.statistics:
        from platform_lint.reports.statistics import statistics

        pieces.append(statistics(outcome.findings, unsafe_fixes=settings.unsafe_fixes))
    elif outcome.findings or structured:
        from platform_lint.reports import Report, RuleText, render

        codes = {finding.code for finding in outcome.findings}
        texts_of = {
            code: RuleText(rule.name, rule.message or rule.why.partition(". ")[0], rule.why, rule.url, rule.level)  # type: ignore[attr-defined]
            for code, rule in rules.items()
            if code in codes
        }
        report = Report(
            outcome.findings,
            sources,
            texts_of,
            __version__,
            color=color,
            unsafe_fixes=settings.unsafe_fixes,
        )
        pieces.append(render(settings.output_format, report))
    for_program = structured or options.diff or options.output_file
    if options.quiet < 2 or for_program:
        _write("".join(pieces), options.output_file, stream)
    # What a program reads stays free of the rest.
    rest = sys.stderr if for_program else stream
    if settings.show_fixes and outcome.fixed_in and options.quiet < 2:
        rest.write(_fixed_list(outcome, "Would fix:" if options.diff else "Fixed:"))
    if summing and settings.output_format != "github":
        from platform_lint.summary import Fixed, summary

        fixed = (
            Fixed(sum(outcome.fixed.values()), len(outcome.changed), dry_run=options.diff) if outcome.fixed else None
        )
        line = summary(
            [] if options.diff else outcome.findings,
            checked=outcome.files,
            fixed=fixed,
            unsafe_fixes=settings.unsafe_fixes,
        )
        print(line, file=rest)


def _write(text: str, path: str | None, stream: object) -> None:
    if path is None:
        stream.write(text)  # type: ignore[attr-defined]
        return
    from platform_lint.profiles import UsageError

    try:
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(f"--output-file {path}: {error.strerror}") from None


def _fixed_list(outcome: Outcome, title: str) -> str:
    from platform_lint.reports.escaping import visible

    lines = []
    for name in sorted(outcome.fixed_in):
        lines.append(f"{visible(name)}:")
        lines += [f"    {count} × {code}" for code, count in sorted(outcome.fixed_in[name].items())]
    return "\n".join([title, *lines, ""])


def _text_of(path: str) -> str | None:
    try:
        with open(path, "rb") as file:
            return _decoded(file.read())
    except OSError:
        return None


def _decoded(data: bytes) -> str | None:
    from platform_lint.source import Source, SourceError

    try:
        return Source.from_bytes(data).text
    except SourceError:
        return None


def _status(options: argparse.Namespace, settings: Settings, outcome: Outcome) -> int:
    if outcome.failed:
        return EXIT_ERROR
    if options.exit_zero:
        return EXIT_CLEAN
    if options.diff:
        return EXIT_FINDINGS if outcome.diffs else EXIT_CLEAN
    if options.exit_non_zero_on_fix and outcome.fixed:
        return EXIT_FINDINGS
    failing = {"error": ("error",), "warning": ("error", "warning"), "never": ()}[settings.fail_on]
    return EXIT_FINDINGS if any(finding.level in failing for finding in outcome.findings) else EXIT_CLEAN


def _colored(options: argparse.Namespace, stream: object) -> bool:
    if options.color != "auto":
        return bool(options.color == "always")
    if os.environ.get("NO_COLOR") or options.output_file:
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and os.environ.get("TERM") != "dumb")  # type: ignore[attr-defined]


class _Progress:
    """A line on the terminal, once a run takes longer than a second."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.started = self.shown = _clock()
        self.visible = False

    def update(self, done: int) -> None:
        now = _clock()
        if now - self.started > 1 and now - self.shown > 0.1:
            sys.stderr.write(f"\r{done}/{self.total} files")
            sys.stderr.flush()
            self.shown, self.visible = now, True

    def clear(self) -> None:
        if self.visible:
            sys.stderr.write("\r\x1b[K")


def _clock() -> float:
    import time

    return time.perf_counter()


def _complain(text: str, *, warning: bool = False) -> None:
    from platform_lint.reports.escaping import visible

    print(f"platform-lint: {'' if warning else 'error: '}{visible(text)}", file=sys.stderr)


# The other commands


def _rule(options: argparse.Namespace) -> int:
    from platform_lint.explaining import explain, list_rules

    profile = _profiles(options).for_directory(os.getcwd())
    if options.rule is None:
        sys.stdout.write(list_rules(profile, options.output_format))
    else:
        sys.stdout.write(explain(profile, options.rule, options.output_format))
    return EXIT_CLEAN


def _config(options: argparse.Namespace) -> int:
    if options.schema:
        import json

        from platform_lint import config, packs

        schema = config.json_schema() if options.schema == "settings" else packs.json_schema()
        print(json.dumps(schema, indent=2))
        return EXIT_CLEAN
    from platform_lint.explaining import show_config
    from platform_lint.profiles import UsageError

    if not os.path.exists(options.path):
        raise UsageError(f"{options.path}: no such file or directory")
    sys.stdout.write(show_config(_profiles(options), os.path.abspath(options.path)))
    return EXIT_CLEAN


def _prove(options: argparse.Namespace) -> int:
    from platform_lint.proving import prove

    paths = [path for path in options.paths if os.path.exists(path)]
    codes = [path for path in options.paths if path not in paths]
    options.rules += paths
    proof = prove(_profiles(options).for_directory(os.getcwd()), paths, codes, verbose=options.verbose)
    sys.stdout.write(proof.text)
    return EXIT_FINDINGS if proof.failures else EXIT_CLEAN


def _completion(options: argparse.Namespace) -> int:
    from platform_lint.profiles import UsageError

    try:
        import shtab
    except ImportError:
        raise UsageError("completion needs shtab: pip install 'platform-lint[completion]'") from None
    print(shtab.complete(make_parser(), shell=options.shell))
    return EXIT_CLEAN


if __name__ == "__main__":
    sys.exit(main())
