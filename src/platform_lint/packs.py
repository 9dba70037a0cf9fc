"""Packs: files of rules, in TOML or one to a Python file, read and checked into :class:`Rule` values.

Every mistake is one :class:`PackError` that names the file, the line and the key, and what was expected.
"""

from __future__ import annotations

import builtins
import keyword
import re
import sys
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from platform_lint.kinds import Reading, kind
from platform_lint.migrations import Migration, read_migration
from platform_lint.mistakes import PackError as PackError
from platform_lint.mistakes import Places, decoded
from platform_lint.names import NameError_, is_glob, parse_name
from platform_lint.options import unset, with_options
from platform_lint.paths import unfit as unfit_path
from platform_lint.reading import read_regular
from platform_lint.rename_cycles import cycle, places_of, told
from platform_lint.rule import NAME_VERBS, VERBS, Api, Name, Rule, Target, also
from platform_lint.rule_checks import (
    check_apart,
    check_empty,
    check_example,
    check_hints,
    check_message,
    check_requirement,
)
from platform_lint.signatures import SignatureError, parse_signature
from platform_lint.tables import ApiTable, Example, NameOption, RuleTable, did_you_mean, listed

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if typing.TYPE_CHECKING:
    from platform_lint.kinds import Fail, Key

SCHEMA = 1

#: Files and folders that a folder of rules may hold.
_MAX_ENTRIES = 20_000
_CODE = re.compile(r"[A-Z]{1,3}[0-9]{3}\Z")
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
#: Words of Python's that old modules have for names: `celery.backends.async`.
_ONCE_NAMES = ("async", "await")
_PLACEHOLDERS = frozenset({"name", "to", "hint"})
_ENGINE = "LIB"


class PackFile:
    """The rules of one file, their examples and their tables by code, and the facts it states about names."""

    def __init__(
        self,
        path: str,
        rules: list[Rule],
        examples: dict[str, list[Example]],
        apis: dict[str, Api],
        tables: dict[str, RuleTable] | None = None,
        migration: Migration | None = None,
    ) -> None:
        self.path = path
        self.rules = rules
        self.examples = examples
        self.apis = apis
        #: The rules as they were written, for those who explain them.
        self.tables = tables or {}
        self.migration = migration


def pack_files(path: Path) -> list[Path]:
    """The rule files of *path*, a file or a folder, sorted. Raises PackError where there is nothing to read.

    A folder's rules are its TOML files, and the Python files whose names begin with no underscore.
    """
    if path.is_dir():
        files = sorted(
            file
            for file in pack_entries(path)
            if file.suffix in (".toml", ".py")
            and not any(part.startswith(".") for part in file.parts[len(path.parts) :])
            and not (file.suffix == ".py" and file.name.startswith("_"))
        )
        if not files:
            raise PackError(f"{path}: no rules here: the folder holds no .toml file and no rule in Python")
        return files
    if not path.is_file():
        raise PackError(f"{path}: no such file or folder of rules")
    return [path]


def pack_entries(path: Path) -> list[Path]:
    """All that is in the folder *path* of rules, however deep. Raises PackError where that is no folder of rules."""
    entries = list(islice(path.rglob("*"), _MAX_ENTRIES + 1))
    if len(entries) > _MAX_ENTRIES:
        raise PackError(f"{path}: more than {_MAX_ENTRIES:,} files and folders: name the folder that holds the rules")
    return entries


def read_pack(path: Path, *, pack: str = "", builtin: bool = False, apis: Mapping[str, Api] | None = None) -> PackFile:
    """Read and check the pack file at *path*. Raises PackError.

    *pack* is what its rules are shown to belong to, the folder's name by default; *builtin* allows codes of the
    engine's own family. *apis* are facts that other files of the pack state. A Python file is imported.
    """
    text, pack = read_text(path), pack or path.parent.name
    if path.suffix == ".py":
        return _python_pack(text, path, pack, builtin, apis or {})
    return parse_pack(text, str(path), pack=pack, builtin=builtin, apis=apis)


def _python_pack(text: str, path: Path, pack: str, builtin: bool, apis: Mapping[str, Api]) -> PackFile:
    """The one rule of the Python file at *path* that holds *text*."""
    from platform_lint.kinds import python

    try:
        found = python.read_file(path, text)
    except python.RuleFileError as error:
        raise PackError(f"{path}:{error.row}: {error}") from None
    entry, reading = found.table, found.reading

    def fail(key: Key, reason: str) -> PackError:
        row = found.rows.get(key if isinstance(key, str) else str(key[0]), found.row)
        return PackError(f"{path}:{row}: rule {entry.code or entry.name}: {reason}")

    _check_identity(entry, fail)
    if not builtin:
        _check_family(entry, fail)
    others = [Name(other, "", "", "", False) for name in reading.names for other in also(name.dotted, apis)]
    reading.names = (*reading.names, *others)
    rule = _made(entry, "python", reading, fail, pack, f"{path}:{found.row}")
    return PackFile(str(path), [rule], {rule.code: entry.example}, {}, {rule.code: entry})


def read_apis(path: Path) -> dict[str, Api]:
    """The facts that the pack file at *path* states. Raises PackError; mistakes elsewhere in the file are passed by."""
    text = read_text(path)
    if path.suffix == ".py" or "[[api]]" not in text.replace(" ", ""):
        return {}
    places = Places(text, str(path))
    return _apis(decoded({"api": _raw(places).get("api", [])}, places).api, places)


def api_row(path: Path, name: str) -> int:
    """The row of the ``[[api]]`` for *name* in the pack file at *path*."""
    places = Places(read_text(path), str(path))
    names = [table.get("name") for table in _raw(places).get("api", [])]
    return places.row(("api", names.index(name), "name") if name in names else ())


def _raw(places: Places) -> dict[str, Any]:
    try:
        raw: dict[str, Any] = tomllib.loads(places.text)
        return raw
    except tomllib.TOMLDecodeError as error:
        raise places.broken(error) from None


def read_text(path: Path) -> str:
    """The text of a file of a pack. Raises PackError."""
    try:
        data = read_regular(path)
        return data.decode("utf-8-sig")
    except OSError as error:
        raise PackError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise PackError(f"{path}:{row}: not UTF-8 text: save it as UTF-8") from None


def parse_pack(
    text: str, path: str, *, pack: str = "", builtin: bool = False, apis: Mapping[str, Api] | None = None
) -> PackFile:
    """The pack file *text*, called *path* in messages. Raises PackError."""
    places = Places(text, path)
    raw = _raw(places)
    _merge_defaults(raw, places)
    table = decoded(raw, places)
    rows = places.rules(len(table.rule))
    rules: list[Rule] = []
    examples: dict[str, list[Example]] = {}
    tables: dict[str, RuleTable] = {}
    own = _apis(table.api, places)
    known = {**(apis or {}), **own}
    for number, entry in enumerate(table.rule):
        fail = _Failure(places, number, entry)
        check_empty(raw["rule"][number], fail)
        rule = _rule(entry, fail, known, pack, f"{path}:{rows[number]}")
        if not builtin:
            _check_family(entry, fail)
        for other in rules:
            if other.code == rule.code:
                raise fail("code", f"code {rule.code} is already taken by {other.name!r} ({other.origin})")
            if other.name == rule.name:
                raise fail("name", f"name {rule.name!r} is already taken by {other.code} ({other.origin})")
        rules.append(rule)
        examples[rule.code] = entry.example
        tables[rule.code] = entry
        circle = cycle([rule])
        if circle:
            last = max(places.rule_key(number, (verb, ".".join(step.old))) for verb in NAME_VERBS for step in circle)
            raise PackError(f"{path}:{last}: rule {rule.code}: {rule.verb}: {told(circle)}")
    refuse_cycles(rules)
    migration = read_migration(table.migration, places) if table.migration is not None else None
    return PackFile(path, rules, examples, own, tables, migration)


def refuse_cycles(rules: Iterable[Rule]) -> None:
    """Raise PackError where the replacements of *rules* lead in a circle, or two of them want another import."""
    rules = list(rules)
    forms: dict[object, tuple[Rule, object]] = {}
    for rule in rules:
        for key, *form in rule.body["forms"] if rule.verb == "import_as" else ():
            other, wanted = forms.setdefault((key, places_of(rule)), (rule, form))
            if wanted != form:
                raise PackError(
                    f"{rule.origin}: rule {rule.code}: import_as: {key!r} has another form in {other.code} {other.name}"
                    f" ({other.origin}): keep one of them"
                )
    circle = cycle(rules)
    if circle:
        rule = max((step.rule for step in circle), key=rules.index)
        raise PackError(f"{rule.origin}: rule {rule.code}: {rule.verb}: {told(circle)}")


def optioned(rule: Rule, table: RuleTable, options: Mapping[str, str], apis: Mapping[str, Api]) -> Rule:
    """*rule*, written as *table*, with the values of *options*. Raises PackError."""

    def fail(_: Key, reason: str) -> PackError:
        return PackError(f"{rule.origin}: rule {rule.code}: {reason}")

    filled = with_options(table, options)
    return _read_rule(filled, rule.verb, fail, apis, rule.pack, rule.origin, unset(filled))


def _merge_defaults(raw: dict[str, Any], places: Places) -> None:
    defaults = raw.get("defaults")
    if not isinstance(defaults, dict):
        return
    known = set(RuleTable.__struct_encode_fields__) - {"code", "name", "example", *VERBS}
    for key in defaults:
        if key not in known:
            own = f"; {key} is said of each rule" if key in RuleTable.__struct_encode_fields__ else ""
            raise places.error(("defaults", key), f"defaults.{key}: unknown key{own or did_you_mean(key, known)}")
    if isinstance(raw.get("rule"), list):
        raw["rule"] = [{**defaults, **rule} if isinstance(rule, dict) else rule for rule in raw["rule"]]


class _Failure:
    """Makes the PackError for a key of the *number*-th rule of a file."""

    def __init__(self, places: Places, number: int, entry: RuleTable) -> None:
        self.places = places
        self.number = number
        self.entry = entry

    def __call__(self, key: Key, reason: str) -> PackError:
        line = self.places.rule_key(self.number, key)
        return PackError(f"{self.places.path}:{line}: rule {self.entry.code or self.entry.name}: {reason}")


def _check_identity(entry: RuleTable, fail: Fail) -> None:
    if not _CODE.match(entry.code):
        raise fail("code", f"code {entry.code!r}: expected one to three capital letters and three digits, as in ACM101")
    if not _NAME.match(entry.name):
        raise fail("name", f"name {entry.name!r}: expected lower-case words joined by hyphens")


def _check_family(entry: RuleTable, fail: Fail) -> None:
    if entry.code.rstrip("0123456789") == _ENGINE:
        raise fail("code", f"code {entry.code}: the letters {_ENGINE} are platform-lint's own; choose others")


def _rule(entry: RuleTable, fail: _Failure, apis: Mapping[str, Api], pack: str, origin: str) -> Rule:
    _check_identity(entry, fail)
    verb = _verb(entry, fail)
    _check_keys(entry, verb, fail)
    try:
        missing = unset(entry) if "${" in fail.places.text else ()
        return _read_rule(entry, verb, fail, apis, pack, origin, missing)
    except RecursionError:
        raise fail(verb, "code in it is nested too deeply") from None


def _read_rule(
    entry: RuleTable,
    verb: str,
    fail: Fail,
    apis: Mapping[str, Api],
    pack: str,
    origin: str,
    missing: tuple[str, ...] = (),
) -> Rule:
    """The rule that *entry* says. One that is *missing* values of options looks at no file."""
    if verb in NAME_VERBS:
        names = tuple(_names(verb, getattr(entry, verb), fail, apis))
        if not names:
            raise fail(verb, f"{verb} is empty: name at least one thing")
        reading = Reading(names=names, placeholders=_PLACEHOLDERS)
    else:
        reading = kind(verb).read(entry, fail, apis)
    if missing:
        reading = Reading(body={**reading.body, "unset": missing}, placeholders=reading.placeholders)
    return _made(entry, verb, reading, fail, pack, origin)


def _made(entry: RuleTable, verb: str, reading: Reading, fail: Fail, pack: str, origin: str) -> Rule:
    """The rule that *entry* and what its verb comes to make; what all verbs have in common is checked."""
    check_message(entry, reading.placeholders, fail)
    check_hints(entry, reading.names, fail)
    _check_allow(entry, verb, reading.names, fail)
    conditions = bool(entry.inside or entry.not_inside)
    if conditions:
        from platform_lint.patterns.conditions import check

        for key in ("inside", "not_inside"):
            for text in listed(getattr(entry, key)):
                check(text, key, fail)
        check_apart("inside", listed(entry.inside), "not_inside", listed(entry.not_inside), fail)
    for key in ("only_in", "except_in"):
        for number, pattern in enumerate(getattr(entry, key)):
            if (
                not pattern
                or pattern.startswith("/")
                or "\\" in pattern
                or {"", ".", ".."} & {*pattern[:-1].split("/")}
            ):
                raise fail(
                    (key, number), f"{key}: {pattern!r} is no path relative to the project, such as 'services/**'"
                )
            if unfit_path(pattern):
                raise fail((key, number), f"{key}: {pattern!r} is no path pattern: {unfit_path(pattern)}")
    check_apart("only_in", entry.only_in, "except_in", entry.except_in, fail)
    if entry.requires:
        check_requirement(entry.requires, fail)
    for number, code in enumerate(entry.covers):
        if not _CODE.match(code) or code == entry.code:
            raise fail(("covers", number), f"covers: {code!r} is no code of another rule, such as 'LIB420'")
    if entry.deadline and entry.level == "error":
        raise fail("deadline", 'deadline: the rule is an error already; say level = "warning" beside it')
    for number, example in enumerate(entry.example):
        check_example(example, number, fail)
    return Rule(
        entry.code,
        entry.name,
        verb,
        reading.names,
        message=entry.message,
        why=entry.why.strip(),
        docs=(entry.docs,) if isinstance(entry.docs, str) and entry.docs else tuple(entry.docs),
        since=entry.since,
        level=entry.level,
        deadline=entry.deadline.isoformat() if entry.deadline else "",
        owner=entry.owner,
        default=entry.default,
        fix=entry.fix,
        type_checking=entry.type_checking,
        allow=tuple(tuple(name.split(".")) for name in entry.allow),
        only_in=tuple(entry.only_in),
        except_in=tuple(entry.except_in),
        requires=entry.requires,
        covers=tuple(entry.covers),
        inside=tuple(listed(entry.inside)),
        not_inside=tuple(listed(entry.not_inside)),
        body=reading.body,
        traces=reading.traces,
        traced=reading.traced,
        # What is around a finding can be told only where all of it is there.
        whole=reading.whole or (conditions and verb not in NAME_VERBS),
        pack=pack,
        origin=origin,
    )


#: Tables that say one thing together.
_LAYERS = ("layers", "independent", "reserved")
#: The keys that belong to a verb, besides those every rule has.
_KEYS = {
    "rename_attr": ("on", "receiver", "overrides"),
    "call": ("args", "at_least_one", "signature", "splat", "receiver"),
    "class": ("require", "forbid"),
    "function": ("require", "forbid"),
    "layers": ("independent", "reserved", "unmatched_ignore", "ignore"),
    "match": ("not_match", "rewrite", "where", "focus", "without"),
    "flag": ("value", "client"),
}
#: The verbs whose rules `allow` says nothing to, with what to say instead.
_INSTEAD = {"rename_attr": "receiver", "layers": "ignore", "match": "not_match"}
_VERB_KEYS = frozenset(key for keys in _KEYS.values() for key in keys)


def _verb(entry: RuleTable, fail: _Failure) -> str:
    said = [verb for verb in VERBS if verb != "python" and getattr(entry, _field(verb)) is not None]
    if "layers" not in said and any(getattr(entry, key) is not None for key in _LAYERS):
        said.append("layers")
    if len(said) != 1:
        expected = ", ".join(verb for verb in VERBS if verb != "python")
        got = " and ".join(said) or "none"
        raise fail(said[-1] if said else "code", f"expected exactly one verb of {expected}; it has {got}")
    return said[0]


def _check_keys(entry: RuleTable, verb: str, fail: _Failure) -> None:
    """Refuse keys that say something only together with another verb."""
    plain = RuleTable(code="", name="")
    for key in sorted(_VERB_KEYS.difference(_KEYS.get(verb, ()))):
        if getattr(entry, key) != getattr(plain, key):
            verbs = " or ".join(other for other, keys in _KEYS.items() if key in keys)
            raise fail(key, f"{key} goes with {verbs}, and this rule's verb is {verb}")


def _field(key: str) -> str:
    """The attribute of a table for *key*: some keys are words of Python's."""
    return f"{key}_" if key == "class" else key


def _names(
    verb: str,
    said: list[str] | dict[str, str | NameOption],
    fail: Fail,
    apis: Mapping[str, Api],
) -> Iterator[Name]:
    seen: set[str] = set()
    options = said if isinstance(said, dict) else dict.fromkeys(said, NameOption())
    for number, (dotted, option) in enumerate(options.items()):
        if isinstance(option, str):
            option = NameOption(to=option)
        key: Key = (verb, dotted if isinstance(said, dict) else number)
        parts = _parse(dotted, verb, fail, key)
        if verb == "rename":
            if is_glob(parts):
                raise fail(key, f"rename {dotted!r}: wildcards cannot be renamed; name each, or the module they share")
            if not option.to and not option.removed:
                raise fail(key, f"rename {dotted!r}: expected `to`, or `removed` with what to do instead")
        if option.removed and option.to:
            raise fail((*key, "removed"), f"{verb} {dotted!r}: `removed` and `to` exclude each other")
        if option.to:
            _check_target(option.to, dotted, verb, fail, key)
        target = Target.parse(option.to).qualified if option.to else ()
        for spelled in (dotted, *also(dotted, apis)):
            # Of a thing's names one may be what the others are replaced by.
            if spelled in seen or (target and target[: spelled.count(".") + 1] == tuple(spelled.split("."))):
                continue
            seen.add(spelled)
            yield Name(spelled, option.to, option.hint or option.removed, option.fix or "", bool(option.removed))


def _apis(tables: Iterable[ApiTable], places: Places) -> dict[str, Api]:
    found: dict[str, Api] = {}
    for number, api in enumerate(tables):

        def fail(key: str, reason: object, number: int = number, api: ApiTable = api) -> PackError:
            return places.error(("api", number, key), f"api {api.name or number + 1}: {reason}")

        for key in ("name", "returns", "reexports", "bases"):
            for name in listed(getattr(api, key)) if key != "name" else [api.name]:
                try:
                    parse_name(name, globs=False)
                except NameError_ as error:
                    raise fail(key, f"{key}: {error}") from None
        for name in api.exports:
            if not name.isidentifier():
                raise fail("exports", f"exports: {name!r} is no identifier")
        if api.signature:
            try:
                parse_signature(api.signature)
            except SignatureError as error:
                raise fail("signature", f"signature: {error}") from None
        fact = Api(api.name, api.signature, api.returns, tuple(api.bases), tuple(api.exports), tuple(api.reexports))
        found[api.name] = fact if api.name not in found else _one(found[api.name], fact, fail)
    return found


def _one(first: Api, second: Api, fail: Callable[[str, str], PackError]) -> Api:
    """What two tables of one name say together. Raises what *fail* makes where they disagree."""
    for key in ("signature", "returns"):
        said = {getattr(first, key), getattr(second, key)} - {""}
        if len(said) > 1:
            raise fail(key, f"{key}: another [[api]] of this name says {getattr(first, key)!r}")
    return Api(
        first.name,
        first.signature or second.signature,
        first.returns or second.returns,
        *(
            tuple(dict.fromkeys((*getattr(first, key), *getattr(second, key))))
            for key in ("bases", "exports", "reexports")
        ),
    )


def _parse(dotted: str, said: str, fail: Fail, key: Key = "") -> tuple[str, ...]:
    try:
        parts = parse_name(dotted)
        if parts[0] == "builtins" and is_glob(parts):
            raise NameError_(f"{dotted!r}: builtins are spelled without their module, so name each of them")
        word = next((part for part in parts if keyword.iskeyword(part) and part not in _ONCE_NAMES), "")
        if word and parts[0] != "builtins":
            raise NameError_(f"{dotted!r}: `{word}` is a word of Python's own, and names nothing")
        return parts
    except NameError_ as error:
        raise fail(key or said, f"{said}: {error}") from None


def _check_target(to: str, dotted: str, verb: str, fail: Fail, key: Key) -> None:
    try:
        target = Target.parse(to)
        parse_name(".".join(target.qualified), globs=False)
        if to.count(":") > 1 or not target.module or (to in dir(builtins) and to not in sys.stdlib_module_names):
            raise NameError_(f"{to!r} has no module: write `package.module:name`, or `builtins:{to}` for a builtin")
        word = next(filter(keyword.iskeyword, target.qualified), "")
        if word and target.qualified[0] != "builtins":
            raise NameError_(f"{to!r}: `{word}` is a word of Python's own, and names nothing")
    except (NameError_, IndexError) as error:
        raise fail((*key, "to"), f"{verb} {dotted!r}: to: {error or repr(to)}") from None
    old = tuple(dotted.split("."))
    if target.qualified[: len(old)] == old:
        below = "itself" if target.qualified == old else "something below itself, again and again"
        raise fail(key, f"{verb} {dotted!r}: it would be replaced by {below}")


def _check_allow(entry: RuleTable, verb: str, names: Iterable[Name], fail: Fail) -> None:
    """Refuse names under ``allow`` that do not fall under the rule, or are all of it."""
    if entry.allow and verb in _INSTEAD:
        raise fail(
            "allow", f"allow: a rule with {verb} has no names to leave out; say it with except_in or {_INSTEAD[verb]}"
        )
    known = [name.parts for name in names]
    for number, text in enumerate(entry.allow):
        parts = _parse(text, "allow", fail, ("allow", number))
        if verb not in NAME_VERBS or is_glob(parts) or any(map(is_glob, known)):
            continue
        if parts in known:
            raise fail(("allow", number), f"allow: {text!r} is what the rule is about; take it out of {verb}")
        if not any(parts[: len(name)] == name for name in known):
            raise fail(("allow", number), f"allow: {text!r} falls under none of the names of the rule")
