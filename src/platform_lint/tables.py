"""The tables of a pack file, as they are written: what the decoder checks and the JSON Schema is made from."""

from __future__ import annotations

import datetime
from typing import Any, Literal

import msgspec

from platform_lint.finding import Level, Safety


class _Table(msgspec.Struct, forbid_unknown_fields=True):
    """A table in which an unknown key is a mistake."""


class NameOption(_Table):
    """What a rule says about one of its names."""

    to: str = ""
    hint: str = ""
    removed: str = ""
    fix: Safety | None = None
    since: str = ""


class Example(_Table):
    """Code a rule must flag (*bad*), must rewrite to exactly *good*, or must leave alone (*ok*).

    *path* is where the code pretends to stand, relative to the project; *files* are other files of that project, by
    path.
    """

    bad: str | None = None
    good: str | None = None
    ok: str | None = None
    path: str = "example.py"
    files: dict[str, str] = {}


class ArgumentTable(_Table):
    """What a ``call`` rule says about one argument.

    Values are Python expressions as text; the names in them are qualified names, and are imported where they are put
    into code. ``$V`` stands for the value the argument has.
    """

    #: The argument must be given; *insert* is the value that is added where it is not.
    required: bool = False
    insert: str = ""
    #: Values it must not have, or the only ones it may have: expressions, ``$X`` patterns included.
    forbid: list[str] = []
    only: list[str] = []
    #: What the fix of a forbidden value does: take the argument out, or put another value in its place.
    fix: Literal["remove"] | None = None
    replace: str = ""
    #: The name it has now.
    rename: str = ""
    #: The argument is gone; with what to do instead, or true. *remove_if* only where it has one of these values.
    removed: str | bool = False
    remove_if: str | list[str] = ""
    #: It must be given by keyword, or by position; *position* moves it there (0-based).
    keyword: bool = False
    positional: bool = False
    position: int | None = None
    #: It is to be given with this value, wherever it is not given.
    add: str = ""
    #: What its value becomes; *fold* works out what is left of literals.
    value: str = ""
    fold: bool = False
    #: Said of this argument instead of the rule's message.
    hint: str = ""


class WhereTable(_Table):
    """What a metavariable must stand for; all of it must hold."""

    #: A regular expression that its source text, or the value of its string, must match from the beginning.
    regex: str = ""
    #: The kind of literal it is.
    literal: Literal["", "str", "int", "float", "bool", "none", "bytes", "number", "any"] = ""
    #: Its type is this class or a subclass.
    type: str = ""
    #: A comparison of literals: ``1 <= N <= 10``.
    test: str = ""
    #: Patterns of which it must match one, or none.
    match: str | list[str] = []
    not_: str | list[str] = msgspec.field(default=[], name="not")


class ClassTable(_Table):
    """Which classes a rule is about; all of it must hold. Names are qualified names or globs."""

    name: str | list[str] = []
    subclass_of: str | list[str] = []
    decorator: str | list[str] = []
    module: str | list[str] = []
    public: bool | None = None


class FunctionTable(_Table):
    """Which functions and methods a rule is about; all of it must hold."""

    name: str | list[str] = []
    decorator: str | list[str] = []
    module: str | list[str] = []
    public: bool | None = None
    async_: bool | None = msgspec.field(default=None, name="async")
    #: Only methods of classes like this, only methods (true), or only functions that are none (false).
    method_of: ClassTable | bool | None = None


class AnyOf(_Table):
    """One of these will do, or all are asked for; *add* is what the fix puts in."""

    any: list[str] = []
    all: list[str] = []
    add: str = ""


class MethodTable(_Table):
    """A method a class must have, or must not have."""

    name: str
    async_: bool | None = msgspec.field(default=None, name="async")
    params: str = ""
    decorator: str | list[str] = []
    calls_super: bool = False


class AttributeTable(_Table):
    """A class attribute a class must have; *value* is what it must be, *add* what the fix puts there."""

    name: str
    value: str = ""
    add: str = ""


class ParametersTable(_Table):
    """What is asked of a function's parameters."""

    #: Names that must, or must not, be among them.
    names: list[str] = []
    without: list[str] = []
    #: A ``**kwargs``, a ``*args``.
    kwargs: bool | None = None
    args: bool | None = None
    #: At most so many can be given by position, ``self`` apart.
    max_positional: int | None = None
    #: Parameters with a bool annotation or default are keyword-only.
    keyword_only_booleans: bool = False
    #: These are keyword-only.
    keyword_only: list[str] = []
    #: Names are like this (a regular expression).
    regex: str = ""
    #: Defaults by parameter.
    default: dict[str, str] = {}


class RequireTable(_Table):
    """What is required of a class or function, or, under ``forbid``, what it must not have."""

    #: A glob, or with *regex* a regular expression.
    name: str = ""
    regex: str = ""
    base: str | list[str] | AnyOf = []
    metaclass: str = ""
    decorator: str | list[str] | AnyOf = []
    member: list[str] = []
    class_attr: list[str | AttributeTable] = []
    method: MethodTable | list[MethodTable] = []
    params: str | ParametersTable = ""
    annotations: Literal["", "all", "params", "return"] = ""
    returns: str = ""
    docstring: bool | None = None
    #: A regular expression for the docstring's first line.
    docstring_first_line: str = ""
    async_: bool | None = msgspec.field(default=None, name="async")
    #: Class keywords (``class A(Base, frozen=True)``) with their values.
    keyword: dict[str, str] = {}


class RuleTable(_Table):
    """A ``[[rule]]`` as written."""

    code: str
    name: str
    ban: list[str] | dict[str, str | NameOption] | None = None
    rename: dict[str, str | NameOption] | None = None
    rename_attr: dict[str, str | NameOption] | None = None
    on: str | list[str] = []
    receiver: Literal["exact", "inferred", "any"] = "inferred"
    call: str | list[str] | None = None
    args: dict[str, ArgumentTable] = {}
    #: One of these arguments must be given.
    at_least_one: list[str] = []
    signature: str = ""
    splat: Literal["ignore", "report"] = "ignore"
    class_: ClassTable | None = msgspec.field(default=None, name="class")
    function: FunctionTable | None = None
    require: RequireTable | None = None
    forbid: RequireTable | None = None
    layers: list[str] | None = None
    independent: str | list[str] | None = None
    reserved: dict[str, list[str]] | None = None
    unmatched_ignore: Literal["error", "warn", "none"] = "error"
    ignore: list[str] = []
    import_as: dict[str, str] | None = None
    match: str | list[str] | None = None
    not_match: str | list[str] = []
    rewrite: str | None = None
    where: dict[str, WhereTable] = {}
    focus: str = ""
    #: Equivalences that are switched off.
    without: list[str] = []
    inside: str | list[str] = []
    not_inside: str | list[str] = []
    message: str = ""
    why: str = ""
    docs: str | list[str] = ""
    since: str = ""
    level: Level = "error"
    deadline: datetime.date | None = None
    owner: str = ""
    default: bool = True
    fix: Safety = "safe"
    type_checking: Literal["report", "allow"] = "report"
    allow: list[str] = []
    only_in: list[str] = []
    except_in: list[str] = []
    requires: str = ""
    example: list[Example] = []


class ApiTable(_Table):
    """An ``[[api]]``: facts about a name that every rule of the pack may use.

    *signature* is how it is called, *returns* the class of what a call gives, *bases* the classes a class inherits
    from.
    """

    name: str
    reexports: list[str] = []
    exports: list[str] = []
    signature: str = ""
    returns: str = ""
    bases: list[str] = []


class PackTable(_Table):
    """A pack file as written."""

    schema: Literal[1] = 1
    defaults: dict[str, Any] = {}
    rule: list[RuleTable] = []
    api: list[ApiTable] = []


def listed(said: str | list[str]) -> list[str]:
    """A list where a single text may stand for it."""
    return [said] if isinstance(said, str) and said else list(said)
