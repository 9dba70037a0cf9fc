"""The tables of a pack file, as they are written: what the decoder checks and the JSON Schema is made from."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from platform_lint.finding import Level, Safety

#: Where an example's code stands if nothing is said.
EXAMPLE_PATH = "example.py"


class _Table(msgspec.Struct, forbid_unknown_fields=True):
    """A table in which an unknown key is a mistake."""


class NameOption(_Table):
    """What a rule says about one of its names."""

    #: What replaces it, as a qualified name; a colon ends the module where that is not clear.
    to: str = ""
    #: What to do instead, in words.
    hint: str = ""
    #: It is gone, with what to do instead.
    removed: str = ""
    #: How well this replacement can be trusted.
    fix: Safety | None = None
    #: When it became true.
    since: str = ""
    #: For attributes: a call that passes one of these arguments keeps the old name, as the new one does not take them.
    unless_passed: list[str] = []


class Example(_Table):
    """Code a rule must flag (*bad*), must rewrite to exactly *good*, or must leave alone (*ok*).

    *path* is where the code pretends to stand, relative to the project; *files* are other files of that project, by
    path.
    """

    #: Code that must be reported; lines that end in `# hit` are the very lines, where there are any.
    bad: str | None = None
    #: What the fix must make of it, byte for byte; lines that end in `# left` are reported still.
    good: str | None = None
    #: Code that must not be reported.
    ok: str | None = None
    #: Where the code pretends to stand, relative to the project.
    path: str = EXAMPLE_PATH
    #: Other files of that project, by path.
    files: dict[str, str] = {}
    #: The values of the rule's options.
    options: dict[str, str] = {}


class ArgumentTable(_Table):
    """What a ``call`` rule says about one argument.

    Values are Python expressions as text; the names in them are qualified names, and are imported where they are put
    into code. ``$V`` stands for the value the argument has.
    """

    #: The argument must be given.
    required: bool = False
    #: The value that the fix gives it where it is missing.
    insert: str = ""
    #: Values it must not have: expressions, in which `$X` stands for anything.
    forbid: list[str] = []
    #: The only values it may have. Literals are held against them, and names from where one of them is from; what
    #: another variable or a call gives is not judged.
    only: list[str] = []
    #: What the fix does with a value that must not be: take the argument out.
    fix: Literal["remove"] | None = None
    #: What the fix puts in place of a value that must not be.
    replace: str = ""
    #: The name it has now.
    rename: str = ""
    #: The argument is gone: true, or what to do instead.
    removed: str | bool = False
    #: Values with which it is to be left out; with `removed`, it is gone only with these.
    remove_if: str | list[str] = ""
    #: It must be given by keyword, and what comes after it as well then.
    keyword: bool = False
    #: It must be given by position, the one that the signature says.
    positional: bool = False
    #: Where it is given by keyword, it is to be given at this position, counted from 0. What is given by position
    #: stays: nothing would tell what was moved already.
    position: int | None = None
    #: It is to be given with this value, wherever it is not given.
    add: str = ""
    #: What its value becomes; `None` stays. A value that looks like this already is left alone, and so is, with
    #: `rename`, an argument of the new name.
    value: str = ""
    #: What has only literals is worked out: 5000 becomes 5.0.
    fold: bool = False
    #: Said of this argument instead of the rule's message, or in place of its `{hint}`.
    hint: str = ""


class ClientTable(_Table):
    """One way to ask a feature flag for its value, or to say it: what is called, and which argument names the flag.

    It has one of *call*, *decorator*, *mixin* and *override*.
    """

    #: The parameter that names the flag. A function without one asks for this flag and no other.
    key: str = ""
    #: Functions, and methods by the class of what they are called on, that give the flag's value.
    call: str | list[str] = []
    #: Decorators that let a function run where the flag is on.
    decorator: str | list[str] = []
    #: Base classes of what is there where the flag is on; `key` is the class attribute that names the flag.
    mixin: str | list[str] = []
    #: What gives the flag a value for a test, as a decorator or in a `with`.
    override: str | list[str] = []
    #: The parameters of what is called.
    signature: str = ""
    #: The parameter that is given for flags nobody knows: what it does besides is done no more.
    default: str = ""
    #: The value is this of what is given: `.value`, `["name"]`.
    result: str = ""
    #: The parameter of an override that has the value.
    value: str = ""
    #: The flag is an object, made by `package.Class(parameter)` with its name: what `key` is given, or, without `key`,
    #: what the method in `call` belongs to.
    made: str | list[str] = []
    #: A flag whose name begins so must be off.
    negated: str = ""


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
    """Which classes a rule is about; all of it must hold, and of a list one will do.

    ``subclass_of``, ``decorator`` and ``uses`` are qualified names; a decorator may be a call with the arguments it
    must have (``app.task(bind=True)``, ``...`` for any value). ``name`` and ``has`` are globs of names as the code has
    them, ``module`` one of a module and all below it.
    """

    name: str | list[str] = []
    except_name: str | list[str] = []
    #: It inherits from this class, through others too. A class is no subclass of itself.
    subclass_of: str | list[str] = []
    decorator: str | list[str] = []
    without_decorator: str | list[str] = []
    module: str | list[str] = []
    #: Neither it nor a class or function around it has a name that begins with an underscore; or one has (false).
    public: bool | None = None
    #: Its body defines something of this name.
    has: str | list[str] = []
    #: This name is used somewhere in it.
    uses: str | list[str] = []


class FunctionTable(_Table):
    """Which functions and methods a rule is about; all of it must hold, and of a list one will do.

    Names are as for classes. Stubs under ``typing.overload`` are left out.
    """

    name: str | list[str] = []
    except_name: str | list[str] = []
    decorator: str | list[str] = []
    without_decorator: str | list[str] = []
    module: str | list[str] = []
    #: As for classes; ``__dunder__`` names are neither public nor private.
    public: bool | None = None
    async_: bool | None = msgspec.field(default=None, name="async")
    #: Only methods of classes like this, only methods (true), or only functions that are none (false).
    method_of: ClassTable | bool | None = None
    #: What it says it returns.
    returns: str | list[str] = []
    #: It has a parameter of this name.
    parameter: str | list[str] = []
    uses: str | list[str] = []
    #: Functions directly inside functions count too.
    nested: bool = False


class AnyOf(_Table):
    """One of these will do, or all are asked for; *add* is what the fix puts in, of several or with its arguments."""

    any: list[str] = []
    all: list[str] = []
    add: str = ""
    #: The fix puts it above the other decorators, or before the other bases.
    first: bool = False


class MethodTable(_Table):
    """A method a class must have, or must not have. *name* may be a glob."""

    name: str
    async_: bool | None = msgspec.field(default=None, name="async")
    params: str = ""
    returns: str = ""
    decorator: str | list[str] = []
    calls_super: bool = False


class AttributeTable(_Table):
    """A class attribute a class must have; *value* is what it must be, *add* what the fix puts there.

    Without *add* the fix takes *value*.
    """

    name: str
    value: str = ""
    add: str = ""


class ParametersTable(_Table):
    """What is asked of a function's parameters. ``self`` and ``cls`` are none of them."""

    #: Names that must, or must not, be among them.
    names: list[str] = []
    without: list[str] = []
    #: A ``**kwargs``, a ``*args``.
    kwargs: bool | None = None
    args: bool | None = None
    #: At most so many can be given by position.
    max_positional: int | None = None
    #: Parameters with a bool annotation or default are keyword-only.
    keyword_only_booleans: bool = False
    #: These are keyword-only.
    keyword_only: list[str] = []
    #: Names are like this: a regular expression for the whole of each.
    regex: str = ""
    #: Defaults by parameter, where there is one of that name; ``...`` for any default.
    default: dict[str, str] = {}
    #: Annotations by parameter, where there is one of that name; ``...`` for any annotation.
    annotation: dict[str, str] = {}


class RequireTable(_Table):
    """What is required of a class or function, or, under ``forbid``, what it must not have.

    Of a list of names of things, all are required; of a list of globs, one will do.
    """

    #: A glob of the name.
    name: str | list[str] = []
    #: A regular expression for the whole name.
    regex: str = ""
    #: A glob of the module it stands in.
    module: str | list[str] = []
    #: What it inherits from, through others too; ``forbid`` is only about the bases it names itself.
    base: str | list[str] | AnyOf = []
    metaclass: str = ""
    #: Names of decorators, with the arguments they must have: ``dataclasses.dataclass(frozen=...)``.
    decorator: str | list[str] | AnyOf = []
    #: Names the class defines, in its body or on ``self``; or a class it inherits from in this project.
    member: list[str] = []
    class_attr: list[str | AttributeTable] = []
    #: A regular expression for the whole name of each class attribute.
    attr_regex: str = ""
    method: MethodTable | list[MethodTable] = []
    #: The parameters to the letter, ``(self, request)``: annotations and defaults count where it has them.
    params: str | ParametersTable = ""
    annotations: Literal["", "all", "params", "return"] = ""
    returns: str = ""
    docstring: bool | None = None
    #: A regular expression for the docstring's first line, from its beginning.
    docstring_first_line: str = ""
    async_: bool | None = msgspec.field(default=None, name="async")
    #: Its body calls the method of the same name on ``super()``.
    calls_super: bool = False
    #: Names its body uses.
    uses: list[str] = []
    #: Class keywords (``class A(Base, frozen=True)``) with their values, ``...`` for any.
    keyword: dict[str, str] = {}


class RuleTable(_Table):
    """A ``[[rule]]`` as written."""

    #: One to three capital letters and three digits: `ACM101`. The letters `LIB` are platform-lint's own.
    code: str
    #: Lower-case words joined by hyphens. It names the bad thing: "allow *name*" reads well.
    name: str
    #: Names that may not be used, with what to use instead where that is known; wildcards may stand in them.
    ban: list[str] | dict[str, str | NameOption] | None = None
    #: Old names with their new ones. A module moves with all that is in it.
    rename: dict[str, str | NameOption] | None = None
    #: Methods and attributes of the classes in `on`, with their new names.
    rename_attr: dict[str, str | NameOption] | None = None
    #: The classes whose attributes are meant, by qualified name; subclasses are meant too.
    on: str | list[str] = []
    #: How sure it must be that an object is of such a class: written down, inferred, or not at all (then a fix is only
    #: suggested).
    receiver: Literal["exact", "inferred", "any"] = "inferred"
    #: What becomes of an attribute that a subclass defines anew: it is renamed, or only if it is no function without
    #: `**kwargs`, or is only reported. One that stays keeps its uses.
    overrides: Literal["rename", "open", "report"] = "rename"
    #: What is called: functions, classes, methods, by qualified name; wildcards may stand in them.
    call: str | list[str] | None = None
    #: What is asked of its arguments, by name.
    args: dict[str, ArgumentTable] = {}
    #: One of these arguments must be given.
    at_least_one: list[str] = []
    #: The parameters of what is called, as in `(url, *, timeout=None)`: positions and keywords are the same then.
    signature: str = ""
    #: Whether a call that passes `*args` or `**kwargs` may lack an argument.
    splat: Literal["ignore", "report"] = "ignore"
    #: Which classes are meant.
    class_: ClassTable | None = msgspec.field(default=None, name="class")
    #: Which functions and methods are meant.
    function: FunctionTable | None = None
    #: What such a class or function must have or be.
    require: RequireTable | None = None
    #: What such a class or function must not have or be.
    forbid: RequireTable | None = None
    #: Packages and modules from top to bottom: imports go downwards only, also by way of modules in no layer. In one
    #: layer, `a | b` are independent of each other and `a : b` are not; `(a)` need not be there. What a wildcard stands
    #: for is the same in all layers.
    layers: list[str] | None = None
    #: Packages and modules that do not import one another, also by way of others.
    independent: str | list[str] | None = None
    #: Modules with those that alone may import them.
    reserved: dict[str, list[str]] | None = None
    #: What an entry of `ignore` that no import matches is.
    unmatched_ignore: Literal["error", "warn", "none"] = "error"
    #: Imports that are left out, as in `a.b -> c.d`: of these very modules; `*` is one part of a name, `**` any number.
    ignore: list[str] = []
    #: The name of a feature flag that has got its final value. `${flag}` is an option: it is said when the rule is run.
    flag: str | None = None
    #: That value: true, false, a number or a text.
    value: str | bool | int | float = ""
    #: How it is asked for; without one, what still spells its name is reported.
    client: list[ClientTable] = []
    #: Modules with the one form they are imported in: `import datetime as dt`.
    import_as: dict[str, str] | None = None
    #: A pattern of code, or several: `$X` is any expression, `$...X` any arguments, `...` whatever may stand there.
    match: str | list[str] | None = None
    #: Patterns of what is left out.
    not_match: str | list[str] = []
    #: What becomes of what matches; the names in it are imported.
    rewrite: str | None = None
    #: What the pattern's metavariables must stand for, by name.
    where: dict[str, WhereTable] = {}
    #: The metavariable the finding points at.
    focus: str = ""
    #: Equivalences that are switched off: alias, signature, keywords, parentheses, quotes, is-not, async, annotations,
    #: defaults, decorators, bases, clauses.
    without: list[str] = []
    #: Patterns of which one must be around a finding.
    inside: str | list[str] = []
    #: Patterns none of which may be around a finding.
    not_inside: str | list[str] = []
    #: One line: what is wrong and what to do. `{name}` is what was found.
    message: str = ""
    #: A few sentences for those who read on.
    why: str = ""
    #: Where to read on; the first is shown with findings.
    docs: str | list[str] = ""
    #: When it became true, as free text.
    since: str = ""
    #: A warning is reported and does not fail a run.
    level: Level = "error"
    #: The day from which on a warning is an error.
    deadline: datetime.date | None = None
    #: Who to ask.
    owner: str = ""
    #: Whether the rule is on where nothing is selected.
    default: bool = True
    #: How well a fix can be trusted: applied, applied if asked for, or only shown.
    fix: Safety = "safe"
    #: Whether imports under `if TYPE_CHECKING:`, and what is used through them, are fine.
    type_checking: Literal["report", "allow"] = "report"
    #: Names that are fine although they fall under the rule.
    allow: list[str] = []
    #: Path patterns, relative to the configuration's folder: the rule holds there only.
    only_in: list[str] = []
    #: Path patterns where the rule does not hold.
    except_in: list[str] = []
    #: A requirement such as `corp-db>=3.2`: silent unless the project surely meets it.
    requires: str = ""
    #: Codes of rules whose findings are not reported inside this rule's: it says more of the same thing.
    covers: list[str] = []
    #: Code that is reported, what becomes of it, and code that is left alone: documentation and tests.
    example: list[Example] = []


class ApiTable(_Table):
    """An ``[[api]]``: facts about a name that every rule of the pack may use.

    *signature* is how it is called, *returns* the class of what a call gives, *bases* the classes a class inherits
    from.
    """

    #: The qualified name.
    name: str
    #: Its other names.
    reexports: list[str] = []
    #: What a star import of the module binds.
    exports: list[str] = []
    #: How it is called, as in `(url, *, timeout=None)`.
    signature: str = ""
    #: The class of what a call gives; `Self` is the class that a method was got from.
    returns: str = ""
    #: The classes a class inherits from.
    bases: list[str] = []


class OptionTable(_Table):
    """One ``[migration.options.NAME]``: a value that is said when the migration is run, as `--set NAME=VALUE`."""

    #: What it stands for.
    help: str
    #: Its value where none is said; without one it must be.
    default: str | None = None
    #: The values it may have, if not any.
    choices: list[str] = []


class MigrationTable(_Table, rename={"source": "from", "target": "to"}):
    """A ``[migration]``: a named, ordered list of rules, run by `platform-lint migrate NAME`."""

    #: What it is called on the command line.
    name: str
    #: A few words.
    title: str
    #: Codes, prefixes of codes or names of rules, in the order they come in.
    rules: list[str]
    #: What it leads from.
    source: str = ""
    #: What it leads to.
    target: str = ""
    #: A few sentences for those who decide on it.
    why: str = ""
    #: Where to read on.
    docs: str | list[str] = ""
    #: What is left to do when nothing is left to change.
    after: str = ""
    #: What is to be said when it is run, by name; `${NAME}` in the text of a rule stands for it.
    options: dict[str, OptionTable] = {}


class PackTable(_Table):
    """A pack file as written."""

    #: The version of this format.
    schema: Literal[1] = 1
    #: Keys for every rule of the file.
    defaults: dict[str, Any] = {}
    #: The rules.
    rule: list[RuleTable] = []
    #: Facts about names, for every rule of the pack.
    api: list[ApiTable] = []
    #: The migration that rules of the pack make up.
    migration: MigrationTable | None = None


def listed(said: str | list[str]) -> list[str]:
    """A list where a single text may stand for it."""
    return [said] if isinstance(said, str) and said else list(said)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``"; did you mean 'x'?"`` for the nearest of *known*, or ``""``."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""
