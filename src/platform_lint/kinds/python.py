"""Rules written in Python: reading such a file, and running what it holds.

A file is imported under a private name, in a package made for its folder, so that it can import helpers beside it
(``from ._shared import …``); ``sys.path`` stays as it is and nothing is written. All rules of this kind share one tree
of a file and one traversal of it.
"""

from __future__ import annotations

import ast
import difflib
import os
import re
import sys
import textwrap
import traceback
import types
import typing
import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from platform_lint.api import File, cst
from platform_lint.api import Rule as Base
from platform_lint.context import FileContext
from platform_lint.differing import changed, lost_comments
from platform_lint.hits import Hit, Repair
from platform_lint.kinds import Reading
from platform_lint.mistakes import blamed, shown
from platform_lint.names import NameError_, parse_name
from platform_lint.rule import Name, Rule, Target, unfit
from platform_lint.tables import Example, PackTable, RuleTable
from platform_lint.trees import Tree, TreeError, Visitor, require_readable, traverse

if TYPE_CHECKING:
    from platform_lint.kinds import Fail, Key
    from platform_lint.rule import Api, Trace

_METADATA = (
    "code",
    "covers",
    "default",
    "docs",
    "except_in",
    "fix",
    "inside",
    "level",
    "not_inside",
    "only_in",
    "owner",
    "requires",
    "since",
)
_HANDLER = re.compile(r"(visit|leave)_(\w+)\Z")
_FENCE = re.compile(
    r"^[ \t]*(```+)[ \t]*python[ \t]+(bad|fixed|ok)(?:[ \t]+path=(\S+))?[ \t]*\n(.*?)^[ \t]*\1[ \t]*$", re.M | re.S
)
_OPENING = re.compile(r"^[ \t]*```+[ \t]*python[ \t]+(\S+)", re.M)
_PACKAGE = "_platform_lint_rules_"


class RuleFileError(Exception):
    """A file that is no rule: the 1-based row, and what is wrong in one line."""

    def __init__(self, row: int, reason: str) -> None:
        super().__init__(reason)
        self.row = row


class RuleFile:
    """What the file of one rule says: its metadata as a table, what it comes to, and the rows of its attributes."""

    def __init__(self, table: RuleTable, reading: Reading, row: int, rows: Mapping[str, int]) -> None:
        self.table = table
        self.reading = reading
        self.row = row
        self.rows = rows


# Reading


def read_file(path: Path, text: str) -> RuleFile:
    """Read the rule in the file at *path* that holds *text*, importing it. Raises RuleFileError."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError) as error:
        raise RuleFileError(getattr(error, "lineno", 1) or 1, f"no Python: {getattr(error, 'msg', error)}") from None
    cls = _rule_class(path)
    row, rows = _rows(tree, cls.__name__)

    def fail(key: Key, reason: str) -> RuleFileError:
        return RuleFileError(rows.get(key if isinstance(key, str) else str(key[0]), row), reason)

    message, why, examples = _docstring(cls, fail)
    metadata: dict[str, Any] = {key: _plain(getattr(cls, key)) for key in _METADATA}
    metadata |= {"name": cls.name or _kebab(cls.__name__), "message": message, "why": why}
    if cls.deadline:
        metadata["deadline"] = _plain(cls.deadline)
    transform = hasattr(cls, "transform")
    if transform and "fix" not in _said(cls):
        metadata["fix"] = "unsafe"  # Nobody can tell what a rewritten file means but who wrote the rule.
    try:
        (table,) = msgspec.convert({"rule": [metadata]}, PackTable).rule
    except msgspec.ValidationError as error:
        (_, _, *way), reason = blamed(error, {"rule": [metadata]})
        raise fail(tuple(way), f"{shown(tuple(way))}: {reason}") from None
    table.example = examples
    handlers = _handlers(cls, fail)
    if transform == bool(handlers):
        what = "both `transform` and visitors" if transform else "neither `visit_…` nor `transform`"
        raise fail("", f"{cls.__name__} has {what}; expected one of them")
    declared = _options(cls, fail)
    body = {
        "path": str(path),
        "class": cls.__name__,
        "transform": transform,
        "mends": transform or _reports_fixes(tree),
        "handlers": tuple(handlers),
        "declared": declared,
        "options": {name: option["default"] for name, option in declared.items()},
        # What the rule does is part of what it is: results are kept only as long as it stays the same.
        "digest": _digest(path),
    }
    names, traces = _signs(cls, fail)
    reading = Reading(
        names=names,
        traces=traces,
        whole=True,
        body=body,
        placeholders=re.findall(r"\{([^{}]*)\}", message),
    )
    return RuleFile(table, reading, row, rows)


def _rule_class(path: Path) -> type[Base]:
    """The one rule of the file at *path*. Raises RuleFileError."""
    try:
        module = _imported(path, _digest(path))
    except KeyboardInterrupt:
        raise  # Somebody at the keyboard, not the rule.
    except BaseException as error:  # It may say sys.exit(), or raise what some other library ends by.
        row, reason = _blamed(error, str(path))
        raise RuleFileError(row or 1, f"cannot be imported: {reason}") from None
    found = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Base) and value.__module__ == module.__name__
    ]
    # A base for others is no rule itself.
    found = [cls for cls in found if not any(cls is not other and issubclass(other, cls) for other in found)]
    if len(found) != 1:
        names = " and ".join(cls.__name__ for cls in found)
        raise RuleFileError(
            1, f"expected one class that inherits from platform_lint.api.Rule; it has {names or 'none'}"
        )
    return found[0]


def _imported(path: Path, digest: int) -> types.ModuleType:
    """The module at *path*, imported once for each *digest* of what it is made of."""
    package = f"{_PACKAGE}{digest:08x}"
    name = f"{package}.{path.stem}"
    known = sys.modules.get(name)
    if known is not None:
        return known
    if package not in sys.modules:
        parent = sys.modules[package] = types.ModuleType(package)
        parent.__path__ = [str(path.parent)]
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python file")
    module = module_from_spec(spec)
    sys.modules[name] = module
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    finally:
        sys.dont_write_bytecode = writes
    return module


def _digest(path: Path) -> int:
    """A checksum of the file at *path*, where it is, and the helpers beside it."""
    found = zlib.crc32(str(path).encode("utf-8", "surrogatepass"))
    for file in (path, *sorted(path.parent.glob("_*.py"))):
        found = zlib.crc32(file.read_bytes(), found)
    return found


def _rows(tree: ast.Module, name: str) -> tuple[int, dict[str, int]]:
    """The row of the class *name*, and those of what it assigns and defines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name == name:
            rows: dict[str, int] = {}
            for statement in node.body:
                targets: Sequence[ast.expr] = ()
                if isinstance(statement, ast.Assign):
                    targets = statement.targets
                elif isinstance(statement, ast.AnnAssign):
                    targets = [statement.target]
                elif isinstance(statement, ast.FunctionDef):
                    rows[statement.name] = statement.lineno
                rows.update({target.id: statement.lineno for target in targets if isinstance(target, ast.Name)})
            return node.lineno, rows
    return 1, {}


def _reports_fixes(tree: ast.Module) -> bool:
    """Whether something is reported together with what is to be put in its place."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "report"
        and any(keyword.arg in ("replace", "remove") for keyword in node.keywords)
        for node in ast.walk(tree)
    )


def _plain(value: Any) -> Any:
    """A value of metadata as TOML would give it."""
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    return value


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()


def _said(cls: type[Base]) -> set[str]:
    """The attributes that *cls* has not from :class:`platform_lint.api.Rule`."""
    return {name for base in cls.__mro__[: cls.__mro__.index(Base)] for name in vars(base)}


def _docstring(cls: type[Base], fail: Fail) -> tuple[str, str, list[Example]]:
    """The message, the documentation and the examples in the docstring of *cls*."""
    text = cls.__dict__.get("__doc__")
    if not text or not text.strip():
        raise fail("", f"{cls.__name__} has no docstring: its first line is what the rule says")
    first, _, rest = text.strip().expandtabs().partition("\n")
    rest = textwrap.dedent(rest)
    examples: list[Example] = []
    for match in _FENCE.finditer(rest):
        _, kind, path, code = match.groups()
        code = textwrap.dedent(code)
        if kind != "fixed":
            example = Example(bad=code) if kind == "bad" else Example(ok=code)
            example.path = path or example.path
            examples.append(example)
        else:
            if not examples or examples[-1].bad is None or examples[-1].good is not None or not _follows(rest, match):
                raise fail("", "a ```python fixed block has to follow the ```python bad block that it mends")
            examples[-1].good = code
    why = _FENCE.sub("", rest)
    left = _OPENING.search(why)
    if left and left.group(1) in ("bad", "fixed", "ok"):
        raise fail("", f"a ```python {left.group(1)} block of the docstring does not end")
    if left:
        raise fail("", f"a ```python {left.group(1)} block: expected bad, fixed or ok")
    return first.strip(), re.sub(r"\n{3,}", "\n\n", why).strip(), examples


def _follows(text: str, match: re.Match[str]) -> bool:
    """Whether nothing but blanks stands between a block and the one above it."""
    before = text[: match.start()].rstrip()
    return before.endswith("```")


def _handlers(cls: type[Base], fail: Fail) -> list[str]:
    """The names of the visitors of *cls*, each for a node that LibCST has."""
    found = []
    for name in sorted(dir(cls)):
        match = _HANDLER.match(name)
        if match is None:
            continue
        node = getattr(cst, match.group(2), None)
        if not (isinstance(node, type) and issubclass(node, cst.CSTNode)):
            known = [
                key for key, value in vars(cst).items() if isinstance(value, type) and issubclass(value, cst.CSTNode)
            ]
            near = difflib.get_close_matches(match.group(2), known, n=1)
            guess = f"; did you mean {near[0]!r}?" if near else ""
            raise fail(name, f"{name}: LibCST has no node {match.group(2)!r}{guess}")
        found.append(name)
    return found


def _options(cls: type[Base], fail: Fail) -> dict[str, dict[str, Any]]:
    """The options of *cls*: by name their type as text (texts to choose from as a list) and their default."""
    bases = cls.__mro__[: cls.__mro__.index(Base)]
    try:
        hints = typing.get_type_hints(cls)
    except Exception as error:
        raise fail("", f"an annotation of {cls.__name__} means nothing: {error}") from None
    own = {
        name for base in bases for name in typing.get_type_hints(base) if name in getattr(base, "__annotations__", ())
    }
    found: dict[str, dict[str, Any]] = {}
    for name in sorted(own):
        hint = hints[name]
        if name.startswith("_") or typing.get_origin(hint) is typing.ClassVar:
            continue
        if hasattr(Base, name) or name in Base.__annotations__:
            continue  # Metadata, annotated again.
        kind = _kind(hint)
        if kind is None:
            raise fail(name, f"option {name}: expected bool, int, float, str, list[str] or a Literal of texts")
        if not hasattr(cls, name):
            raise fail(name, f"option {name} has no default")
        default = _plain(getattr(cls, name))
        problem = unfit(default, kind)
        if problem:
            raise fail(name, f"option {name}: its default is not right: {problem}")
        found[name] = {"type": kind, "default": default}
    return found


def _kind(hint: Any) -> str | list[str] | None:
    if hint in (bool, int, float, str):
        return str(hint.__name__)
    if hint == list[str]:
        return "list[str]"
    if typing.get_origin(hint) is typing.Literal and all(isinstance(value, str) for value in typing.get_args(hint)):
        return list(typing.get_args(hint))
    return None


def _signs(cls: type[Base], fail: Fail) -> tuple[list[Name], list[Trace]]:
    """What a file must show for the rule to be run on it."""
    names: list[Name] = []
    traces: list[Trace] = []
    for key in ("names", "words", "types"):
        values = getattr(cls, key)
        if isinstance(values, str) or not all(isinstance(value, str) for value in values):
            raise fail(key, f"{key}: expected a tuple of texts, got {values!r}")
    for dotted in cls.names:
        try:
            parse_name(dotted.replace(":", "."))
            target = Target.parse(dotted)
        except NameError_ as error:
            raise fail("names", f"names: {error}") from None
        names.append(Name(".".join(target.qualified), "", "", "", False))
        if len(target.attributes) > 1:
            # A method: an instance is all that a file need have.
            owner = ".".join((*target.module, *target.attributes[:-1]))
            traces.append((("word", target.attributes[-1]), ("type", owner)))
    for word in cls.words:
        if not word.isidentifier():
            raise fail("words", f"words: {word!r} is no identifier")
        traces.append((("word", word),))
    for name in cls.types:
        try:
            parse_name(name, globs=False)
        except NameError_ as error:
            raise fail("types", f"types: {error}") from None
        names.append(Name(name, "", "", "", False))
        traces.append((("type", name),))
    if cls.any_file:
        traces = [()]
    elif not names and not traces:
        raise fail(
            "",
            f"{cls.__name__} would be run on every file: give `names` or `words`, or say `any_file = True`",
        )
    return names, traces


# Running


def check(rule: Rule, context: FileContext) -> Iterator[Hit]:
    """What breaks *rule* in a file."""
    return check_all([rule], context)


def check_all(rules: Sequence[Rule], context: FileContext) -> Iterator[Hit]:
    """What breaks any of *rules* in a file: one tree of it, one traversal for all."""
    try:
        require_readable(context.tree, context.source)
        file = File(context, _tree(context.source.text))
    except TreeError as error:
        codes = ", ".join(rule.code for rule in rules)
        message = f"the file was not checked for {codes}: {error}"
        yield Hit(rules[0], None, "engine", (), 0, 0, message=message)
        return
    runs = [_Run(rule, file) for rule in rules]
    traverse(file.tree, [visitor for run in runs if (visitor := run.start()) is not None])
    for run in runs:
        yield from run.hits


@lru_cache(maxsize=1)
def _tree(text: str) -> Tree:
    """The tree of *text*: offering fixes asks for that of the same file again."""
    return Tree(text)


class _Run:
    """One rule on one file."""

    def __init__(self, rule: Rule, file: File) -> None:
        self.rule = rule
        self.file = file
        self.hits: list[Hit] = []

    def start(self) -> Visitor | None:
        """The visitor that runs the rule; None where it is no visitor, and has been run."""
        try:
            # As the rule was when it was read; a process that lives on reads it anew when it has changed.
            module = _imported(Path(self.rule.body["path"]), self.rule.body["digest"])
            cls = getattr(module, self.rule.body["class"])
            instance: Base = cls()
            instance._file, instance._rule, instance._hits = self.file, self.rule, self.hits
            for name, value in self.rule.body["options"].items():
                setattr(instance, name, list(value) if isinstance(value, list | tuple) else value)
            if self.rule.body["transform"]:
                self._transform(instance)
                return None
            handlers: dict[str, dict[str, Any]] = {"visit": {}, "leave": {}}
            for handler in self.rule.body["handlers"]:
                when, _, node = handler.partition("_")
                handlers[when][node] = getattr(instance, handler)
        except (Exception, SystemExit) as error:
            self.failed(error, self.file.tree.module)
            return None
        return Visitor(handlers["visit"], handlers["leave"], self.failed)

    def failed(self, error: BaseException, node: cst.CSTNode) -> None:
        """The rule raised *error* at *node*: that is all it has to say about the file."""
        path = self.rule.body["path"]
        row, reason = _blamed(error, path)
        where = f"{os.path.relpath(path)}:{row}" if row else os.path.relpath(path)
        start, end = (0, 0) if isinstance(node, cst.Module) else self.file.anchor(node)
        message = f"the rule failed here and checked nothing: {reason} ({where})"
        self.hits[:] = [Hit(self.rule, None, "engine", (), start, end, message=message)]

    def _transform(self, instance: Any) -> None:
        tree = self.file.tree
        module = instance.transform(tree.module)
        if not isinstance(module, cst.Module):
            raise TypeError(f"transform() gave {type(module).__name__}, expected Module")
        changes = changed(tree.text, 0, len(tree.text), module.code)
        if not changes:
            return
        start, end, _ = changes[0]
        places = "1 place" if len(changes) == 1 else f"{len(changes)} places"
        lost = lost_comments(tree.text, changes)
        repair = Repair(
            f"rewrite {places}",
            list(self.file.splices(changes)),
            safety="unsafe" if lost else "safe",
            reason="a comment would be lost" if lost else "",
            rewrites=True,
        )
        matched = self.file.matched(self.rule, 0, len(tree.text))
        message = re.sub(
            r"\{([^\W\d]\w*)\}", lambda match: str(getattr(instance, match.group(1), match.group())), self.rule.message
        )
        end = min(end, start + len(tree.text[start:end].partition("\n")[0]))
        self.hits.append(Hit(self.rule, None, "shape", matched, start, end, message=message, repair=repair))


def _blamed(error: BaseException, path: str) -> tuple[int, str]:
    """The row of the rule's file where *error* came from (0 if it did not), and what it says, in one line."""
    rows = [frame.lineno or 0 for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    if isinstance(error, SyntaxError) and error.filename == path:
        rows.append(error.lineno or 0)
    # LibCST goes on with all the tokens that would have been right, and with the text.
    said = " ".join(str(error).partition(": expected one of")[0].split())
    return (rows[-1] if rows else 0), f"{type(error).__name__}: {said}" if said else type(error).__name__


def read(table: RuleTable, fail: Fail, apis: Mapping[str, Api]) -> Reading:
    """No table says what a rule in Python does."""
    raise fail("python", "a rule in Python is a file of its own")
