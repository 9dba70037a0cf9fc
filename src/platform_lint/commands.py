"""The commands beside ``check``: what rules there are and what they say, what applies where, and writing new ones.

Each takes the parsed options and returns the exit status.
"""

from __future__ import annotations

import argparse
import os
import sys

from platform_lint.usage import EXIT_CLEAN, EXIT_ERROR, EXIT_FINDINGS, make_parser, profiles_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from platform_lint.profiles import Profile


def rule(options: argparse.Namespace) -> int:
    """``platform-lint rule``."""
    from platform_lint.authoring.explaining import explain, list_rules

    profile = profiles_of(options).for_directory(os.getcwd())
    if options.rule is None:
        sys.stdout.write(list_rules(profile, options.output_format))
    else:
        sys.stdout.write(explain(profile, options.rule, options.output_format))
    return EXIT_CLEAN


def config(options: argparse.Namespace) -> int:
    """``platform-lint config``."""
    if options.schema:
        from platform_lint.authoring.json_schemas import schema_text

        sys.stdout.write(schema_text(options.schema))
        return EXIT_CLEAN
    from platform_lint.authoring.applicability import show_config
    from platform_lint.profiles import UsageError

    if not os.path.exists(options.path):
        raise UsageError(f"{options.path}: no such file or directory")
    sys.stdout.write(show_config(profiles_of(options), os.path.abspath(options.path)))
    return EXIT_CLEAN


def prove(options: argparse.Namespace) -> int:
    """``platform-lint prove``."""
    from platform_lint.authoring.proving import prove

    proof = prove(*_named_rules(options), verbose=options.verbose)
    sys.stdout.write(proof.text)
    return EXIT_FINDINGS if proof.failures else EXIT_CLEAN


def _named_rules(options: argparse.Namespace) -> tuple[Profile, list[str], list[str]]:
    """The profile that knows the packs and codes *options* name, the packs' paths, and the codes."""
    paths = [path for path in options.paths if os.path.exists(path)]
    codes = [path for path in options.paths if path not in paths]
    options.rules += paths
    return profiles_of(options).for_directory(os.getcwd()), paths, codes


def new(options: argparse.Namespace) -> int:
    """``platform-lint new``."""
    from platform_lint import config
    from platform_lint.authoring.scaffolding import scaffold
    from platform_lint.profiles import UsageError

    # The folder may be empty as yet, so the packs are not what to ask.
    named, options.rules = options.rules, []
    profiles = profiles_of(options)
    try:
        settings = profiles.settings_of(os.getcwd())
    except config.ConfigError as error:
        raise UsageError(str(error)) from None
    folders = [os.path.abspath(path) for path in named] or [path for path in settings.rules if os.path.isdir(path)]
    others = [path for path in settings.rules if path not in folders]
    written = scaffold(options.place, options.kind, [*folders, *others] if folders else [], code=options.code)
    sys.stdout.write(written.next_steps())
    return EXIT_CLEAN


def try_(options: argparse.Namespace) -> int:
    """``platform-lint try``."""
    import gc

    from platform_lint.authoring import trial
    from platform_lint.profiles import UsageError
    from platform_lint.source import text_of

    gc.disable()
    profiles = profiles_of(options)
    if os.path.isfile(options.tried):
        if options.rewrite is not None:
            raise UsageError("--rewrite goes with a pattern; a rule file says itself what becomes of what it finds")
        tried = trial.file_rules(options.tried, profiles.for_directory(os.getcwd()))
    elif options.tried.endswith((".toml", ".py")):
        raise UsageError(f"{options.tried}: no such file of rules")
    else:
        trial.refuse_codes(options.tried, profiles.for_directory(os.getcwd()))
        tried = trial.pattern_rules(options.tried, options.rewrite)
    found = trial.try_rules(tried, options.paths or ["."], profiles, jobs=options.jobs, all_diffs=options.diff)
    if options.output_format == "json":
        sys.stdout.write(trial.as_json(found))
    else:
        from platform_lint.reports.escaping import for_log

        sys.stdout.write(for_log(trial.as_text(found, text_of, whole_diff=options.diff)))
    return EXIT_CLEAN


def docs(options: argparse.Namespace) -> int:
    """``platform-lint docs``."""
    from pathlib import Path

    from platform_lint.authoring.handbook import outdated, pages, update
    from platform_lint.authoring.proving import chosen

    profile, paths, codes = _named_rules(options)
    found = pages(profile, chosen(profile, paths, codes) if paths or codes else profile.rules)
    directory = Path(options.output)
    changed = outdated(directory, found) if options.check else update(directory, found)
    for path in changed:
        what = "removed" if path not in found else "written"
        print(f"{directory / path}: {'not current' if options.check else what}")
    print(f"{len(found)} pages, {len(changed)} {'not current' if options.check else 'changed'}")
    return EXIT_FINDINGS if options.check and changed else EXIT_CLEAN


def harvest(options: argparse.Namespace) -> int:
    """``platform-lint harvest``."""
    import gc
    from pathlib import Path

    from platform_lint.authoring import harvesting
    from platform_lint.reports.escaping import visible

    gc.disable()
    path = options.check or options.output
    before = harvesting.current(Path(path)) if path else ""
    said = {key: getattr(options, key) for key in ("owner", "since", "requires", "level")}
    wishes = harvesting.Wishes(
        options.code_prefix, options.first, options.name, tuple(options.decorator), options.module, said
    )
    folder = os.path.dirname(path) if path else ""
    found = harvesting.harvest(options.package, wishes, before, path or "", folder)
    for one in found.skipped:
        print(visible(f"{one.path}:{one.row}: {one.name}: {one.reason}"), file=sys.stderr)
    if not path:
        sys.stdout.write(found.text)
        print(found.summary(), file=sys.stderr)
        return EXIT_CLEAN
    state = "current" if found.text == before else "not current" if options.check else "written"
    if options.output and found.text != before:
        harvesting.write(Path(path), found.text)
    print(visible(f"{path}: {state}; {found.summary()}"))
    return EXIT_FINDINGS if state == "not current" else EXIT_CLEAN


def migrate(options: argparse.Namespace) -> int:
    """``platform-lint migrate``."""
    import gc

    from platform_lint.migrating import choosing, reporting
    from platform_lint.migrating.running import Wishes, migrate
    from platform_lint.profiles import UsageError
    from platform_lint.reports.escaping import for_log

    gc.disable()
    profiles = profiles_of(options)
    profile = profiles.for_directory(os.getcwd())
    packs = choosing.known_packs(profile, profiles.extra_rules)
    if options.migration is None:
        if options.apply or options.diff or options.set:
            raise UsageError("which migration? name one; `platform-lint migrate` lists all there are")
        sys.stdout.write(reporting.listed(packs, as_json=options.output_format == "json"))
        return EXIT_CLEAN
    migration = choosing.named(packs, options.migration)
    if options.allow_dirty and not options.apply:
        raise UsageError("--allow-dirty goes with --apply")
    rules = choosing.with_values(migration, packs, options.set)
    wishes = Wishes(options.apply, options.unsafe_fixes, options.allow_dirty, options.jobs, not options.quiet)
    found = migrate(rules, options.paths or ["."], profiles, choosing.profile_for(profile, rules, packs), wishes)
    if options.diff:
        sys.stdout.write(reporting.as_diff(found))
    elif options.output_format == "json":
        sys.stdout.write(reporting.as_json(migration, found))
    else:
        sys.stdout.write(for_log(reporting.as_text(migration, found)))
    if found.failed:
        return EXIT_ERROR
    return EXIT_FINDINGS if found.left or (found.edits and not found.applied) else EXIT_CLEAN


def completion(options: argparse.Namespace) -> int:
    """``platform-lint completion``."""
    from platform_lint.profiles import UsageError

    try:
        import shtab
    except ImportError:
        raise UsageError("completion needs shtab: pip install 'platform-lint[completion]'") from None
    print(shtab.complete(make_parser(), shell=options.shell))
    return EXIT_CLEAN


#: By what it is called.
COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "rule": rule,
    "config": config,
    "new": new,
    "prove": prove,
    "try": try_,
    "docs": docs,
    "harvest": harvest,
    "migrate": migrate,
    "completion": completion,
}
