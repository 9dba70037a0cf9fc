"""What the arguments of a statement of 1.3 become: calls of the methods that say the same."""

from __future__ import annotations

from collections.abc import Sequence

from platform_lint.api import Rule, cst

from ._bindings import listed
from ._layout import Item, Layout, Link, ends_in_comma

#: What a function or method took by position, by what it makes.
PLACED = {
    "select": ("whereclause", "from_obj", "distinct", "having", "correlate", "prefixes", "suffixes"),
    "update": ("whereclause", "values", "inline", "bind", "prefixes", "returning", "return_defaults"),
    "insert": ("values", "inline", "bind", "prefixes", "returning", "return_defaults"),
    "delete": ("whereclause", "bind", "returning", "prefixes"),
}
#: Arguments of which there may be several, and the methods that take them one by one.
_SEVERAL = {
    "from_obj": "select_from",
    "order_by": "order_by",
    "group_by": "group_by",
    "prefixes": "prefix_with",
    "suffixes": "suffix_with",
    "returning": "returning",
}
_ONE = {"whereclause": "where", "having": "having", "limit": "limit", "offset": "offset", "values": "values"}
#: What is said by a call without arguments where it is true, and is so anyway where it is not.
_FLAGS = {"distinct": "distinct", "inline": "inline", "return_defaults": "return_defaults", "for_update": "with_for_update"}
LABELS = "sqlalchemy.LABEL_STYLE_TABLENAME_PLUS_COL"
_LABELS = "set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)"
_CONDITIONS = ("and_", "or_", "not_", "between", "exists", "text", "true", "false", "in_", "notin_", "not_in", "like", "ilike")
_CONDITIONS += ("is_", "isnot", "is_not", "startswith", "endswith", "contains", "any", "has", "op", "match", "notlike", "as_comparison")
_COMPARED = (cst.Equal, cst.NotEqual, cst.LessThan, cst.LessThanEqual, cst.GreaterThan, cst.GreaterThanEqual)


class Moved:
    """The *links* that arguments become; *left* is what cannot be said by a method, *doubts* what speaks against it."""

    def __init__(self, rule: Rule, layout: Layout) -> None:
        self.rule = rule
        self.layout = layout
        self.links: list[Link] = []
        self.left = ""
        self.doubts: list[str] = []
        self.imports: tuple[str, ...] = ()

    def take(self, args: Sequence[cst.Arg], placed: Sequence[str]) -> None:
        """Take what is passed by *args*, those without a keyword in the order of *placed*."""
        named: dict[str, cst.BaseExpression] = {}
        for number, arg in enumerate(args):
            if arg.star or (arg.keyword is None and number >= len(placed)):
                self.left = self.rule.source_of(arg)
                return
            named[arg.keyword.value if arg.keyword else placed[number]] = arg.value
        ordered = _is(named.pop("preserve_parameter_order", None), "True")
        for name, value in named.items():
            self._take(name, value, ordered=ordered)

    def _take(self, name: str, value: cst.BaseExpression, *, ordered: bool) -> None:
        if _is(value, "None") or (name in ("use_labels", *_FLAGS) and _is(value, "False")):
            return
        if name == "correlate" and _is(value, "True"):
            return
        if name == "values" and ordered:
            self.links.append(Link(".ordered_values", self._several(value), ends_in_comma(value)))
        elif name in _ONE:
            self.links.append(Link(f".{_ONE[name]}", [self.layout.item(value)]))
            if name in ("whereclause", "having") and not _condition(value):
                self.doubts.append("a condition that is None was no condition")
            elif name == "values" and not _values(self.rule, value):
                self.doubts.append("values that are None were no values")
        elif name in _SEVERAL:
            self.links.append(Link(f".{_SEVERAL[name]}", self._several(value), ends_in_comma(value)))
        elif name in _FLAGS and _is(value, "True"):
            self.links.append(Link(f".{_FLAGS[name]}", []))
        elif name == "distinct" and listed(self.rule, value):
            self.links.append(Link(".distinct", self._several(value), ends_in_comma(value)))
        elif name == "correlate" and _is(value, "False"):
            self.links.append(Link(".correlate", [Item("None")]))
        elif name == "use_labels" and _is(value, "True"):
            self.links.append(Link(f".{_LABELS[:15]}", [Item(_LABELS[16:-1])]))
            self.imports = (LABELS,)
        else:
            self.left = f"{name}={self.rule.source_of(value)}"

    def _several(self, value: cst.BaseExpression) -> list[Item]:
        if isinstance(value, cst.List | cst.Tuple):
            return self.layout.items(value)
        sure = listed(self.rule, value)
        if not sure and isinstance(value, cst.Name) and not self.rule.is_a(value, "sqlalchemy.Table"):
            self.doubts.append(f"if `{value.value}` is a list it needs a `*`")
        elif sure == "inferred":
            self.doubts.append(f"that `{self.rule.source_of(value)}` is a list is only inferred")
        return [self.layout.item(value, star="*" if sure else "")]


def _is(node: cst.BaseExpression | None, name: str) -> bool:
    return isinstance(node, cst.Name) and node.value == name


def _condition(node: cst.BaseExpression) -> bool:
    """Whether *node* surely is a condition, and not None."""
    if isinstance(node, cst.Comparison):
        return all(isinstance(each.operator, _COMPARED) for each in node.comparisons)
    if isinstance(node, cst.BinaryOperation):
        return isinstance(node.operator, cst.BitAnd | cst.BitOr)
    if isinstance(node, cst.UnaryOperation):
        return isinstance(node.operator, cst.BitInvert)
    if isinstance(node, cst.Call):
        func = node.func
        name = func.attr.value if isinstance(func, cst.Attribute) else getattr(func, "value", "")
        return name in _CONDITIONS
    return False


def _values(rule: Rule, node: cst.BaseExpression) -> bool:
    """Whether *node* surely is something to be inserted."""
    kinds = cst.Dict | cst.DictComp | cst.List | cst.ListComp | cst.Tuple
    return isinstance(node, kinds) or rule.is_a(node, "builtins.dict") or bool(listed(rule, node))
