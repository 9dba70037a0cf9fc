"""Rules about declarations: ``class`` and ``function`` with ``require`` and ``forbid``.

Which declarations such a rule is about is read and decided in :mod:`selecting`, what it asks of them in :mod:`demands`
and :mod:`shapes`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from platform_lint.hits import Hit
from platform_lint.kinds import Reading
from platform_lint.kinds.demands import Reader, check_together
from platform_lint.kinds.faults import hits
from platform_lint.kinds.selecting import read_selection, selected, traces
from platform_lint.kinds.shapes import forbidden, required
from platform_lint.kinds.subjects import Subject
from platform_lint.rule import Api, Rule
from platform_lint.tables import RequireTable, RuleTable

if TYPE_CHECKING:
    from platform_lint.context import FileContext
    from platform_lint.kinds import Fail


def read(table: RuleTable, fail: Fail, apis: Mapping[str, Api]) -> Reading:
    """Read a rule's table. Raises what *fail* makes."""
    verb = "class" if table.class_ is not None else "function"
    selection = table.class_ if table.class_ is not None else table.function
    assert selection is not None
    select = read_selection(selection, verb, fail)
    require = Reader(table.require or RequireTable(), "require", verb, fail).read()
    forbid = Reader(table.forbid or RequireTable(), "forbid", verb, fail).read()
    check_together(require, forbid, fail)
    if "async" in select:
        for side, wanted in ((require, select["async"]), (forbid, not select["async"])):
            if side.get("async") is wanted:
                name = "require" if side is require else "forbid"
                raise fail(
                    (name, "async"), f"{name}.async: it holds for all that the rule is about, so nothing can break it"
                )
    for key, selected_by in (("name", "name"), ("decorator", "decorator"), ("base", "subclass_of")):
        wanted = require.get(key, [])
        wanted = wanted if isinstance(wanted, list) else [*wanted["any"], *wanted["all"]]
        if len(wanted) == 1 and wanted == select.get(selected_by):
            reason = f"all that the rule is about has it, by {verb}.{selected_by}, so nothing can break it"
            raise fail(("require", key), f"require.{key}: {reason}")
    return Reading(
        traces=traces(select, verb, apis),
        whole=True,
        body={
            "select": select,
            "require": require,
            "forbid": forbid,
            "demands": sum(_demands(value) for side in (require, forbid) for value in side.values()),
        },
        placeholders=("name", "what", "hint"),
    )


def _demands(value: Any) -> int:
    """How many things are asked for by what stands under one key."""
    if isinstance(value, Mapping) and "any" in value and "all" in value:
        return len(value["all"]) + bool(value["any"])
    return len(value) if isinstance(value, list | Mapping) else 1


def check(rule: Rule, context: FileContext) -> Iterator[Hit]:
    """What breaks *rule* in a file."""
    body = rule.body
    owner = body["select"].get("method_of")
    classes = owner if isinstance(owner, dict) else body["select"]
    bases = {tuple(text.split(".")) for text in classes.get("subclass_of", ())}
    for found in selected(rule, context):
        subject = Subject(context, found.declaration, bases)
        faults = [*required(subject, body["require"]), *forbidden(subject, body["forbid"])]
        yield from hits(rule, found.declaration.node.name, found.matched, faults)
