from collections.abc import Callable

from platform_lint.api import Rule, cst

#: What can be said where nothing can be written: the use is no call, or it is called in another way.
HINTS = {
    "numpy.NINF": "write `-numpy.inf`",
    "numpy.NZERO": "write `-0.0`",
    "numpy.PZERO": "write `0.0`",
    "numpy.asfarray": "use `numpy.asarray` with a floating `dtype`",
    "numpy.cast": "use `numpy.asarray(...).astype(...)`",
    "numpy.disp": "use `print`",
    "numpy.fastCopyAndTranspose": "use `.T.copy()`",
    "numpy.find_common_type": "use `numpy.result_type`, with 0, 0.0 or 0j for types of scalars",
    "numpy.in1d": "use `numpy.isin(...).ravel()`",
    "numpy.issctype": "use `isinstance(..., type) and issubclass(..., numpy.generic)`",
    "numpy.issubsctype": "use `numpy.issubdtype`, of dtypes",
    "numpy.maximum_sctype": "name the widest dtype: `numpy.longdouble`, `numpy.int64`, ...",
    "numpy.msort": "use `numpy.sort(..., axis=0)`",
    "numpy.nbytes": "use `numpy.dtype(...).itemsize`",
    "numpy.obj2sctype": "use `numpy.dtype(...).type`",
    "numpy.sctype2char": "use `numpy.dtype(...).char`",
    "numpy.sctypes": "list the dtypes that are meant: `[numpy.float16, numpy.float32, ...]`",
    "numpy.source": "use `inspect.getsource`, which returns what this printed",
}

#: With one of these as `dtype`, `asfarray` did not fall back to float64.
INEXACT = (
    *("builtins.float", "builtins.complex"),
    *(f"numpy.{name}" for name in ("float16", "float32", "float64", "longdouble", "half", "single", "double")),
    *(
        f"numpy.{name}"
        for name in ("complex64", "complex128", "clongdouble", "csingle", "cdouble", "float_", "complex_")
    ),
)

#: What `sctypes` held, the widest last. Where C has no wider `long double`, as on Windows, that was `float64`.
FAMILIES = {
    "int": ("numpy.int8", "numpy.int16", "numpy.int32", "numpy.int64"),
    "uint": ("numpy.uint8", "numpy.uint16", "numpy.uint32", "numpy.uint64"),
    "float": ("numpy.float16", "numpy.float32", "numpy.float64", "numpy.longdouble"),
    "complex": ("numpy.complex64", "numpy.complex128", "numpy.clongdouble"),
}
#: Other names of types of these families.
RELATED = {
    "int": ("builtins.int", *(f"numpy.{name}" for name in ("byte", "short", "intc", "int_", "intp", "longlong"))),
    "uint": tuple(f"numpy.{name}" for name in ("ubyte", "ushort", "uintc", "uint", "uintp", "ulonglong")),
    "float": ("builtins.float", *(f"numpy.{name}" for name in ("half", "single", "double", "float_", "longfloat"))),
    "complex": ("builtins.complex", *(f"numpy.{name}" for name in ("csingle", "cdouble", "complex_", "clongfloat"))),
}
NARROW = "where `longdouble` is no wider than `float64`, it was `float64`"


class RemovedFunction(Rule):
    """`{name}` is not in NumPy 2: {hint}

    These have no successor of another name, and another way of saying the same. A use that is a call of the usual
    form is rewritten: what is written runs in NumPy 1 too and gives the same result; where it would not for some
    arguments, the fix is unsafe. Every other use, such as passing the function on, is reported with what to do.
    `in1d` is deprecated in NumPy 2.0 and gone in 2.4. It gave a flat array, and `isin` keeps the shape of its first
    argument: hence the `ravel()`.

    ```python bad
    import numpy as np
    from numpy import msort

    lowest = np.NINF  # hit
    values = np.asfarray(raw)  # hit
    known = np.in1d(values, old, assume_unique=True)  # hit
    ordered = msort(values)  # hit
    small = np.cast["f"](values)  # hit
    width = np.nbytes[np.float32]  # hit
    kind = np.find_common_type([np.float32, values.dtype], [])  # hit
    widest = np.maximum_sctype(np.float32)  # hit
    signed = np.sctypes["int"]  # hit
    np.disp("done")  # hit
    sort = key or np.msort  # hit
    ```
    ```python fixed
    import numpy as np

    lowest = -np.inf  # hit
    values = np.asarray(raw, dtype=np.float64)  # hit
    known = np.isin(values, old, assume_unique=True).ravel()  # hit
    ordered = np.sort(values, axis=0)  # hit
    small = np.asarray(values).astype("f")  # hit
    width = np.dtype(np.float32).itemsize  # hit
    kind = np.result_type(np.float32, values.dtype)  # hit
    widest = np.longdouble  # hit
    signed = [np.int8, np.int16, np.int32, np.int64]  # hit
    print("done")  # hit
    sort = key or np.msort  # left
    ```
    ```python bad
    from numpy import in1d  # hit
    ```
    ```python ok
    import numpy as np

    lowest = -np.inf
    values = np.asarray(raw, dtype=np.float64)
    known = np.isin(values, old)
    ordered = np.sort(values, axis=0)
    ```
    """

    code = "MIG120"
    name = "numpy-removed-function"
    names = tuple(HINTS)
    default = False
    since = "2.0"
    docs = (
        "https://numpy.org/doc/stable/numpy_2_0_migration_guide.html#main-namespace",
        "https://numpy.org/doc/stable/release/2.0.0-notes.html#numpy-2-0-python-api-removals",
    )

    def visit_Import(self, node: cst.Import) -> bool:
        return False

    def visit_Module(self, node: cst.Module) -> None:
        self.imported: dict[str, cst.ImportAlias] = {}
        self.used: set[str] = set()

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        if isinstance(node.module, cst.Name) and not node.relative and not isinstance(node.names, cst.ImportStar):
            names = {f"{node.module.value}.{alias.evaluated_name}": alias for alias in node.names}
            self.imported.update((name, alias) for name, alias in names.items() if name in HINTS)
        return False

    def leave_Module(self, node: cst.Module) -> None:
        """An import that nothing uses fails all the same."""
        for name, alias in self.imported.items():
            if name not in self.used:
                self.report(alias, values={"name": name, "hint": "take out the import, which nothing here uses"})

    def visit_Attribute(self, node: cst.Attribute) -> None:
        self.look(node)

    def visit_Name(self, node: cst.Name) -> None:
        self.look(node)

    def look(self, node: cst.Name | cst.Attribute) -> None:
        parent = self.parent(node)
        if isinstance(parent, cst.Attribute) and parent.attr is node:
            return
        name = next((one for one in self.qualified_names(node) if one in HINTS), "")
        if not name or (isinstance(parent, cst.Arg) and parent.keyword is node):
            return
        self.used.add(name)
        values = {"name": name, "hint": HINTS[name]}
        place, replacement, doubt = self.mended(name, node)
        safety = "unsafe" if doubt else "safe"
        self.report(place, at=node, values=values, replace=replacement, safety=safety, reason=doubt)

    def mended(self, name: str, node: cst.BaseExpression) -> tuple[cst.CSTNode, cst.BaseExpression | None, str]:
        """What is to be replaced, by what, and what speaks against trusting that."""
        if name in ("numpy.NINF", "numpy.NZERO", "numpy.PZERO"):
            minus = name != "numpy.PZERO"
            value: cst.BaseExpression = self.spelled("numpy.inf") if name == "numpy.NINF" else cst.Float("0.0")
            return node, cst.UnaryOperation(cst.Minus(), value) if minus else value, ""
        outer = self.parent(node)
        if name in ("numpy.cast", "numpy.nbytes", "numpy.sctypes"):
            return self.subscripted(name, node, outer)
        if not isinstance(outer, cst.Call) or outer.func is not node or any(arg.star for arg in outer.args):
            return node, None, ""
        given = [arg for arg in outer.args if arg.keyword is None]
        keywords = {arg.keyword.value: arg for arg in outer.args if arg.keyword is not None}
        make: Callable[..., tuple[cst.BaseExpression | None, str]] | None = getattr(
            self, "_" + name.removeprefix("numpy.").lower(), None
        )
        if make is None:
            return node, None, ""
        replacement, doubt = make(outer, given, keywords)
        return (node, None, "") if replacement is None else (outer, replacement, doubt)

    def subscripted(
        self, name: str, node: cst.BaseExpression, outer: cst.CSTNode | None
    ) -> tuple[cst.CSTNode, cst.BaseExpression | None, str]:
        """``cast[T](x)``, ``nbytes[T]`` and ``sctypes[kind]``."""
        if not isinstance(outer, cst.Subscript) or outer.value is not node or len(outer.slice) != 1:
            return node, None, ""
        index = outer.slice[0].slice
        if not isinstance(index, cst.Index):
            return node, None, ""
        if name == "numpy.nbytes":
            return outer, attribute(call(self.spelled("numpy.dtype"), index.value), "itemsize"), ""
        if name == "numpy.sctypes":
            family = self.literal(index.value, default=None)
            if not isinstance(family, str) or family not in FAMILIES or isinstance(self.parent(outer), STORES):
                return node, None, ""
            kinds = [cst.Element(self.spelled(kind)) for kind in FAMILIES[family]]
            return outer, cst.List(kinds), NARROW if family in ("float", "complex") else ""
        called = self.parent(outer)
        if not isinstance(called, cst.Call) or called.func is not outer or len(called.args) != 1:
            return node, None, ""
        if called.args[0].star or called.args[0].keyword is not None:
            return node, None, ""
        array = call(self.spelled("numpy.asarray"), called.args[0].value)
        return called, call(attribute(array, "astype"), index.value), ""

    # One for each function: the call, its positional arguments, those with a name

    def _asfarray(
        self, node: cst.Call, given: list[cst.Arg], keywords: dict[str, cst.Arg]
    ) -> tuple[cst.BaseExpression | None, str]:
        if len(given) == 1 and not keywords:
            dtype = cst.Arg(self.spelled("numpy.float64"), cst.Name("dtype"), equal=TIGHT)
            return node.with_changes(func=self.spelled("numpy.asarray"), args=[*closed(given), dtype]), ""
        dtypes = [*given[1:], *keywords.values()]
        if (
            len(given) in (1, 2)
            and len(dtypes) == 1
            and set(keywords) <= {"dtype"}
            and self.means(dtypes[0].value, *INEXACT)
        ):
            return node.with_changes(func=self.spelled("numpy.asarray")), ""
        return None, ""

    def _msort(
        self, node: cst.Call, given: list[cst.Arg], keywords: dict[str, cst.Arg]
    ) -> tuple[cst.BaseExpression | None, str]:
        if len(given) != 1 or keywords:
            return None, ""
        axis = cst.Arg(cst.Integer("0"), cst.Name("axis"), equal=TIGHT)
        return node.with_changes(func=self.spelled("numpy.sort"), args=[*closed(given), axis]), ""

    def _in1d(
        self, node: cst.Call, given: list[cst.Arg], keywords: dict[str, cst.Arg]
    ) -> tuple[cst.BaseExpression | None, str]:
        new = {"ar1": "element", "ar2": "test_elements"}
        args = [
            arg.with_changes(keyword=cst.Name(new[arg.keyword.value]))
            if arg.keyword is not None and arg.keyword.value in new
            else arg
            for arg in node.args
        ]
        return call(attribute(node.with_changes(func=self.spelled("numpy.isin"), args=args), "ravel")), ""

    def _find_common_type(
        self, node: cst.Call, given: list[cst.Arg], keywords: dict[str, cst.Arg]
    ) -> tuple[cst.BaseExpression | None, str]:
        if len(given) != 2 or keywords or not empty(given[1].value):
            return None, ""
        types = given[0].value
        args = [cst.Arg(types, star="*")]
        if isinstance(types, cst.List | cst.Tuple):
            if not types.elements or any(isinstance(one, cst.StarredElement) for one in types.elements):
                return None, ""
            args = [cst.Arg(one.value) for one in types.elements]
        return call(self.spelled("numpy.result_type"), *args), "a type that promotes to none with the others raises"

    def _maximum_sctype(
        self, node: cst.Call, given: list[cst.Arg], keywords: dict[str, cst.Arg]
    ) -> tuple[cst.BaseExpression | None, str]:
        if len(given) != 1 or keywords:
            return None, ""
        for family, kinds in FAMILIES.items():
            if self.means(given[0].value, *kinds, *RELATED[family]):
                return self.spelled(kinds[-1]), NARROW if family in ("float", "complex") else ""
        return None, ""

    def _issubsctype(
        self, node: cst.Call, given: list[cst.Arg], keywords: dict[str, cst.Arg]
    ) -> tuple[cst.BaseExpression | None, str]:
        if len(given) != 2 or keywords:
            return None, ""
        return node.with_changes(func=self.spelled("numpy.issubdtype")), "`issubdtype` takes no arrays"

    def _obj2sctype(
        self, node: cst.Call, given: list[cst.Arg], keywords: dict[str, cst.Arg]
    ) -> tuple[cst.BaseExpression | None, str]:
        return self.of_dtype(node, given, keywords, "type")

    def _sctype2char(
        self, node: cst.Call, given: list[cst.Arg], keywords: dict[str, cst.Arg]
    ) -> tuple[cst.BaseExpression | None, str]:
        return self.of_dtype(node, given, keywords, "char")

    def of_dtype(
        self, node: cst.Call, given: list[cst.Arg], keywords: dict[str, cst.Arg], attr: str
    ) -> tuple[cst.BaseExpression | None, str]:
        if len(given) != 1 or keywords:
            return None, ""
        return attribute(node.with_changes(func=self.spelled("numpy.dtype")), attr), "`numpy.dtype` takes no arrays"

    def _fastcopyandtranspose(
        self, node: cst.Call, given: list[cst.Arg], keywords: dict[str, cst.Arg]
    ) -> tuple[cst.BaseExpression | None, str]:
        if len(given) != 1 or keywords:
            return None, ""
        return call(attribute(node.with_changes(func=self.spelled("numpy.asarray")), "T", "copy")), ""

    def _disp(
        self, node: cst.Call, given: list[cst.Arg], keywords: dict[str, cst.Arg]
    ) -> tuple[cst.BaseExpression | None, str]:
        if len(given) != 1 or keywords or self.is_bound("print", node):
            return None, ""
        return node.with_changes(func=cst.Name("print")), ""

    def _source(
        self, node: cst.Call, given: list[cst.Arg], keywords: dict[str, cst.Arg]
    ) -> tuple[cst.BaseExpression | None, str]:
        if len(given) != 1 or keywords or not isinstance(self.parent(node), cst.Expr) or self.is_bound("print", node):
            return None, ""
        text = node.with_changes(func=self.spelled("inspect.getsource"))
        return call(cst.Name("print"), text), "the line that named the file is gone"


#: What writes to a place.
STORES = (cst.AssignTarget, cst.AugAssign, cst.AnnAssign, cst.Del)
#: ``=`` without spaces, as before the value of a keyword.
TIGHT = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))


def call(function: cst.BaseExpression, *args: cst.BaseExpression | cst.Arg) -> cst.Call:
    return cst.Call(function, [arg if isinstance(arg, cst.Arg) else cst.Arg(arg) for arg in args])


def attribute(value: cst.BaseExpression, *names: str) -> cst.Attribute:
    for name in names:
        value = cst.Attribute(value, cst.Name(name))
    assert isinstance(value, cst.Attribute)
    return value


def empty(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.List | cst.Tuple) and not node.elements


def closed(args: list[cst.Arg]) -> list[cst.Arg]:
    """*args* such that another one can follow."""
    last = args[-1]
    if isinstance(last.comma, cst.Comma):
        return args
    return [*args[:-1], last.with_changes(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))]
