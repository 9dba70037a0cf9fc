"""A message that is formatted before it is logged, as a format and its arguments."""

import re
from collections.abc import Sequence
from string import Formatter
from typing import NamedTuple

from platform_lint.api import Rule, cst

#: A format specification that means the same behind a percent sign.
_SPEC = re.compile(r"(?:0?\d+)?(?:\.\d+)?[deEfFgGoxX]\Z")
#: What a brace format and plain text are made of, in the source of a string.
_BRACES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|%|\\N\{[^}]*\}")
_PERCENT = re.compile(r"%(?:%|(\([^)]*\))?[#0\- +]*(\*|\d+)?(?:\.(\*|\d+))?[diouxXeEfFgGcrsa])")
_PREFIXED = re.compile(r"([A-Za-z]*)('''|\"\"\"|'|\")")


class Lazy(NamedTuple):
    """A format as the source of an expression, and what fills it; without either where there is no right one."""

    kind: str
    text: str = ""
    arguments: Sequence[cst.BaseExpression] = ()


def lazy(rule: Rule, node: cst.BaseExpression) -> Lazy | None:
    """What *node* comes to, None if it is formatted in no way that this knows."""
    if isinstance(node, cst.FormattedString | cst.ConcatenatedString):
        return _of_fstring(rule, node)
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Modulo):
        return _of_percent(rule, node)
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add):
        return _of_sum(rule, node)
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value == "format":
        return _of_format(rule, node, node.func.value)
    return None


def pieces(node: cst.BaseExpression) -> list[cst.BaseExpression]:
    """The strings that are written one after another."""
    if isinstance(node, cst.ConcatenatedString):
        return [*pieces(node.left), *pieces(node.right)]
    return [node]


def placeholders(text: str) -> int | None:
    """How many arguments the format *text* takes; None if it takes a mapping, or is no right format."""
    count = 0
    for match in _PERCENT.finditer(text):
        if match.group(1):
            return None
        count += (match.group() != "%%") + (match.group(2) == "*") + (match.group(3) == "*")
    return None if "%" in _PERCENT.sub("", text) else count


def _of_fstring(rule: Rule, node: cst.BaseExpression) -> Lazy | None:
    text = rule.source_of(node)
    parts = pieces(node)
    if not any(isinstance(part, cst.FormattedString) and _fields(part) for part in parts):
        return None
    arguments: list[cst.BaseExpression] = []
    for part in parts:
        source = rule.source_of(part)
        if isinstance(part, cst.FormattedString):
            written = _percented(rule, part, arguments)
        else:
            written = source.replace("%", "%%")
        if not written or text.count(source) != 1:
            return Lazy("an f-string")
        text = text.replace(source, written)
    return Lazy("an f-string", text, arguments)


def _fields(part: cst.FormattedString) -> list[cst.FormattedStringExpression]:
    return [piece for piece in part.parts if isinstance(piece, cst.FormattedStringExpression)]


def _percented(rule: Rule, part: cst.FormattedString, arguments: list[cst.BaseExpression]) -> str:
    """The f-string *part* as a format, its fields put behind *arguments*; nothing where that cannot be."""
    written = part.start.replace("f", "").replace("F", "")
    for piece in part.parts:
        if isinstance(piece, cst.FormattedStringText):
            written += piece.value.replace("{{", "{").replace("}}", "}").replace("%", "%%")
            continue
        if not isinstance(piece, cst.FormattedStringExpression) or piece.equal is not None:
            return ""
        spec = "" if piece.format_spec is None else "".join(rule.source_of(one) for one in piece.format_spec)
        placeholder = _placeholder(piece.conversion or "", spec)
        if not placeholder:
            return ""
        written += placeholder
        arguments.append(piece.expression)
    return written + part.end


def _placeholder(conversion: str, spec: str) -> str:
    """The percent placeholder for a field of a brace format, ``""`` where there is none."""
    if not spec:
        return f"%{conversion or 's'}"
    return f"%{spec}" if not conversion and _SPEC.match(spec) else ""


def _of_percent(rule: Rule, node: cst.BinaryOperation) -> Lazy | None:
    text = rule.literal(node.left)
    if not isinstance(text, str):
        return None
    kind = "the % operator"
    needed = placeholders(text)
    value = node.right
    if isinstance(value, cst.Tuple):
        values = [one.value for one in value.elements if isinstance(one, cst.Element)]
        fits = bool(values) and needed == len(values) == len(value.elements)
        return Lazy(kind, rule.source_of(node.left), values) if fits else Lazy(kind)
    mapping = needed is None and isinstance(value, cst.Dict) and bool(value.elements)
    return Lazy(kind, rule.source_of(node.left), [value]) if mapping or needed == 1 else Lazy(kind)


def _of_sum(rule: Rule, node: cst.BinaryOperation) -> Lazy | None:
    terms = _terms(node)
    if not any(isinstance(term, cst.SimpleString) for term in terms):
        return None
    kind = "the + operator"
    opening, text = None, ""
    arguments: list[cst.BaseExpression] = []
    for term in terms:
        if isinstance(term, cst.SimpleString):
            match = _PREFIXED.match(term.value)
            if match is None or match.group(1) or opening not in (None, match.group(2)):
                return Lazy(kind)
            opening = match.group(2)
            text += term.raw_value.replace("%", "%%")
        elif isinstance(term, cst.BaseString):
            return Lazy(kind)
        else:
            text += "%s"
            arguments.append(_shown(rule, term))
    return Lazy(kind, f"{opening}{text}{opening}", arguments) if arguments and opening else Lazy(kind)


def _terms(node: cst.BaseExpression) -> list[cst.BaseExpression]:
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add) and not node.lpar:
        return [*_terms(node.left), *_terms(node.right)]
    return [node]


def _shown(rule: Rule, term: cst.BaseExpression) -> cst.BaseExpression:
    """What ``%s`` shows as *term* is: without a ``str()`` around it."""
    if isinstance(term, cst.Call) and len(term.args) == 1 and rule.means(term.func, "builtins.str"):
        only = term.args[0]
        if only.keyword is None and not only.star:
            return only.value
    return term


def _of_format(rule: Rule, node: cst.Call, text: cst.BaseExpression) -> Lazy | None:
    literal = rule.literal(text)
    if not isinstance(literal, str):
        return None
    kind = "`format`"
    if not isinstance(text, cst.SimpleString) or any(arg.star for arg in node.args):
        return Lazy(kind)
    try:
        fields = [field for _, field, _, _ in Formatter().parse(literal) if field is not None]
    except ValueError:
        return Lazy(kind)
    given = {arg.keyword.value if arg.keyword else str(place): arg.value for place, arg in enumerate(node.args)}
    named = [field or str(place) for place, field in enumerate(fields)]
    # In the order of the arguments and each once, so that nothing is evaluated otherwise.
    if (
        not named
        or named != list(given)
        or ("" in fields and not all(field == "" or field.isidentifier() for field in fields))
    ):
        return Lazy(kind)
    if text.value.count("\\N{"):
        return Lazy(kind)
    failed = False

    def written(match: re.Match[str]) -> str:
        nonlocal failed
        if match.group(1) is None:
            return {"{{": "{", "}}": "}", "%": "%%"}[match.group()]
        _, _, rest = match.group(1).partition("!") if "!" in match.group(1) else ("", "", "")
        conversion, _, spec = rest.partition(":") if rest else ("", "", match.group(1).partition(":")[2])
        placeholder = _placeholder(conversion, spec)
        failed = failed or not placeholder
        return placeholder

    source = _BRACES.sub(written, text.value)
    return Lazy(kind) if failed else Lazy(kind, source, list(given.values()))
