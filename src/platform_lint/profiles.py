"""Profiles: the settings and the catalog that hold for a directory.

:class:`Profiles` finds the configuration nearest to a directory and joins it with the packs. Packs enter by three
ways, and are the same afterwards: the entry-point group ``platform_lint.packs`` (a package whose folder holds the
rules), ``rule-dirs`` in the configuration, ``--rules`` on the command line.
"""

from __future__ import annotations

import errno
import marshal
import os
import sys

from platform_lint import __version__, compiled
from platform_lint.reading import read_regular
from platform_lint.rule import Api, Rule
from platform_lint.selection import check_selector, select
from platform_lint.settings import CONFIG_FILENAMES, FIX_SETTINGS, Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from platform_lint.catalog import Catalog


class UsageError(Exception):
    """Something the user asked for cannot be done: a configuration, a pack, a selector. One line, for people."""


class Profile:
    """Settings, every rule known under them, and the catalog of those that are on.

    *rules* makes the rules: a run that finds everything in its cache never asks. *identity* stands for all they say,
    *contracts* tells whether one of them is about who imports whom. *chosen* makes those alone that are on, where that
    is less work.
    """

    __slots__ = (
        "_catalog",
        "_chosen",
        "_make",
        "_rules",
        "apis",
        "contracts",
        "deadlines",
        "identity",
        "refused",
        "settings",
    )

    def __init__(
        self,
        settings: Settings,
        rules: Callable[[], tuple[Rule, ...]],
        apis: tuple[Api, ...],
        identity: str,
        deadlines: tuple[str, ...],
        contracts: bool,
        refused: tuple[str, ...] = (),
        chosen: Callable[[Settings], list[Rule]] | None = None,
    ) -> None:
        self.settings = settings
        self.apis = apis
        self.identity = identity
        #: The days, in order, on which some rule changes its level.
        self.deadlines = deadlines
        self.contracts = contracts
        #: The files of rules in Python that the settings keep from being run.
        self.refused = refused
        self._make = rules
        self._chosen = chosen
        self._rules: tuple[Rule, ...] | None = None
        self._catalog: Catalog | None = None

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All rules, those that are off included."""
        if self._rules is None:
            self._rules = self._make()
        return self._rules

    @property
    def catalog(self) -> Catalog:
        """The rules that are on."""
        if self._catalog is None:
            from platform_lint.catalog import Catalog

            settings = self.settings
            if self._chosen is not None and self._rules is None:
                rules = self._chosen(settings)
            else:
                rules = select(self.rules, settings.select, settings.ignore, settings.extend_select)
            if not settings.trusts_as_written:
                from platform_lint.trust import as_configured

                rules = [as_configured(rule, settings) for rule in rules]
            self._catalog = Catalog(rules, self.apis)
        return self._catalog

    def only(self, rules: Iterable[Rule], apis: Iterable[Api] = ()) -> Profile:
        """The same settings with *rules* in place of all others, each of them on; *apis* join the facts there are."""
        made = tuple(rules)
        facts = {api.name: api for api in (*self.apis, *apis)}
        settings = self.settings.replace(select=("ALL",), ignore=(), extend_select=(), per_file_ignores=())
        settings = settings.trusting_as_written()
        layered = any(rule.verb == "layers" for rule in made)
        return Profile(settings, lambda: made, tuple(facts.values()), "", (), layered)

    def fingerprint(self, today: str) -> str:
        """All that decides about a file's findings on ISO date *today*, besides files."""
        passed = sum(deadline <= today for deadline in self.deadlines)
        settings = self.settings
        chosen = (settings.select, settings.ignore, settings.extend_select, settings.per_file_ignores)
        others = (settings.root, settings.src, settings.require_reason, settings.max_file_size)
        trusted = [getattr(settings, name) for name in FIX_SETTINGS]
        return repr((self.identity, passed, chosen, trusted, *others))


class Profiles:
    """The profiles of a run, one for each configuration file met.

    *config* is a file that holds for everything, *isolated* that none does. *overrides* are ``KEY=VALUE`` texts,
    *rules* paths of further packs, *changes* settings from the command line. Raises UsageError where anything of it
    cannot be used.
    """

    def __init__(
        self,
        *,
        config: str = "",
        isolated: bool = False,
        overrides: Iterable[str] = (),
        rules: Iterable[str] = (),
        changes: Mapping[str, object] | None = None,
    ) -> None:
        self.overrides = tuple(overrides)
        self.extra_rules = tuple(os.path.abspath(path) for path in rules)
        self.changes = dict(changes or {})
        self.isolated = isolated
        self._forced = os.path.abspath(config) if config else ""
        #: Whether one profile holds for everything, whatever configuration files there are.
        self.uniform = isolated or bool(config)
        self._by_source: dict[str, Profile] = {}
        self._by_directory: dict[str, Profile] = {}
        if self._forced and not os.path.isfile(self._forced):
            raise UsageError(f"--config {config}: no such file, and no KEY=VALUE either")

    def for_directory(self, directory: str) -> Profile:
        """The profile of the files in absolute *directory*."""
        return self._nearest(directory, directory)

    def _nearest(self, directory: str, start: str) -> Profile:
        """The profile of *directory*, which is asked for by *start*, a directory in it."""
        known = self._by_directory.get(directory)
        if known is None:
            if self._forced:
                known = self._profile(self._forced, os.path.dirname(self._forced))
            elif self.isolated:
                known = self._profile("", os.getcwd())
            else:
                known = self._search(directory, start)
            self._by_directory[directory] = known
        return known

    def settings_of(self, directory: str) -> Settings:
        """The settings of the files in absolute *directory*, read without any pack. Raises ConfigError."""
        from platform_lint import config

        source = self._forced or ("" if self.isolated else self.searched(directory)[-1][1])
        return config.load(source, self.overrides) if source else config.defaults(directory, self.overrides)

    def for_child(self, directory: str, entries: Iterable[str], parent: Profile) -> Profile:
        """The profile of *directory*, whose *entries* are known, inside a directory that *parent* holds for."""
        if self.uniform or not any(name in CONFIG_FILENAMES or name == ".git" for name in entries):
            return parent
        return self.for_directory(directory)

    def known(self) -> list[Profile]:
        """The profiles met so far."""
        return list(self._by_source.values())

    def rules(self, codes: Iterable[str]) -> dict[str, Rule]:
        """The rules with one of *codes* in the profiles met so far."""
        wanted = frozenset(codes)
        if not wanted:
            return {}  # Making the rules takes longer than a clean run should.
        return {rule.code: rule for profile in self.known() for rule in profile.rules if rule.code in wanted}

    def searched(self, directory: str) -> list[tuple[str, str]]:
        """The directories where the configuration of absolute *directory* was looked for, in order.

        With each comes the file that configures us there, ``""`` where there is none; only the last can have one.
        """
        places: list[tuple[str, str]] = []
        while True:
            source = _config_in(directory)
            places.append((directory, source))
            parent = os.path.dirname(directory)
            if source or parent == directory or _ends_project(directory):
                return places
            directory = parent

    def _search(self, directory: str, start: str) -> Profile:
        source = _config_in(directory)
        if source:
            _require_trusted(source, directory, start)
            return self._profile(source, directory)
        parent = os.path.dirname(directory)
        if parent != directory and not _ends_project(directory):
            return self._nearest(parent, start)
        return self._profile("", directory if _ends_project(directory) else os.getcwd())

    def _profile(self, source: str, root: str) -> Profile:
        key = source or f"\0{root}"
        known = self._by_source.get(key)
        if known is None:
            known = self._by_source[key] = self._load(source, root)
        return known

    def _load(self, source: str, root: str) -> Profile:
        identity = "\0".join(
            (__version__, source, "" if source else root, *self.overrides, "\1", *self.extra_rules, "\1", *sys.path)
        )
        key = compiled.key_of(identity.encode("utf-8", "surrogatepass"))
        stored = compiled.read(key)
        if not isinstance(stored, tuple) or stored[0] != identity:
            stored = self._compile(source, root, key, identity)
        _, fields, stock, apis, digest, deadlines, contracts, refused = stored
        settings = Settings(**fields)
        if self.changes:
            settings = settings.replace(**self.changes)
        profile = Profile(
            settings,
            lambda: tuple(map(_made, stock)),
            tuple(Api(*values) for values in apis),
            digest,
            deadlines,
            contracts,
            refused,
            lambda settings: [
                _made(stock[head.number])
                for head in select(
                    [_Head(number, *entry[0]) for number, entry in enumerate(stock)],
                    settings.select,
                    settings.ignore,
                    settings.extend_select,
                )
            ],
        )
        if settings.selectors:
            self._check_selectors(profile)
        return profile

    def _compile(self, source: str, root: str, key: str, identity: str) -> tuple[Any, ...]:
        """Read configuration and packs, and keep what they come to.

        That is (identity, settings, packed rules, facts about names, digest of both, deadlines, whether there are
        contracts about imports, files of rules that were not to be run).
        """
        from platform_lint import config
        from platform_lint.engine_rules import ENGINE_RULES
        from platform_lint.loading import load_packs
        from platform_lint.packs import PackError

        try:
            settings = config.load(source, self.overrides) if source else config.defaults(root, self.overrides)
            paths = (*settings.rules, *self.extra_rules)
            packs = load_packs(paths, local_python=settings.local_rules)
            config.set_options(settings, packs.rules)
        except (config.ConfigError, PackError) as error:
            raise UsageError(str(error)) from None
        rules = (*ENGINE_RULES.values(), *packs.rules)
        stock = tuple(map(_stored, rules))
        deadlines = tuple(sorted({rule.deadline for rule in rules if rule.deadline}))
        apis = [api.fields() for api in packs.apis.values()]
        digest = f"{__version__} {compiled.key_of(marshal.dumps(stock) + repr(sorted(apis)).encode())}"
        contracts = any(rule.verb == "layers" for rule in rules)
        value = (identity, settings.fields(), stock, apis, digest, deadlines, contracts, tuple(packs.refused))
        compiled.write(key, (*([source] if source else ()), *settings.extends, *packs.sources), value)
        return value

    def _check_selectors(self, profile: Profile) -> None:
        from platform_lint.selection import SelectionError, check_options

        for name, selectors in profile.settings.selectors.items():
            for selector in selectors:
                try:
                    check_selector(profile.rules, selector)
                    if "select" in name:
                        check_options(profile.rules, selector)
                except SelectionError as error:
                    raise UsageError(f"{self._said(profile.settings, name, selector)}{error}") from None

    def _said(self, settings: Settings, name: str, selector: str) -> str:
        """Where *selector* comes from, for a message: the command line, or a line of a file."""
        from platform_lint.config import place_of

        key = name.replace("_", "-")
        if name in self.changes:
            return f"--{key}: "
        for text in reversed(self.overrides):
            said, _, value = text.partition("=")
            if said.strip() in (key, f"extend-{key}") and selector in value:
                return f"--config {text}: "
        return place_of(settings, name, selector)


class _Head:
    """As much of a rule as tells whether it is on: making all of hundreds would take longer than a short run."""

    __slots__ = ("body", "code", "default", "name", "number", "verb")

    def __init__(self, number: int, code: str, name: str, default: bool, verb: str, unset: tuple[str, ...]) -> None:
        self.number = number
        self.code = code
        self.name = name
        self.default = default
        self.verb = verb
        self.body: Mapping[str, Any] = {"unset": unset}


def _stored(rule: Rule) -> tuple[tuple[Any, ...], bytes]:
    """*rule* as plain data: what `_Head` takes, and all of it."""
    head = (rule.code, rule.name, rule.default, rule.verb, rule.body.get("unset", ()))
    return head, marshal.dumps(rule.fields())


def _made(stored: tuple[tuple[Any, ...], bytes]) -> Rule:
    return Rule.from_fields(marshal.loads(stored[1]))


def _config_in(directory: str) -> str:
    """The configuration file in *directory*, ``""`` for none."""
    for name in CONFIG_FILENAMES:
        path = os.path.join(directory, name)
        try:
            data = read_regular(path)
        except OSError as error:
            if error.errno in (errno.EINVAL, errno.EFBIG):
                raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
            continue
        if name != "pyproject.toml":
            return path
        # Reading TOML is slow; most pyproject files do not even mention us.
        if b"platform-lint" in data and _has_table(path, data):
            return path
    return ""


def _require_trusted(source: str, directory: str, start: str) -> None:
    """Raise UsageError where the configuration file *source*, found in *directory* for *start*, may be planted there.

    Whoever may write to a directory above somebody's project could say which programs are run there as rules, and
    what is fixed. So what is found above both the working directory and *start* must belong to the user, to root, or to
    whom *start* belongs to.
    """
    if not hasattr(os, "geteuid") or directory == start:
        return
    here = os.getcwd()
    if directory == here or directory.startswith(here.rstrip(os.sep) + os.sep):
        return
    if not owners(source) <= {0, os.geteuid(), *owners(start)}:
        raise UsageError(
            f"{source}: another user's file, found above {start}, is not trusted: "
            f"say --config {source} if you know it, or --isolated"
        )


def owners(path: str) -> set[int]:
    """Whose *path* is, and what it links to; none where there is no such file."""
    try:
        return {os.lstat(path).st_uid, os.stat(path).st_uid}
    except OSError:
        return set()


def _has_table(path: str, data: bytes) -> bool:
    if b"[tool.platform-lint" in data:
        return True
    from platform_lint import config

    try:
        return config.has_settings(path)
    except config.ConfigError as error:
        raise UsageError(str(error)) from None


def _ends_project(directory: str) -> bool:
    """Whether the search for a configuration stops at *directory*: the top of a repository."""
    return os.path.exists(os.path.join(directory, ".git"))
