"""The rules that a deprecation makes, as TOML with examples.

:func:`drafts` is what there is to say of a deprecation, best first: where the examples of the best do not hold, the
next is taken. A :class:`Draft` becomes text once it has a code and a name.
"""

from __future__ import annotations

import json
import keyword
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from platform_lint.authoring.deprecations import Deprecation
from platform_lint.authoring.library_source import Function
from platform_lint.authoring.wrappers import Parameters, Passing, parameters, signature_text
from platform_lint.rule import Target

_CLASS = "class"
#: What a call passes in an example, where its parameter has a name that would not do.
_VALUE = "value"


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule without a code: *part* tells those of one deprecation apart, *keys* are its TOML, *bad* and *ok* examples.

    *fixes* tells whether its example must be mended, *leads* whether it names what to use instead.
    """

    part: str
    keys: Mapping[str, object]
    bad: str
    ok: str
    fixes: bool = False
    leads: bool = True

    def text(self, code: str, name: str, good: str = "") -> str:
        """The rule as TOML, *good* being what its fix makes of the example; ``""`` where it has none."""
        lines = ["[[rule]]", f"code = {toml(code)}", f"name = {toml(name)}"]
        lines += [f"{key} = {toml(value)}" for key, value in self.keys.items()]
        lines += ["", "[[rule.example]]", f"bad = {_block(self.bad)}"]
        lines += [f"good = {_block(good)}"] if good else []
        lines += ["[[rule.example]]", f"ok = {_block(self.ok)}"]
        return "\n".join([*lines, ""])


def toml(value: object) -> str:
    """*value*, of texts, lists and tables, as TOML."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{toml_key(key)} = {toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(toml(item) for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    # What JSON escapes, TOML does too, but for one character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def toml_key(key: str) -> str:
    """*key* as TOML: bare where it may be."""
    return key if key.isidentifier() and key.isascii() else toml(key)


def _block(code: str) -> str:
    plain = "'''" not in code and all(char == "\n" or char.isprintable() for char in code)
    return f"'''\n{code}'''" if plain else toml(code)


def drafts(found: Deprecation, modules: Sequence[str]) -> Iterator[Sequence[Draft]]:
    """What there is to say of *found*, best first; *modules* are those of the library."""
    scene = _Scene(found, modules)
    if found.to and found.passing is not None:
        if found.passing.unchanged:
            yield [_renamed(scene, "safe" if found.passing.sure else "unsafe")]
        elif found.passing.adds_constants and found.kind == "function" and not found.passing.changes_arguments:
            yield [_told(scene, found.passing)]
        elif found.passing.changes_arguments:
            yield list(_rearranged(scene, found.passing))
    if found.to:
        yield [_suggested(scene)]
    yield [_banned(scene)]


@dataclass(slots=True)
class _Scene:
    """The code of the examples about one deprecation."""

    found: Deprecation
    modules: Sequence[str]
    #: The module its first name is imported from, and how that is then spelled.
    module: str = ""
    spelled: str = ""
    taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        parts = self.found.names[0].split(".")
        known = (cut for cut in range(len(parts) - 1, 0, -1) if ".".join(parts[:cut]) in self.modules)
        cut = next(known, max(len(parts) - 1, 1))
        self.module, self.spelled = ".".join(parts[:cut]), ".".join(parts[cut:])
        self.taken = {*parts, *self.found.to.split("."), self.found.attribute, "client"}

    @property
    def target(self) -> str:
        """What replaces it, with a colon where the module would not be clear."""
        to = self.found.to
        if self.found.kind == "method":
            return to
        parts = to.split(".")
        module = next(
            (".".join(parts[:cut]) for cut in range(len(parts), 0, -1) if ".".join(parts[:cut]) in self.modules), ""
        )
        if not module or ".".join(Target.parse(to).module) == module:
            return to
        return f"{module}:{to[len(module) + 1 :]}"

    @property
    def taken_by(self) -> Parameters:
        """What the deprecated function takes."""
        node = self.found.node
        if not isinstance(node, Function):
            return Parameters([])
        decorators = {getattr(one, "id", "") for one in node.decorator_list}
        return parameters(node, bound=self.found.kind == "method" and "staticmethod" not in decorators)

    @property
    def is_property(self) -> bool:
        """Whether it is read rather than called."""
        node = self.found.node
        return isinstance(node, Function) and any("property" in getattr(one, "id", "") for one in node.decorator_list)

    def page(self, *uses: str) -> str:
        """A file that does *uses*, in which ``{}`` is the thing."""
        head = f"from {self.module} import {self.spelled.partition('.')[0]}\n"
        if self.found.kind != "method":
            return f"{head}\n" + "".join(f"{use.replace('{}', self.spelled)}\n" for use in uses)
        lines = [f"    {use.replace('{}', f'client.{self.found.attribute}')}\n" for use in uses]
        return f"{head}\n\ndef use(client: {self.spelled}):\n{''.join(lines)}"

    def use(self, given: Mapping[str, str] | None = None, left_out: Sequence[str] = (), positional: int = 99) -> str:
        """A call of the thing with what it must be given: by position, but for what comes behind *positional*.

        *given* are more arguments, as keywords; parameters *left_out* are not given.
        """
        if self.is_property:
            return "{}"
        taken = self.taken_by
        given = dict(given or {})
        parts: list[str] = []
        by_name = False
        for number, one in enumerate(taken.named):
            if one.name in left_out or one.name in given or one.default is not None:
                by_name = True
            elif one.position and not by_name and number < positional:
                parts.append(self.value(one.name))
            else:
                parts.append(f"{one.name}={self.value(one.name)}")
        return f"{{}}({', '.join([*parts, *(f'{name}={value}' for name, value in given.items())])})"

    def value(self, name: str) -> str:
        """What is passed as the parameter *name*."""
        return _VALUE if name in self.taken or keyword.iskeyword(name) or not name.isascii() else name

    def silent(self) -> str:
        """A file in which something else is called the same."""
        if self.found.kind == "method":
            return f"def use(other):\n    other.{self.found.attribute}()\n"
        name = self.found.names[0].rpartition(".")[2]
        return f"def {name}(): ...\n\n\n{name}()\n"

    def names(self, value: object) -> dict[str, object]:
        """A table that says *value* of each name of the thing."""
        return dict.fromkeys(self.found.names, value)

    def about(self, *, message: str = "", why: str = "", fix: str = "safe") -> dict[str, object]:
        """The keys beside the verb."""
        said = " ".join(text for text in (_sentence(self.found.text), why) if text)
        keys: dict[str, object] = {"message": message} if message else {}
        keys |= {"why": said} if said else {}
        keys |= {"since": self.found.since} if self.found.since else {}
        keys |= {"owner": self.found.owner} if self.found.owner else {}
        return keys | ({"fix": fix} if fix != "safe" else {})


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '…')) else '.'}" if text else ""


def _renamed(scene: _Scene, fix: str) -> Draft:
    """The new name takes the same."""
    found = scene.found
    why = ""
    if fix != "safe":
        is_class = found.kind == _CLASS
        why = (
            "`isinstance` and `except` mean more with the new class."
            if is_class
            else "The new one is not in this package."
        )
    keys = scene.about(why=why, fix=fix)
    if found.kind == "method":
        keys |= {"on": [*found.names], "rename_attr": {found.attribute: scene.target}}
    else:
        keys |= {"rename": scene.names(scene.target)}
    use = "{}" if found.kind == _CLASS else scene.use()
    page = scene.page(f"made: {use}" if found.kind == _CLASS else use)
    return Draft("", keys, page, scene.silent(), fixes=True)


def _told(scene: _Scene, passing: Passing) -> Draft:
    """The new name is told something that the old one said by itself."""
    said = [*passing.before, "$...A", *(f"{name}={value}" for name, value in passing.constants.items())]
    alternatives = [f"{name}($...A)" for name in scene.found.names]
    keys = scene.about(message="`{name}` is deprecated: write `{to}`")
    keys["match"] = alternatives if len(alternatives) > 1 else alternatives[0]
    keys["rewrite"] = f"{scene.found.to}({', '.join(said)})"
    return Draft("", keys, scene.page(scene.use()), scene.silent(), fixes=True)


def _rearranged(scene: _Scene, passing: Passing) -> Iterator[Draft]:
    """The arguments change first, then the name: of calls that pass nothing old any more, and everything new."""
    found, taken = scene.found, scene.taken_by
    table: dict[str, dict[str, object]] = {}
    for name, to in passing.renamed.items():
        table[name] = {"rename": to}
    for name in passing.dropped:
        table[name] = {"removed": "it does nothing"}
    for name, value in passing.defaults.items():
        table.setdefault(name, {})["add"] = value
    for name in passing.by_keyword:
        table.setdefault(name, {})["keyword"] = True
    for name, said in table.items():
        said["hint"] = _advice(name, said)
    called = [f"{name}.{found.attribute}" if found.kind == "method" else name for name in found.names]
    message = "`{name}` is deprecated: {hint}"
    keys = scene.about(
        message=message, why=f"`{found.to}` takes its arguments otherwise; once they are right, the name changes too."
    )
    keys |= {"call": called, "signature": signature_text(taken), "args": table}
    yield Draft("arguments", keys, scene.page(*_old_calls(scene, passing)), scene.silent(), fixes=True)

    old = [*passing.renamed, *passing.dropped]
    moved = [n for n, one in enumerate(taken.positional) if one.name in (*passing.by_keyword, *passing.dropped)]
    if found.kind == "method":
        inside = [f"($X: {name}).{found.attribute}" for name in found.names]
    else:
        inside = called
    new = "".join(f"{name}=$_, ..., " for name in passing.defaults)
    keys = scene.about()
    if found.kind == "method":
        keys |= {"on": [*found.names], "rename_attr": {found.attribute: scene.target}}
    else:
        keys |= {"rename": scene.names(scene.target)}
    keys["inside"] = [f"{one}(..., {new}".removesuffix(", ") + ")" for one in inside]
    heads = [f"$_.{found.attribute}"] if found.kind == "method" else called
    unwanted = [f"..., {name}=$_, ..." for name in old] + ["..., **$_, ..."]
    unwanted += ["..., *$_, ...", "$_, " * (moved[0] + 1) + "..."] if moved else []
    keys["not_inside"] = [f"{head}({text})" for head in heads for text in unwanted]
    given = {
        passing.renamed[one.name]: scene.value(passing.renamed[one.name])
        for one in taken.named
        if one.name in passing.renamed and one.default is None
    }
    given |= dict(passing.defaults)
    position = moved[0] if moved else 99
    use = scene.use(given, left_out=old, positional=position)
    yield Draft("", keys, scene.page(use), scene.silent(), fixes=True)


def _advice(name: str, said: Mapping[str, object]) -> str:
    """What to do about the argument *name*, of which a table says *said*."""
    if "rename" in said:
        return f"pass `{name}` as `{said['rename']}`"
    if "removed" in said:
        return f"leave `{name}` out, it does nothing"
    if "add" in said:
        return f"say `{name}={said['add']}`, as the new default is another one"
    return f"pass `{name}` by keyword"


def _old_calls(scene: _Scene, passing: Passing) -> list[str]:
    """Calls of the old name in which each argument that changes is given, and one without them if that changes too."""
    taken = scene.taken_by
    changed = [*passing.renamed, *passing.dropped]
    first = [scene.use({name: scene.value(name) for name in changed})] if changed else []
    plain = [scene.use()] if passing.defaults else []
    by_position = [n for n, one in enumerate(taken.positional) if one.name in passing.by_keyword]
    if by_position and all(one.position for one in taken.named if one.default is None):
        values = [scene.value(one.name) for one in taken.positional[: by_position[0] + 1]]
        plain.append(f"{{}}({', '.join(values)})")
    return [*first, *plain]


def _suggested(scene: _Scene) -> Draft:
    """What replaces it is known, how is not."""
    found = scene.found
    if found.kind == "method":
        keys = scene.about(why=f"Change it by hand: {found.doubt}." if found.doubt else "")
        keys |= {"on": [*found.names], "rename_attr": {found.attribute: {"to": scene.target, "fix": "suggest"}}}
        return Draft("", keys, scene.page(scene.use()), scene.silent())
    why = f"Change it by hand: {found.doubt}." if found.doubt else ""
    keys = scene.about(message="`{name}` is deprecated: use `{to}`", why=why)
    keys["ban"] = scene.names({"to": scene.target, "fix": "suggest"})
    return Draft("", keys, scene.page("{}()" if found.kind == _CLASS else scene.use()), scene.silent())


def _banned(scene: _Scene) -> Draft:
    """Nothing but the text is known."""
    found = scene.found
    text = found.text or (f"use `{found.to}`" if found.to else "")
    message = "`{name}` is deprecated: {hint}" if text else "`{name}` is deprecated"
    keys: dict[str, object] = {"message": message}
    keys |= {"since": found.since} if found.since else {}
    keys |= {"owner": found.owner} if found.owner else {}
    if found.kind == "method":
        keys |= {"on": [*found.names], "rename_attr": {found.attribute: {"removed": text or "it is deprecated"}}}
    else:
        keys["ban"] = scene.names({"hint": text}) if text else [*found.names]
    return Draft("", keys, scene.page("{}()" if found.kind == _CLASS else scene.use()), scene.silent(), leads=False)
