"""What the rules of this pack ask of classes and statements: is it a model, what are its fields, what does a value say."""

from __future__ import annotations

from collections.abc import Iterator

from platform_lint.api import Rule, cst

MODEL = "pydantic.BaseModel"
#: Classes whose instances are models, as files may import them.
MODELS = (
    MODEL,
    "pydantic.main.BaseModel",
    "pydantic.BaseSettings",
    "pydantic_settings.BaseSettings",
    "pydantic.generics.GenericModel",
    "pydantic.RootModel",
    "sqlmodel.SQLModel",
    "beanie.Document",
)
SETTINGS = ("pydantic.BaseSettings", "pydantic.env_settings.BaseSettings", "pydantic_settings.BaseSettings")
FIELD = ("pydantic.Field", "pydantic.fields.Field", "sqlmodel.Field", "sqlmodel.main.Field")
EXTRA = ("pydantic.Extra", "pydantic.config.Extra", "pydantic.main.Extra")

Statement = cst.BaseSmallStatement | cst.BaseCompoundStatement


def is_model(rule: Rule, node: cst.ClassDef | None) -> bool:
    """Whether the class *node* inherits from pydantic's ``BaseModel``, through others and other files too."""
    return node is not None and not set(MODELS).isdisjoint(rule.bases(node))


def is_settings(rule: Rule, node: cst.ClassDef) -> bool:
    """Whether the class *node* inherits from ``BaseSettings``."""
    return not set(SETTINGS).isdisjoint(rule.bases(node))


def statements(node: cst.ClassDef | cst.FunctionDef) -> Iterator[tuple[cst.CSTNode, Statement]]:
    """The statements of a body, each with the line it stands on (itself where it has a body of its own)."""
    for line in node.body.body:
        if isinstance(line, cst.SimpleStatementLine):
            for small in line.body:
                yield line, small
        elif isinstance(line, cst.BaseCompoundStatement):
            yield line, line
        elif isinstance(line, cst.BaseSmallStatement):
            yield line, line


def assigned(node: Statement) -> tuple[str, cst.Annotation | None, cst.BaseExpression | None]:
    """The one name that a statement assigns, with its annotation and its value; ``""`` for another statement."""
    if isinstance(node, cst.AnnAssign) and isinstance(node.target, cst.Name):
        return node.target.value, node.annotation, node.value
    if isinstance(node, cst.Assign) and len(node.targets) == 1 and isinstance(node.targets[0].target, cst.Name):
        return node.targets[0].target.value, None, node.value
    return "", None, None


def fields(node: cst.ClassDef) -> dict[str, cst.AnnAssign]:
    """The annotated names of a class's body that may be fields."""
    found: dict[str, cst.AnnAssign] = {}
    for _, statement in statements(node):
        name, annotation, _ = assigned(statement)
        if annotation is not None and not name.startswith("_") and isinstance(statement, cst.AnnAssign):
            found[name] = statement
    return found


def text(node: cst.BaseExpression | None) -> str | None:
    """The value of a plain text literal."""
    if isinstance(node, cst.SimpleString | cst.ConcatenatedString):
        value = node.evaluated_value
        return value if isinstance(value, str) else None
    return None


def named(node: cst.BaseExpression, value: str) -> bool:
    """Whether an expression is the bare name *value*: ``True``, ``None``."""
    return isinstance(node, cst.Name) and node.value == value


def keyword(call: cst.Call, name: str) -> cst.Arg | None:
    """The argument *name* of a call, where it is passed by that name."""
    return next((arg for arg in call.args if arg.keyword is not None and arg.keyword.value == name), None)


def spread(call: cst.Call) -> bool:
    """Whether a call passes ``*args`` or ``**kwargs``."""
    return any(arg.star for arg in call.args)


def column(rule: Rule, node: cst.CSTNode) -> str:
    """The blanks that stand before a statement."""
    default = rule.module.default_indent
    found = ""
    for outer in rule.ancestors(node):
        if isinstance(outer, cst.IndentedBlock):
            found = (outer.indent if outer.indent is not None else default) + found
    return found


def step(rule: Rule) -> str:
    """One step of indentation."""
    return rule.module.default_indent


def is_any(rule: Rule, node: cst.CSTNode, names: tuple[str, ...]) -> bool:
    """Whether a name, an attribute, a call or a decorator means one of *names*."""
    return rule.means(node, *names)
