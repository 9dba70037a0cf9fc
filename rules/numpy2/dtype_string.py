from platform_lint.api import Rule, cst

#: Names of dtypes that NumPy 2 does not know, and what they were.
NAMES = {
    "bool8": "bool_",
    "bytes0": "bytes_",
    "cfloat": "complex128",
    "clongfloat": "clongdouble",
    "complex_": "complex128",
    "float_": "float64",
    "int0": "intp",
    "longcomplex": "clongdouble",
    "longfloat": "longdouble",
    "object0": "object_",
    "singlecomplex": "complex64",
    "str0": "str_",
    "string_": "bytes_",
    "uint0": "uintp",
    "unicode_": "str_",
    "void0": "void",
}

#: Functions that take a dtype by position, and where.
POSITIONS = {
    "numpy.dtype": 0,
    **dict.fromkeys(
        ("numpy.array", "numpy.asarray", "numpy.asanyarray", "numpy.zeros", "numpy.ones", "numpy.empty"), 1
    ),
    **dict.fromkeys(("numpy.frombuffer", "numpy.fromfile", "numpy.fromiter", "numpy.fromstring", "numpy.loadtxt"), 1),
    **dict.fromkeys(("numpy.identity", "numpy.issubdtype", "numpy.can_cast", "numpy.genfromtxt", "numpy.empty"), 1),
    "numpy.full": 2,
}


class DtypeString(Rule):
    """NumPy 2 does not know the dtype `{old}`: it is `{new}`

    NumPy 2.0 removed the aliases with a zero, such as `"int0"`, and those of the names that left the main
    namespace, such as `"float_"`: TypeError. Looked at is what is given as `dtype` to functions of NumPy, to
    `astype` and `view`, in lists of fields too. The new names mean the same in NumPy 1.

    ```python bad
    import numpy as np

    flags = np.zeros(3, dtype="bool8")  # hit
    prices = raw.astype("float_")  # hit
    table = np.dtype([("name", "unicode_"), ("age", "int0")])  # hit
    ```
    ```python fixed
    import numpy as np

    flags = np.zeros(3, dtype="bool_")  # hit
    prices = raw.astype("float64")  # hit
    table = np.dtype([("name", "str_"), ("age", "intp")])  # hit
    ```
    ```python ok
    import numpy as np

    flags = np.zeros(3, dtype="bool")
    prices = raw.astype("float64")
    table = np.dtype([("name", "S10"), ("int0", "intp")])
    ```
    """

    code = "MIG175"
    name = "numpy-dtype-string"
    words = tuple(NAMES)
    default = False
    since = "2.0"
    docs = "https://numpy.org/doc/stable/release/2.0.0-notes.html#numpy-2-0-python-api-removals"

    def visit_Call(self, node: cst.Call) -> None:
        function = self.qualified_name(node)
        method = node.func.attr.value if isinstance(node.func, cst.Attribute) and not function else ""
        position = 0 if method in ("astype", "view") else POSITIONS.get(function)
        if position is None and not function.startswith("numpy.") and not method:
            return
        for number, arg in enumerate(node.args):
            if arg.star:
                break
            named = arg.keyword is not None and arg.keyword.value == "dtype"
            if (named and (function.startswith("numpy.") or method)) or (arg.keyword is None and number == position):
                self.look(arg.value)

    def look(self, node: cst.BaseExpression) -> None:
        """Report the old names in what stands for a dtype: a text, or a list of fields."""
        if isinstance(node, cst.SimpleString):
            old = node.evaluated_value
            if not isinstance(old, str):
                return
            if old in NAMES:
                text = f"{node.prefix}{node.quote}{NAMES[old]}{node.quote}"
                self.report(node, replace=cst.SimpleString(text), values={"old": old, "new": NAMES[old]})
        elif isinstance(node, cst.List):
            for field in node.elements:
                if isinstance(field.value, cst.Tuple) and len(field.value.elements) > 1:
                    self.look(field.value.elements[1].value)
