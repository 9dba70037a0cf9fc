"""Settings: what a configuration file and the command line ask for, as one plain value.

Reading and checking the file is :mod:`platform_lint.config`'s work; this module is what every run loads.
"""

from __future__ import annotations

from platform_lint.paths import PathPatterns

#: Names of configuration files; the first one found in a directory wins.
CONFIG_FILENAMES = ("platform-lint.toml", "pyproject.toml")

#: The names of the output formats, as a user spells them.
FORMATS = ("concise", "full", "json", "json-lines", "sarif", "github")

#: Never worth looking into, unless a path is named on the command line.
DEFAULT_EXCLUDE = (
    ".bzr",
    ".direnv",
    ".eggs",
    ".git",
    ".hg",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".nox",
    ".pytest_cache",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    ".vscode",
    "__pypackages__",
    "_build",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
)

_DEFAULTS: dict[str, object] = {
    "source": "",
    "extends": (),
    "root": "",
    "select": None,
    "ignore": (),
    "extend_select": (),
    "per_file_ignores": (),
    "fixable": ("ALL",),
    "extend_fixable": (),
    "unfixable": (),
    "extend_safe_fixes": (),
    "extend_unsafe_fixes": (),
    "exclude": DEFAULT_EXCLUDE,
    "extend_exclude": (),
    "force_exclude": False,
    "respect_gitignore": True,
    "rules": (),
    "local_rules": True,
    "options": {},
    "src": (),
    "fix": False,
    "unsafe_fixes": False,
    "show_fixes": False,
    "output_format": "full",
    "cache_dir": "",
    "max_file_size": 1_000_000,
    "fail_on": "error",
    "require_reason": False,
}


#: The settings that say how the fixes of some rules are trusted, and whether they are made.
FIX_SETTINGS = ("fixable", "extend_fixable", "unfixable", "extend_safe_fixes", "extend_unsafe_fixes")
_SELECTING = ("select", "ignore", "extend_select", *FIX_SETTINGS)


class Settings:
    """What applies to the files below *root*.

    *source* is the configuration file (``""`` for none), *extends* are the files it extends, nearest first. *select* is
    None for the default rules. *rules* are absolute paths of packs, *local_rules* tells whether those of them that are
    written in Python are run; *options* are those of rules, by code or name of the rule, *src* absolute import roots.
    *per_file_ignores* are (pattern, selectors) pairs. Patterns count from *root*. *fixable* and *unfixable* select the
    rules whose fixes are made, *extend_safe_fixes* those whose unsafe fixes are safe here, *extend_unsafe_fixes* the
    reverse.
    """

    __slots__ = (*_DEFAULTS, "_excluded")

    source: str
    extends: tuple[str, ...]
    root: str
    select: tuple[str, ...] | None
    ignore: tuple[str, ...]
    extend_select: tuple[str, ...]
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...]
    fixable: tuple[str, ...]
    extend_fixable: tuple[str, ...]
    unfixable: tuple[str, ...]
    extend_safe_fixes: tuple[str, ...]
    extend_unsafe_fixes: tuple[str, ...]
    exclude: tuple[str, ...]
    extend_exclude: tuple[str, ...]
    force_exclude: bool
    respect_gitignore: bool
    rules: tuple[str, ...]
    local_rules: bool
    options: dict[str, dict[str, object]]
    src: tuple[str, ...]
    fix: bool
    unsafe_fixes: bool
    show_fixes: bool
    output_format: str
    cache_dir: str
    max_file_size: int
    fail_on: str
    require_reason: bool

    def __init__(self, **values: object) -> None:
        for name, default in _DEFAULTS.items():
            setattr(self, name, values.pop(name, default))
        if values:
            raise TypeError(f"no such setting: {', '.join(values)}")
        self._excluded: PathPatterns | None = None

    def fields(self) -> dict[str, object]:
        """All settings by name: what ``Settings(**fields)`` takes."""
        return {name: getattr(self, name) for name in _DEFAULTS}

    def replace(self, **changes: object) -> Settings:
        """The same settings but for *changes*."""
        return Settings(**{**self.fields(), **changes})

    @property
    def selectors(self) -> dict[str, tuple[str, ...]]:
        """All codes, prefixes and names of rules that were said, by setting; not those that hold without a word."""
        said = {name: getattr(self, name) for name in _SELECTING if getattr(self, name) not in (None, _DEFAULTS[name])}
        if self.per_file_ignores:
            said["per_file_ignores"] = tuple(one for _, selectors in self.per_file_ignores for one in selectors)
        return said

    @property
    def trusts_as_written(self) -> bool:
        """Whether nothing is said about the fixes of some rules."""
        return all(getattr(self, name) == _DEFAULTS[name] for name in FIX_SETTINGS)

    def trusting_as_written(self) -> Settings:
        """The same settings with nothing said about the fixes of some rules."""
        return self.replace(**{name: _DEFAULTS[name] for name in FIX_SETTINGS})

    @property
    def excluded(self) -> PathPatterns:
        """The patterns of paths that are not looked into."""
        if self._excluded is None:
            self._excluded = PathPatterns((*self.exclude, *self.extend_exclude))
        return self._excluded
