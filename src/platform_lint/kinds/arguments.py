"""``call`` rules: what is asked of the arguments of certain calls, one by one."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from platform_lint.calls import CallText, Item, Uneditable
from platform_lint.finding import Safety, weakest
from platform_lint.hits import Hit, Piece, Quote, Repair, Splice
from platform_lint.kinds import Reading
from platform_lint.kinds.call_sites import CallSite, call_sites
from platform_lint.rule import Api, Rule, Target
from platform_lint.scopes import QualifiedName
from platform_lint.signatures import Argument, Bound, Signature, bind, parse_signature, signature_of_builtin
from platform_lint.values import Part, Unworkable, effects, fill, is_literal, order_matters, parse_value, same

if TYPE_CHECKING:
    from platform_lint.context import FileContext
    from platform_lint.kinds import Fail
    from platform_lint.tables import RuleTable

#: The keys that are about an argument however it is given.
_JUDGED = ("removed", "remove_if", "forbid", "only", "rename")
#: What is said of one argument: the keys of its table.
_Entry = Mapping[str, Any]


def read(table: RuleTable, fail: Fail, apis: Mapping[str, Api]) -> Reading:
    """Read the table of a ``call`` rule."""
    from platform_lint.kinds.argument_tables import read as read_table

    return read_table(table, fail, apis)


def check(rule: Rule, context: FileContext) -> Iterator[Hit]:
    """The calls whose arguments are not as *rule* wants them."""
    signatures = _Signatures(rule, context)
    for site in call_sites(rule, context):
        yield from _Call(rule, context, site, signatures.of(site.matched)).hits()


class _Signatures:
    """The signatures of what a rule names: its own, what packs say, or Python of its builtins."""

    def __init__(self, rule: Rule, context: FileContext) -> None:
        self.own = parse_signature(rule.body["signature"]) if rule.body["signature"] else None
        self.context = context

    def of(self, name: QualifiedName) -> Signature | None:
        if self.own is not None:
            return self.own
        dotted = ".".join(name)
        text = self._stated.get(dotted) or signature_of_builtin(dotted)
        return parse_signature(text) if text else None

    @cached_property
    def _stated(self) -> dict[str, str]:
        return {
            name: api.signature
            for api in self.context.apis.values()
            if api.signature
            for name in (api.name, *api.reexports)
        }


class _Doubts:
    """What speaks against trusting an edit: the weakest safety, and the first reason for it."""

    def __init__(self, safety: Safety = "safe", reason: str = "") -> None:
        self.safety: Safety = safety
        self.reason = reason

    def add(self, reason: str) -> None:
        if reason:
            self.safety = weakest(self.safety, "unsafe")
            self.reason = self.reason or reason


#: Works out the edits of one repair.
_Work = Callable[[_Doubts], list[Splice]]


class _Call:
    """One call under one rule."""

    def __init__(self, rule: Rule, context: FileContext, site: CallSite, signature: Signature | None) -> None:
        self.rule = rule
        self.context = context
        self.site = site
        self.entries: Mapping[str, _Entry] = rule.body["args"]
        self.renamed = {entry["rename"]: name for name, entry in self.entries.items() if entry["rename"]}
        args = site.args
        #: Whether it is known which argument is the first: not so in `Class.method(x)`, where that may be `self`.
        self.is_counted = True
        if site.through and signature is not None:
            if signature.owner == "self" and args and not isinstance(args[0], ast.Starred):
                args = args[1:]
            self.is_counted = bool(signature.owner)
        self.signature = signature
        counted = args if self.is_counted else [each for each in args if isinstance(each, ast.Starred)]
        self.bound: Bound = bind(signature, counted, site.keywords, self.renamed)
        self.args = args
        self.name = ".".join(site.matched).removeprefix("builtins.")

    @cached_property
    def text(self) -> CallText:
        """Where the arguments stand."""
        return CallText(self.context, self.site.call)

    def hits(self) -> Iterator[Hit]:
        """What is wrong with the call."""
        for name, entry in self.entries.items():
            argument = self.bound.given.get(name)
            if argument is not None:
                yield from self._given(name, entry, argument)
        for argument in self._from_dicts():
            yield from self._given(str(argument.arg), self.entries[str(argument.arg)], argument)
        if not self.site.partial:
            yield from self._missing()

    # What is said

    def _hit(
        self,
        place: ast.AST,
        default: str,
        entry: _Entry | None = None,
        repair: Repair | None = None,
        *,
        arg: str = "",
        value: str = "",
        to: str = "",
        instead: str = "",
    ) -> Hit:
        start, end = self.context.span(place)
        hint = entry["hint"] if entry is not None else ""
        # The value comes last: it is code, and what looks like a placeholder in it is none.
        values = {"name": self.name, "hint": hint or instead, "arg": arg, "to": to, "value": value}
        rule = self.rule
        if hint and "{hint}" not in rule.message:
            message = hint
            for key, text in values.items():
                message = message.replace("{" + key + "}", text)
        else:
            message = rule.filled(values, default)
            if "{hint}" in rule.message:
                message = message.rstrip(" :;,")
            elif rule.message and instead:
                message = f"{message.rstrip('.')}: {instead}"
        return Hit(rule, None, "shape", self.site.matched, start, end, message=message, repair=repair)

    def _shown(self, node: ast.AST) -> str:
        """The text of *node* on one line."""
        text = " ".join(self.context.text(node).split())
        return text if len(text) <= 60 else text[:57] + "..."

    # Repairs

    def _repair(self, message: str, work: _Work, *, together: str = "") -> Repair:
        doubts = _Doubts(self.site.safety, self.site.reason)
        if not self.context.is_placed(self.site.call):
            return Repair.refused(message, "it stands inside a string where its exact place is not known")
        try:
            splices = work(doubts)
        except Uneditable as refused:
            return Repair.refused(message, str(refused))
        if self.context.in_fstring(self.site.call):
            if self._is_printed():
                return Repair.refused(message, "the f-string prints the text of the call")
            if any(
                isinstance(piece, str) and any(char in piece for char in "\"'\\\r\n#")
                for splice in splices
                for piece in splice.pieces
            ):
                return Repair.refused(message, "what would be put in cannot stand inside this f-string")
        return Repair(
            message,
            splices,
            safety=doubts.safety,
            reason=doubts.reason,
            together=(together, id(self.site.call)) if together else None,
        )

    def _is_printed(self) -> bool:
        """Whether the call stands in an f-string's ``{…=}``."""
        text = self.context.source.text
        return any(
            isinstance(outer, ast.FormattedValue)
            and text[self.context.span(outer.value)[1] :].lstrip(" \t\r\n)").startswith("=")
            for outer in self.context.ancestors(self.site.call)
        )

    # Arguments that are given

    def _given(self, name: str, entry: _Entry, argument: Argument) -> Iterator[Hit]:
        value = argument.value if isinstance(argument, ast.keyword) else argument
        shown = self._shown(value)
        if entry["removed"] or entry["remove_if"]:
            matched = self._is_one(value, entry["remove_if"])
            if matched or (entry["removed"] and not entry["remove_if"]):
                repair = self._repair(f"remove `{name}={shown}`", lambda doubts: self._taken_out(argument, doubts))
                default = "`{name}`: leave `{arg}={value}` out"
                if entry["removed"]:
                    what = "{arg}={value}" if matched else "{arg}"
                    default = f"`{{name}}` takes no `{what}` any more" + _after(entry["instead"])
                yield self._hit(argument, default, entry, repair, arg=name, value=shown, instead=entry["instead"])
                return
        wrong = self._wrong(name, entry, value)
        if wrong:
            yield self._forbidden(name, entry, argument, value, wrong)
            if entry["fix"]:
                return
        if entry["rename"]:
            if isinstance(argument, ast.keyword) or entry["value"] or entry["keyword"]:
                yield self._renamed(name, entry, argument, shown)
        elif entry["keyword"] and not isinstance(argument, ast.keyword):
            repair = self._repair(f"pass `{name}` by keyword", self._by_keyword, together="keyword")
            yield self._hit(
                argument, f"pass `{name}` of `{{name}}` by keyword", entry, repair, arg=name, value=shown, to=f"{name}="
            )
        elif isinstance(argument, ast.keyword) and (entry["positional"] or entry["position"] is not None):
            yield self._by_position(name, entry, argument, shown)
        if entry["value"] and not entry["rename"]:
            yield from self._revalued(name, entry, argument, value, shown)

    def _from_dicts(self) -> Iterator[ast.keyword]:
        """What ``**{"name": value}`` gives, as if it were given by keyword, where the rule says something about it."""
        if not self.context.is_placed(self.site.call):
            return
        for splat in self.site.keywords:
            if splat.arg is not None or not isinstance(splat.value, ast.Dict):
                continue
            for key, value in zip(splat.value.keys, splat.value.values, strict=True):
                if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                    continue
                name = key.value
                if name not in self.entries or not any(map(self.entries[name].get, _JUDGED)):
                    continue
                if self.signature is not None and self.signature.kind(name) == "positional":
                    continue  # It goes to `**kwargs`, if anywhere.
                yield ast.keyword(
                    name,
                    value,
                    lineno=key.lineno,
                    col_offset=key.col_offset,
                    end_lineno=value.end_lineno,
                    end_col_offset=value.end_col_offset,
                )

    def _is_one(self, value: ast.expr, texts: Iterable[str]) -> bool:
        return any(same(parse_value(text, True), value, self.context) for text in texts)

    # Values

    def _wrong(self, name: str, entry: _Entry, value: ast.expr) -> str:
        """What is wrong with *value*, ``""`` for nothing."""
        if entry["forbid"] and self._is_one(value, entry["forbid"]):
            return "is not allowed"
        only = entry["only"]
        if only and self._is_known(value, only) and not self._is_one(value, only):
            return f"is not allowed: use `{only[0]}`" if len(only) == 1 else "is not one of " + _listed(only)
        return ""

    def _is_known(self, value: ast.expr, only: Sequence[str]) -> bool:
        """Whether *value* can be told from the allowed ones: a literal, or a name from where those are from."""
        if is_literal(value):
            return True
        homes = {parts[:-1] for text in only if (parts := parse_value(text, True).name)}
        return any(name[:-1] in homes for name in self.context.names(value))

    def _forbidden(self, name: str, entry: _Entry, argument: Argument, value: ast.expr, wrong: str) -> Hit:
        shown = self._shown(value)
        repair = None
        ending = ""
        if entry["fix"]:
            repair = self._repair(f"remove `{name}={shown}`", lambda doubts: self._taken_out(argument, doubts))
            ending = ": leave it out"
        elif entry["replace"]:
            repair = self._repair(
                f"replace `{shown}` with `{entry['replace']}`",
                lambda doubts: self._replaced(argument, _pieces(parse_value(entry["replace"]).parts()), doubts),
            )
            ending = f": use `{entry['replace']}`"
        default = f"`{{name}}`: `{{arg}}={{value}}` {wrong}" + (ending if ": use" not in wrong else "")
        return self._hit(argument, default, entry, repair, arg=name, value=shown, to=entry["replace"])

    def _replaced(self, argument: Argument, pieces: list[Piece], doubts: _Doubts) -> list[Splice]:
        item = self.text.item(argument)
        self.text.require_no_comment(item.value_start, item.end)
        if effects(item.value) > 1:
            doubts.add(f"`{self._shown(item.value)}` would not be evaluated any more")
        return [Splice(item.value_start, item.end, pieces)]

    def _revalued(self, name: str, entry: _Entry, argument: Argument, value: ast.expr, shown: str) -> Iterator[Hit]:
        template = parse_value(entry["value"], True)
        if same(template, value, self.context):
            return  # It was done already.
        if _is_none(value) and not _is_none(template.tree):
            return
        repair = self._repair(
            f"make `{shown}` `{entry['value']}`", lambda doubts: self._filled(argument, entry, doubts)
        )
        to = entry["value"].replace("$V", shown)
        yield self._hit(
            argument, f"`{{name}}`: pass `{name}` as `{entry['value']}`", entry, repair, arg=name, value=shown, to=to
        )

    def _filled(self, argument: Argument, entry: _Entry, doubts: _Doubts) -> list[Splice]:
        """The edits that make the value of *argument* what the entry's ``value`` says."""
        item = self.text.item(argument)
        if _is_none(item.value):
            doubts.add("`None` is kept as it is")
            return []
        own = self.context.source.text[item.value_start : item.end]
        commented = self.text.has_comment(item.value_start, item.end)
        try:
            filled = fill(parse_value(entry["value"], True), item.value, own, fold=entry["fold"] and not commented)
        except Unworkable as problem:
            raise Uneditable(f"`{entry['value']}` does not work for `{self._shown(item.value)}`: {problem}") from None
        if filled.count != 1 and effects(item.value) > 1:
            often = "more than once, or later" if filled.count else "no more"
            doubts.add(f"`{self._shown(item.value)}` would be evaluated {often}")
        numbers = [number for number, (kind, _) in enumerate(filled.parts) if kind == "var"]
        if len(numbers) == 1 and not self.text.is_bare:
            # The value itself stays where it is.
            before, after = filled.parts[: numbers[0]], filled.parts[numbers[0] + 1 :]
            splices = [Splice(item.value_start, item.value_start, _pieces(before))] if before else []
            return [*splices, *([Splice(item.end, item.end, _pieces(after))] if after else [])]
        if not numbers:
            self.text.require_no_comment(item.value_start, item.end)
        quote = Quote(item.value_start, item.end)
        return [Splice(item.value_start, item.end, _pieces(filled.parts, quote))]

    # Names

    def _renamed(self, name: str, entry: _Entry, argument: Argument, shown: str) -> Hit:
        new = entry["rename"]
        if isinstance(argument, ast.keyword):
            repair = self._repair(
                f"rename `{name}` to `{new}`" + (f", as `{entry['value']}`" if entry["value"] else ""),
                lambda doubts: self._with_name(argument, name, entry, doubts),
            )
        else:
            repair = self._repair(f"pass `{new}` by keyword", self._by_keyword, together="keyword")
        default = f"`{{name}}`: `{name}` is now `{new}`"
        if entry["value"]:
            default += f", with `{entry['value'].replace('$V', name)}` for its value"
        return self._hit(argument, default, entry, repair, arg=name, value=shown, to=new)

    def _with_name(self, argument: ast.keyword, name: str, entry: _Entry, doubts: _Doubts) -> list[Splice]:
        if any(other.arg == entry["rename"] for other in self.site.keywords):
            raise Uneditable(f"`{entry['rename']}` is passed as well")
        item = self.text.item(argument)
        end = item.start + len(argument.arg or "")
        if self.context.source.text[item.start : end] != argument.arg:
            raise Uneditable(f"`{name}` is spelled in another way here")
        splices = [Splice(item.start, end, [entry["rename"]])]
        if entry["value"]:
            splices += self._filled(argument, entry, doubts)
        return splices

    # The way it is given

    def _by_keyword(self, doubts: _Doubts) -> list[Splice]:
        """Everything that must be given by keyword, and what comes after it by position."""
        first = next(
            number
            for number, argument in enumerate(self.args)
            if (entry := self._entry_of(argument)) is not None
            and (entry["keyword"] or (entry["rename"] and entry["value"]))
        )
        return self._named(first, doubts)

    def _entry_of(self, argument: Argument) -> _Entry | None:
        name = self._name_of(argument)
        return self.entries.get(name) if name else None

    def _name_of(self, argument: Argument) -> str:
        return next((name for name, given in self.bound.given.items() if given is argument), "")

    def _named(self, first: int, doubts: _Doubts) -> list[Splice]:
        """The edits that give the positional arguments from number *first* on by keyword."""
        if first >= len(self.args):
            return []
        if self.site.partial:
            raise Uneditable("more arguments may come by position when the partial function is called")
        splices: list[Splice] = []
        for argument in self.args[first:]:
            name = self._name_of(argument)
            if isinstance(argument, ast.Starred):
                raise Uneditable(f"`{self._shown(argument)}` fills what is left by position")
            kind = self.signature.kind(name) if self.signature is not None and name else None
            if kind != "either":
                raise Uneditable(f"`{self._shown(argument)}` after it can only be passed by position")
            entry = self.entries.get(name)
            new = entry["rename"] if entry is not None and entry["rename"] else name
            if any(keyword.arg in (new, name) for keyword in self.site.keywords):
                raise Uneditable(f"`{new}` is passed as well")
            splices += self._with_keyword(argument, new, entry, doubts)
        return splices

    def _with_keyword(self, argument: ast.expr, name: str, entry: _Entry | None, doubts: _Doubts) -> list[Splice]:
        item = self.text.item(argument)
        splices: list[Splice] = []
        inserted: list[Piece] = [f"{name}="]
        if entry is not None and entry["rename"] and entry["value"]:
            splices = self._filled(argument, entry, doubts)
        elif self.text.is_bare or (isinstance(argument, ast.NamedExpr) and self._is_unbracketed(item)):
            inserted.append("(")
            splices = [Splice(item.end, item.end, [")"])]
        if splices and splices[0].start == item.start:
            # One edit for both: two at one place would have no order.
            head = splices[0]
            return [Splice(head.start, head.end, [*inserted, *head.pieces]), *splices[1:]]
        return [Splice(item.start, item.start, inserted), *splices]

    def _is_unbracketed(self, item: Item) -> bool:
        return self.context.span(item.value) == (item.value_start, item.end)

    def _by_position(self, name: str, entry: _Entry, argument: ast.keyword, shown: str) -> Hit:
        if entry["positional"]:
            repair = self._repair(
                f"pass `{name}` by position", lambda doubts: self._unnamed(name, doubts), together="positional"
            )
            default = f"pass `{name}` of `{{name}}` by position"
        else:
            position = entry["position"]
            repair = self._repair(
                f"pass `{name}` as argument {position + 1}", lambda doubts: self._moved(argument, position, doubts)
            )
            default = f"pass `{name}` of `{{name}}` as its argument {position + 1}, by position"
        return self._hit(argument, default, entry, repair, arg=name, value=shown)

    def _unnamed(self, name: str, doubts: _Doubts) -> list[Splice]:
        """The edits that give all keywords by position that are to be, and that can be."""
        if self.signature is None or not self.is_counted:
            raise Uneditable(f"the position of `{name}` is not known")
        movers: list[Argument] = []
        for parameter in self.signature.positional[len(self.args) :]:
            entry, argument = self.entries.get(parameter), self.bound.given.get(parameter)
            if entry is None or not entry["positional"] or not isinstance(argument, ast.keyword):
                break
            movers.append(argument)
        if self.bound.given[name] not in movers:
            raise Uneditable("an argument before it is not passed by position")
        return self._shifted(movers, len(self.args), doubts)

    def _moved(self, argument: ast.keyword, position: int, doubts: _Doubts) -> list[Splice]:
        if position > len(self.args):
            raise Uneditable("an argument before it is not passed by position")
        if not self.is_counted:
            raise Uneditable("it is not known which argument is the first")
        return self._shifted([argument], position, doubts)

    def _shifted(self, movers: Sequence[Argument], position: int, doubts: _Doubts) -> list[Splice]:
        """The edits that give the keywords *movers* by position, from *position* on."""
        if self.site.partial:
            raise Uneditable("more arguments may come by position when the partial function is called")
        if any(isinstance(argument, ast.Starred) for argument in self.site.call.args):
            raise Uneditable("a `*` argument fills what is left by position")
        items = self.text.items
        skipped = len(self.site.call.args) - len(self.args)
        moved = [self.text.item(mover) for mover in movers]
        rest = [item for item in items if item not in moved]
        order = [*rest[: skipped + position], *moved, *rest[skipped + position :]]
        for item in moved:
            passed = [
                other
                for other in items
                if (items.index(other) < items.index(item)) != (order.index(other) < order.index(item))
            ]
            if any(order_matters(item.value, other.value) for other in passed):
                doubts.add(f"`{self._shown(item.value)}` would be evaluated in another order")
        return self.text.reordered([(item, isinstance(item.node, ast.keyword) and item not in moved) for item in order])

    # Taking out

    def _taken_out(self, argument: Argument, doubts: _Doubts) -> list[Splice]:
        item = self.text.item(argument)
        if effects(item.value) > 1:
            doubts.add(f"`{self._shown(item.value)}` would not be evaluated any more")
        if self.text.is_bare:
            splices, note = [Splice(self.text.opener + 1, self.text.closer, [])], ""
            self.text.require_no_comment(self.text.opener, self.text.closer)
        else:
            splices, note = self.text.removed(item)
        doubts.add(note)
        if isinstance(argument, ast.keyword):
            return splices
        if self.site.partial:
            raise Uneditable("more arguments may come by position when the partial function is called")
        number = next(number for number, other in enumerate(self.args) if other is argument)
        if any(isinstance(other, ast.Starred) for other in self.args):
            raise Uneditable("a `*` argument fills what is left by position")
        return _merged([*splices, *self._named(number + 1, doubts)])

    # Arguments that are missing

    def _missing(self) -> Iterator[Hit]:
        splat = self.bound.splat
        if splat and self.rule.body["splat"] == "ignore":
            return
        lacking = [
            name
            for name, entry in self.entries.items()
            if (entry["required"] or entry["add"]) and not self._may_be_given(name)
        ]
        callee = self.site.callee
        added = [name for name in lacking if self._text_of(name)]
        for name in lacking:
            entry = self.entries[name]
            text = self._text_of(name)
            pass_ = f"pass `{name}={text}`" if text else f"pass `{name}=`"
            default = f"`{{name}}` is called without `{name}`: {pass_}"
            repair = None
            if splat:
                default = f"`{{name}}` may be called without `{name}`: {pass_} beside the `*`"
            elif text:
                listing = " and ".join(f"`{other}={self._text_of(other)}`" for other in added)
                repair = self._repair(f"add {listing}", lambda _: self._filled_in(added), together="missing")
            yield self._hit(callee, default, entry, repair, arg=name, value=text, to=text)
        group = self.rule.body["at_least_one"]
        if group and not any(self._may_be_given(name) for name in group):
            default = f"`{{name}}` is called with none of {_listed(group)}: pass one of them"
            yield self._hit(callee, default, arg=", ".join(group))

    def _text_of(self, name: str) -> str:
        """The value that is added for *name* where it is missing."""
        entry = self.entries[name]
        return str(entry["insert"] or entry["add"])

    def _may_be_given(self, name: str) -> bool:
        names = (name, self.renamed.get(name, name), self.entries.get(name, {}).get("rename") or name)
        if any(other in self.bound.given for other in names):
            return True
        if self.is_counted or self.signature is None:
            return False
        # The first argument may be `self` or not.
        return name in self.signature.positional[: len(self.args)]

    def _filled_in(self, names: Iterable[str]) -> list[Splice]:
        arguments: list[list[Piece]] = [
            [f"{name}=", *_pieces(parse_value(self._text_of(name)).parts())] for name in names
        ]
        return self.text.added(arguments)


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _pieces(parts: Iterable[Part], value: Quote | None = None) -> list[Piece]:
    """*parts* of an expression as pieces of a splice; metavariables stand for *value*."""
    pieces: list[Piece] = []
    for kind, text in parts:
        if kind == "name":
            pieces.append(Target.of(text))
        elif kind == "var":
            assert value is not None
            pieces.append(value)
        elif text:
            pieces.append(text)
    return pieces


def _merged(splices: list[Splice]) -> list[Splice]:
    """*splices*, with what is inserted where something is taken out up to in one edit with that."""
    found: list[Splice] = []
    for splice in sorted(splices, key=lambda splice: (splice.start, splice.end)):
        last = found[-1] if found else None
        if last is not None and not last.pieces and last.end == splice.start:
            found[-1] = Splice(last.start, splice.end, splice.pieces)
        else:
            found.append(splice)
    return found


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _after(text: str) -> str:
    return f": {text}" if text else ""
