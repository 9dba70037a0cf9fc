from __future__ import annotations

import re

from platform_lint.api import Rule, cst

from ._config import RENAMED, key, model_of
from ._models import MODEL, assigned, column, is_model, is_settings, statements, step, text

BASES = ("pydantic.BaseConfig", "pydantic.config.BaseConfig", "pydantic.main.BaseConfig", "builtins.object")
WIDTH = 88
_CONFIG_OF = re.compile(r"\.[\s\\]*Config\b")
Replacement = str | cst.CSTNode | cst.RemovalSentinel


class ConfigClass(Rule):
    """`Config` of `{model}` is `model_config` in pydantic 2{hint}

    The keys get the names they have now, `Extra.forbid` is `"forbid"`, keys that pydantic 2 has no need of go, and
    comments stay. Configuration is inherited as before. A class with a key that is gone, a method, or a base that is no
    model's `Config` is left as it is, because pydantic 2 takes no model with both; pydantic 2 still reads it, and warns of
    the keys it does not know.

    ```python bad
    from pydantic import BaseModel, Extra


    class Order(BaseModel):
        id: int

        class Config:
            '''How orders are read.'''

            # rows of the database
            orm_mode = True
            extra = Extra.forbid  # nothing else
            allow_mutation = False


    class Small(Order):
        class Config(Order.Config):
            title = "small"
            ignored_types = property, str


    class Odd(BaseModel):
        class Config:
            orm_mode = True
            getter_dict = dict


    class Told(BaseModel):
        class Config:
            @staticmethod
            def schema_extra(schema, model):
                schema["told"] = True


    class Twice(Told):
        class Config:
            @staticmethod
            def schema_extra(schema, model):
                Told.Config.schema_extra(schema, model)
    ```
    ```python fixed
    from pydantic import BaseModel, ConfigDict


    class Order(BaseModel):
        id: int

        model_config = ConfigDict(
            # How orders are read.
            # rows of the database
            from_attributes=True,
            extra="forbid",  # nothing else
            frozen=True,
        )


    class Small(Order):
        model_config = ConfigDict(title="small", ignored_types=(property, str))


    class Odd(BaseModel):
        class Config:  # left
            from_attributes = True
            getter_dict = dict


    class Told(BaseModel):
        class Config:  # left
            @staticmethod
            def json_schema_extra(schema, model):
                schema["told"] = True


    class Twice(Told):
        class Config:  # left
            @staticmethod
            def json_schema_extra(schema, model):
                Told.Config.json_schema_extra(schema, model)  # left
    ```
    ```python ok
    from pydantic import BaseModel


    class Order(BaseModel):
        model_config = {"from_attributes": True}


    class Plain:
        class Config:
            orm_mode = True
    ```
    """

    code = "MIG350"
    types = ("pydantic.BaseModel",)
    default = False
    docs = "https://docs.pydantic.dev/2.0/migration/#changes-to-config"
    since = "pydantic 2"

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        model = model_of(self, node)
        if model is None:
            return
        values = {"model": model.name.value, "hint": ""}
        why, doubt, lines = self._lines(node, is_settings(self, model))
        if not why and any(assigned(small)[0] == "model_config" for _, small in statements(model)):
            why = "it has a `model_config` as well"
        droppable = all(self._is_needless(base.value, model) for base in node.bases) and not node.keywords
        if not why and not droppable:
            why = "it inherits: write `ConfigDict(**Other.model_config, ...)`"
        if not why and self._is_read(model):
            why = "a `Config` is read in this file: read `model_config`, which is a dict"
        if why:
            self.report(node, values={**values, "hint": f": {why}"}, replace=self._in_part(node, droppable, model) or None)
            return
        if not lines:
            self.report(node, values=values, remove=True)
            return
        name = "pydantic_settings.SettingsConfigDict" if is_settings(self, model) else "pydantic.ConfigDict"
        code = self._rendered(node, name.rpartition(".")[2], lines)
        self.report(
            node, values=values, replace=code, imports=(name,), safety="unsafe" if doubt else "safe", reason=doubt
        )

    def _in_part(self, node: cst.ClassDef, droppable: bool, model: cst.ClassDef) -> dict[cst.CSTNode, Replacement]:
        """What can be said of a ``Config`` that stays a class: pydantic 2 reads it, by the names that keys have now."""
        changes: dict[cst.CSTNode, Replacement] = {}
        taken = {assigned(small)[0] for _, small in statements(node)}
        for _, small in statements(node):
            name, _, value = assigned(small)
            if isinstance(small, cst.FunctionDef) and RENAMED.get(small.name.value, "") not in ("", *taken):
                changes[small.name] = cst.Name(RENAMED[small.name.value])
            if not name or value is None:
                continue
            one = key(self, name, value, is_settings(self, model))
            if one.name in taken - {name} or one.why or not one.name:
                continue
            target = small.target if isinstance(small, cst.AnnAssign) else small.targets[0].target
            if one.name != name:
                changes[target] = cst.Name(one.name)
            if one.value != self.source_of(value):
                changes[value] = one.value
        if droppable:
            changes.update((base, cst.RemoveFromParent()) for base in node.bases)
        return changes

    def visit_Assign(self, node: cst.Assign) -> None:
        name, _, _ = assigned(node)
        model = self.enclosing_class(node)
        if name == "Config" and self.enclosing_function(node) is None and is_model(self, model):
            values = {"model": model.name.value if model else "", "hint": ": write the keys in a `ConfigDict(...)`"}
            self.report(node, values=values)

    def visit_Attribute(self, node: cst.Attribute) -> None:
        """``Model.Config.title`` is read."""
        outer = self.parent(node)
        if node.attr.value != "Config" or not isinstance(outer, cst.Attribute) or outer.value is not node:
            return
        if self.class_of(node.value, MODEL) or self.type_of(node.value, MODEL):
            values = {"model": self.source_of(node.value), "hint": ": read its keys from that dict"}
            # A `Config` that is read stays a class, whose keys have new names.
            new = RENAMED.get(outer.attr.value)
            self.report(node, values=values, at=node.attr, replace={outer.attr: cst.Name(new)} if new else None)

    def _is_needless(self, base: cst.BaseExpression, model: cst.ClassDef) -> bool:
        """Whether a base of a ``Config`` says nothing: configuration is inherited from the bases of the model anyway."""
        if self.means(base, *BASES):
            return True
        if not isinstance(base, cst.Attribute) or base.attr.value != "Config":
            return False
        of = {name for name in self.qualified_names(base.value)}
        return self.source_of(base.value) in {self.source_of(arg.value) for arg in model.bases} or bool(
            of & set(self.bases(model))
        )

    def _is_read(self, model: cst.ClassDef) -> bool:
        """Whether this file reads ``Model.Config`` other than to inherit from it."""
        if not _CONFIG_OF.search(self.source_of(self.module)):
            return False
        reads = _Reads(model.name.value)
        self.module.visit(reads)
        return reads.found

    def _lines(self, node: cst.ClassDef, settings: bool) -> tuple[str, str, list[str]]:
        """Why it cannot be a dict, what speaks against it, and else the lines of the dict: arguments and comments."""
        lines: list[str] = []
        doubts: list[str] = []
        whys: list[str] = []
        body = node.body
        if isinstance(body, cst.IndentedBlock) and body.header.comment is not None:
            lines.append(body.header.comment.value)
        for line, small in statements(node):
            above = [one.comment.value for one in getattr(line, "leading_lines", ()) if one.comment is not None]
            behind = getattr(getattr(line, "trailing_whitespace", None), "comment", None)
            name, _, value = assigned(small)
            if isinstance(small, cst.Pass) or (isinstance(small, cst.Expr) and isinstance(small.value, cst.Ellipsis)):
                found: list[str] = []
            elif isinstance(small, cst.Expr) and text(small.value) is not None:
                found = [f"# {said.strip()}".rstrip() for said in (text(small.value) or "").strip().splitlines()]
            elif isinstance(small, cst.FunctionDef):
                whys.append(_method(small.name.value))
                continue
            elif not name or value is None:
                if isinstance(small, cst.AnnAssign):
                    continue
                whys.append("it holds more than keys")
                continue
            else:
                one = key(self, name, value, settings)
                if one.why:
                    whys.append(one.why)
                if one.doubt:
                    doubts.append(one.doubt)
                if not one.name:
                    found = []
                    if one.doubt:
                        above, behind = [], None
                else:
                    code = one.value
                    if isinstance(value, cst.Tuple) and code == self.source_of(value) and not value.lpar:
                        code = f"({code})"
                    if "\n" in code and not code.startswith(("(", "[", "{", '"""', "'''")) and "(" not in code:
                        code = f"({code})"
                    found = [f"{one.name}={code},"]
            lines += above
            if behind is not None and found:
                found[-1] += f"  {behind.value}"
            elif behind is not None:
                found = [behind.value]
            lines += found
        if isinstance(body, cst.IndentedBlock):
            lines += [one.comment.value for one in body.footer if one.comment is not None]
        if lines and all(line.startswith("#") for line in lines):
            whys.append("nothing but comments is left of it: delete it")
        return (whys[0] if whys else "", doubts[0] if doubts else "", lines)

    def _rendered(self, node: cst.ClassDef, name: str, lines: list[str]) -> str:
        if not any("#" in line or "\n" in line for line in lines):
            inline = f"model_config = {name}({' '.join(lines).rstrip(',')})"
            if len(column(self, node)) + len(inline) <= WIDTH:
                return inline
        outer = column(self, node)
        inner = outer + step(self)
        return f"model_config = {name}(\n" + "".join(f"{inner}{line}\n" for line in lines) + f"{outer})"


class _Reads(cst.CSTVisitor):
    """Looks for ``Model.Config`` that is no base of a class."""

    def __init__(self, model: str) -> None:
        self.model = model
        self.found = False

    def visit_ClassDef(self, node: cst.ClassDef) -> bool:
        for decorator in node.decorators:
            decorator.visit(self)
        for arg in [*node.bases, *node.keywords]:
            if not (isinstance(arg.value, cst.Attribute) and arg.value.attr.value == "Config"):
                arg.visit(self)
        node.body.visit(self)
        return False

    def visit_Attribute(self, node: cst.Attribute) -> None:
        if node.attr.value == "Config" and isinstance(node.value, cst.Name):
            # What a variable stands for may be this model.
            self.found = self.found or node.value.value == self.model or not node.value.value[:1].isupper()


def _method(name: str) -> str:
    """What to do with a method of a ``Config``."""
    if name in ("schema_extra", "json_schema_extra"):
        return f"make `{name}` a function of its own, `json_schema_extra=...`"
    if name == "alias_generator":
        return "make `alias_generator` a function of its own"
    if name == "customise_sources":
        return "write `settings_customise_sources` in the model"
    if name == "parse_env_var":
        return "write a source, or `Annotated[..., NoDecode]` and a validator"
    return f"pydantic 2 calls no `{name}` of a configuration"
