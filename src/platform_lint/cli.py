"""The command line: ``platform-lint check``, and the commands of those who write rules.

Exit status 0: nothing (left) to report; 1: findings; 2: a mistake in usage, configuration or packs, or in
platform-lint itself.
"""

from __future__ import annotations

import io
import os
import sys

from platform_lint import __version__
from platform_lint.usage import EXIT_CLEAN, EXIT_ERROR, EXIT_FINDINGS, EXIT_INTERRUPTED, make_parser, profiles_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence
    from typing import TextIO

    from platform_lint.finding import Finding
    from platform_lint.profiles import Profiles
    from platform_lint.project import Outcome
    from platform_lint.rule import Rule
    from platform_lint.settings import Settings

#: So many files that are left out are named.
_MAX_SKIPPED = 5


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line with *arguments* (default: the process's own); returns the exit status."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    _open_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # What the terminal has no character for is better escaped than lost.
            stream.reconfigure(errors="backslashreplace")
    try:
        parser = make_parser(arguments[0] if arguments else None)
        options = parser.parse_args(arguments)
        if options.command is None:
            parser.print_help()
            return EXIT_ERROR
        status = _run(options)
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        import signal

        signal.signal(signal.SIGINT, signal.SIG_IGN)  # The impatient ask twice.
        again = "; the same command goes on with them" if "migrate" in arguments[:1] else ""
        _complain(f"interrupted; files already written are complete, the others are untouched{again}")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader went away (`| head`): nothing more to say.
        _give_up(sys.stdout)
        return EXIT_ERROR
    except OSError as error:
        # All that is read and written of a project is looked after where that is done. What is left is the report.
        from platform_lint.project import told

        _give_up(sys.stdout)
        _complain(f"the report cannot be written: {error.strerror}" if error.filename is None else told(error))
        return EXIT_ERROR
    except Exception as error:
        from platform_lint.project import told

        _complain(f"a mistake of platform-lint itself, please report it: {told(error)}")
        return EXIT_ERROR


def _run(options: argparse.Namespace) -> int:
    from platform_lint.profiles import UsageError

    try:
        try:
            os.getcwd()
        except OSError as error:
            raise UsageError(f"the working directory: {error.strerror}") from None
        return _check(options) if options.command == "check" else _other(options)
    except UsageError as error:
        _complain(str(error))
        return EXIT_ERROR


def _open_streams() -> None:
    """Open standard streams that were closed (``>&-``): a file opened later would take their numbers, and get what is
    meant for them.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115


def _give_up(stream: TextIO) -> None:
    """Let what *stream* still holds go, so that there is no second attempt, and no traceback, at shutdown."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError):
        pass


def _other(options: argparse.Namespace) -> int:
    from platform_lint import commands

    return commands.COMMANDS[options.command](options)


# check


def _check(options: argparse.Namespace) -> int:
    import gc

    from platform_lint.discovery import discover

    # A run is short and makes no garbage in circles worth looking for.
    gc.disable()
    if "-" in options.paths:
        return _check_stdin(options)
    profiles = profiles_of(options)
    here = os.getcwd()
    settings = profiles.for_directory(here).settings
    _refuse_counts_in_sarif(options, settings)
    skipped: list[str] = []
    files = discover(options.paths or ["."], profiles, here, remember=not options.no_cache, skipped=skipped)
    _say_refused(options, profiles)
    if skipped and options.quiet < 2:
        more = f" and {len(skipped) - _MAX_SKIPPED} more" if len(skipped) > _MAX_SKIPPED else ""
        _complain(f"warning: not Python, so not checked: {', '.join(skipped[:_MAX_SKIPPED])}{more}", warning=True)
    elif not files and not options.quiet:
        _complain("no Python files found", warning=True)
    from platform_lint.project import Run

    mode = "diff" if options.diff else "fix" if settings.fix else "check"
    given = None
    if mode != "check":
        from platform_lint.writing import given_places

        given = given_places(options.paths or ["."], here)
    progress = None
    if sys.stderr.isatty() and not options.quiet:
        from platform_lint.progress import Progress

        progress = Progress(len(files))
    started = _clock()
    outcome = Run(
        files,
        mode=mode,  # type: ignore[arg-type]
        unsafe=settings.unsafe_fixes,
        jobs=options.jobs,
        cached=not options.no_cache and not options.profile_rules,
        today=options.today or "",
        progress=progress.update if progress else None,
        metered=options.profile_rules,
        given=given,
    ).run()
    if progress:
        progress.clear()
    for text in outcome.warnings if options.quiet < 2 else ():
        _complain(f"warning: {text}", warning=True)
    if options.verbose:
        _complain(
            f"{len(files)} files, {len(profiles.known())} configurations, {_clock() - started:.2f} s", warning=True
        )
    _report(options, settings, outcome, profiles.rules, lambda name: _text_of(os.path.join(here, name)))
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
    profiles = profiles_of(options)
    profile = profiles.for_directory(os.path.dirname(path))
    _say_refused(options, profiles)
    settings = profile.settings
    _refuse_counts_in_sarif(options, settings)
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
            if result.after is not None:
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
        profiles.rules,
        lambda name: _decoded(after),
        to_stderr=settings.fix and not options.diff,
    )
    return _status(options, settings, outcome)


def _refuse_counts_in_sarif(options: argparse.Namespace, settings: Settings) -> None:
    """Raise UsageError where counts are to be written in a format for places."""
    from platform_lint.profiles import UsageError

    if options.statistics and settings.output_format == "sarif":
        raise UsageError("--statistics has no form in sarif, which lists places: write it as json, json-lines or full")


def _say_refused(options: argparse.Namespace, profiles: Profiles) -> None:
    """Say once that rules are left out because they are programs."""
    refused = dict.fromkeys(path for profile in profiles.known() for path in profile.refused)
    if refused and options.quiet < 2:
        names = ", ".join(os.path.relpath(path) for path in refused)
        _complain(f"warning: rules in Python of this repository are not run, as asked for: {names}", warning=True)


def _report(
    options: argparse.Namespace,
    settings: Settings,
    outcome: Outcome,
    rules: Callable[[set[str]], dict[str, Rule]],
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

        counts = statistics(outcome.findings, settings.output_format, unsafe_fixes=settings.unsafe_fixes)
        pieces.append(counts)
    elif outcome.findings or structured:
        from platform_lint.reports import Report, RuleText, render

        texts_of = {
            code: RuleText(rule.name, rule.message or rule.why.partition(". ")[0], rule.why, rule.url, rule.level)
            for code, rule in rules({finding.code for finding in outcome.findings}).items()
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
        text = "".join(pieces)
        _write(text if for_program else _for_log(text), options.output_file, stream)
    # What a program reads stays free of the rest.
    rest = sys.stderr if for_program else stream
    # A diff has no findings, but whoever reads it must know what it cannot be about.
    undone = _failures(outcome) if options.diff else []
    if undone and options.quiet < 2:
        from platform_lint.reports.concise import headline, place

        color = _colored(options, rest)
        lines = [f"{place(finding, color)}: {headline(finding, False, color)}\n" for finding in undone]
        rest.write(_for_log("".join(lines)))
    if settings.show_fixes and outcome.fixed_in and options.quiet < 2:
        rest.write(_for_log(_fixed_list(outcome, "Would fix:" if options.diff else "Fixed:")))
    if summing and settings.output_format != "github":
        from platform_lint.summary import Fixed, summary

        fixed = (
            Fixed(sum(outcome.fixed.values()), len(outcome.changed), dry_run=options.diff) if outcome.changed else None
        )
        line = summary(
            undone if options.diff else outcome.findings,
            checked=outcome.files,
            fixed=fixed,
            unsafe_fixes=settings.unsafe_fixes,
            left=len(outcome.findings) - len(undone) if options.diff else 0,
        )
        print(line, file=rest)
    if options.profile_rules and options.quiet < 2:
        from platform_lint.authoring.trial import cost_table

        found: dict[str, int] = {}
        for finding in outcome.findings:
            found[finding.code] = found.get(finding.code, 0) + 1
        print("\n".join(["", "Time by rule:", *cost_table(outcome.costs, found)]), file=rest)


def _for_log(text: str) -> str:
    from platform_lint.reports.escaping import for_log

    return for_log(text)


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
    from platform_lint.reports.escaping import visible_name

    lines = []
    for name in sorted(outcome.fixed_in):
        lines.append(f"{visible_name(name)}:")
        lines += [f"    {count} × {code}" for code, count in sorted(outcome.fixed_in[name].items())]
    return "\n".join([title, *lines, ""])


def _text_of(path: str) -> str | None:
    from platform_lint.source import text_of

    return text_of(path)


def _decoded(data: bytes) -> str | None:
    from platform_lint.source import decoded

    return decoded(data)


def _status(options: argparse.Namespace, settings: Settings, outcome: Outcome) -> int:
    if outcome.failed:
        return EXIT_ERROR
    if options.exit_zero:
        return EXIT_CLEAN
    if options.diff and outcome.diffs:
        return EXIT_FINDINGS
    if options.exit_non_zero_on_fix and outcome.changed:
        return EXIT_FINDINGS
    failing = {"error": ("error",), "warning": ("error", "warning"), "never": ()}[settings.fail_on]
    counted = _failures(outcome) if options.diff else outcome.findings
    return EXIT_FINDINGS if any(finding.level in failing for finding in counted) else EXIT_CLEAN


def _failures(outcome: Outcome) -> list[Finding]:
    """The findings that say what was not checked or fixed."""
    if not outcome.findings:
        return []  # Nor is anything loaded.
    from platform_lint.engine_rules import tells_of_failure

    return [finding for finding in outcome.findings if tells_of_failure(finding)]


def _colored(options: argparse.Namespace, stream: object) -> bool:
    if options.color != "auto":
        return bool(options.color == "always")
    if os.environ.get("NO_COLOR") or options.output_file:
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and os.environ.get("TERM") != "dumb")  # type: ignore[attr-defined]


def _clock() -> float:
    import time

    return time.perf_counter()


def _complain(text: str, *, warning: bool = False) -> None:
    from platform_lint.reports.escaping import for_log, visible

    try:
        print(f"platform-lint: {'' if warning else 'error: '}{for_log(visible(text))}", file=sys.stderr)
    except OSError:
        _give_up(sys.stderr)  # There is nobody left to tell; the exit status does.


if __name__ == "__main__":
    sys.exit(main())
