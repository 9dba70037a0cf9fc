"""The form of an import, ``import_as``: a module goes by one name in every file."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from platform_lint.hits import Hit, Reimport, Repair
from platform_lint.kinds import Reading
from platform_lint.names import NameError_, glob_pattern, is_glob, parse_name
from platform_lint.rule import Api, Name, Rule
from platform_lint.scopes import Binding, QualifiedName
from platform_lint.tables import RuleTable

if TYPE_CHECKING:
    from platform_lint.context import FileContext
    from platform_lint.kinds import Fail

_MESSAGE = "`{name}` is imported in another form: write `{to}` and `{use}`"


def read(table: RuleTable, fail: Fail, apis: Mapping[str, Api]) -> Reading:
    """Read ``import_as``."""
    if not table.import_as:
        raise fail("import_as", "import_as is empty: give one module at least with its import")
    forms: list[tuple[str, str, str, str]] = []
    spelled: dict[str, str] = {}
    for key, statement in table.import_as.items():
        try:
            parse_name(key, globs=False)
        except NameError_ as error:
            raise fail(("import_as", key), f"import_as: {error}") from None
        module, name, local = _statement(key, statement, fail)
        # `import a.b` and `import a.c` bind the same name to the same thing.
        bound = local or name or module
        if bound in spelled:
            raise fail(("import_as", key), f"import_as: `{bound}` would stand for both {spelled[bound]!r} and {key!r}")
        spelled[bound] = key
        forms.append((key, module, name, local))
    return Reading(
        names=(Name(key, "", "", "", False) for key, _, _, _ in forms),
        body={"forms": forms},
        placeholders=("name", "to", "use"),
    )


def _statement(key: str, text: str, fail: Fail) -> tuple[str, str, str]:
    """The module, the name and the local name of an import statement that binds the thing called *key*."""
    wrong = f"import_as {key!r}: {text!r}"
    try:
        body = ast.parse(text.strip()).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise fail(("import_as", key), f"{wrong} is no import statement such as 'import {key} as x'") from None
    if len(body) != 1 or not isinstance(body[0], ast.Import | ast.ImportFrom):
        raise fail(("import_as", key), f"{wrong} is no import statement such as 'import {key} as x'")
    statement = body[0]
    alias = statement.names[0]
    if len(statement.names) != 1 or alias.name == "*":
        raise fail(("import_as", key), f"{wrong}: expected an import of one thing")
    if isinstance(statement, ast.ImportFrom) and (statement.level or statement.module is None):
        raise fail(("import_as", key), f"{wrong}: expected an absolute import")
    module, name = (alias.name, "") if isinstance(statement, ast.Import) else (statement.module or "", alias.name)
    imported = f"{module}.{name}" if name else module
    if imported != key:
        raise fail(("import_as", key), f"{wrong} imports {imported!r}, not {key!r}")
    return module, name, alias.asname if alias.asname and alias.asname != (name or module) else ""


class _Form:
    """How *parts* is to be imported: *module*, or *name* from it, as *local* ("" for its own name)."""

    __slots__ = ("local", "module", "name", "parts", "spelled", "statement")

    def __init__(self, key: str, module: str, name: str, local: str) -> None:
        self.parts: QualifiedName = tuple(key.split("."))
        self.module: QualifiedName = tuple(module.split("."))
        self.name = name
        self.local = local
        clause = f" as {local}" if local else ""
        self.statement = f"from {module} import {name}{clause}" if name else f"import {module}{clause}"
        #: What a use of the module looks like.
        self.spelled = local or name or module

    def is_of(self, binding: Binding) -> bool:
        """Whether *binding*, an import of the thing, has this form."""
        assert binding.alias is not None
        if self.name:
            return binding.kind == "from" and binding.name == self.spelled
        return binding.kind == "import" and (binding.alias.asname or "") == self.local


def check(rule: Rule, context: FileContext) -> Iterator[Hit]:
    """Imports of the rule's modules, and of what is in them, that are of another form."""
    forms = {form.parts: form for form in (_Form(*fields) for fields in rule.body["forms"])}
    own = context.view.module if context.view is not None else None
    for binding in (*context.index.imports, *context.index.stars):
        if binding.target is None or binding.alias is None or binding.block.guarded or binding.block.versioned:
            continue
        if binding.block.type_checking and rule.type_checking == "allow":
            continue
        imported = tuple(binding.alias.name.split(".")) if binding.kind == "import" else binding.target
        form = forms.get(imported)
        if form is None and binding.kind == "from" and not _is_module(imported, context):
            form = forms.get(imported[:-1])
        if form is None or (form.parts == imported and binding.kind != "star" and form.is_of(binding)):
            continue
        if (own is not None and own[: len(form.parts)] == form.parts) or _is_allowed(imported, rule):
            continue
        yield _hit(rule, context, binding, form, imported)


def _is_module(name: QualifiedName, context: FileContext) -> bool:
    """Whether *name* is known to be a module, so that its parent need not have it before it is imported."""
    view = context.view
    return view is not None and view.modules.graph(view.root).is_module(name)


def _is_allowed(name: QualifiedName, rule: Rule) -> bool:
    dotted = ".".join(name)
    return any(
        glob_pattern(allowed).match(dotted) if is_glob(allowed) else name[: len(allowed)] == allowed
        for allowed in rule.allow
    )


def _hit(rule: Rule, context: FileContext, binding: Binding, form: _Form, imported: QualifiedName) -> Hit:
    assert binding.alias is not None and binding.statement is not None
    star = binding.kind == "star"
    rest = imported[len(form.parts) :]
    use = ".".join((form.spelled, *rest)) + (".…" if star else "")
    name = ".".join(imported) + (".*" if star else "")
    message = rule.filled({"name": name, "to": form.statement, "use": use}, _MESSAGE)
    said = f"import it by `{form.statement}`, and spell its uses so"
    if star:
        repair = Repair.refused(said, "the names come from a star import; import the module and spell them out")
    else:
        repair = Repair(said, imports=(Reimport(binding, form.module, form.name, form.local),))
    node = binding.statement if star else binding.alias
    start = context.source.offset(node.lineno, node.col_offset)
    end = context.source.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)
    return Hit(rule, None, "shape", (), start, end, message=message, repair=repair)
