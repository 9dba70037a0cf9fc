from __future__ import annotations

from platform_lint.api import Rule, cst


class Py314ReturnInFinally(Rule):
    """`{name}` in a `finally` loses the exception: Python 3.14 warns, and a later one refuses it

    What is raised in the `try`, or in a handler, is forgotten as soon as the `finally` is left by `return`, `break` or
    `continue` (PEP 765). Put the statement behind the `try`, or catch what is meant to be caught.

    ```python bad
    def read(path):
        try:
            return open(path).read()
        finally:
            return None  # hit
    ```
    ```python bad
    for row in rows:
        try:
            send(row)
        finally:
            if row.last:
                break  # hit
    ```
    ```python ok
    def read(path):
        try:
            stream = open(path)
        finally:
            def close():
                return stream.close()
            for each in closers:
                if each is close:
                    break
        return stream
    ```
    """

    code = "MIG640"
    name = "py314-return-in-finally"
    words = ("finally",)
    default = False
    level = "warning"
    docs = "https://peps.python.org/pep-0765/"
    since = "3.14"

    def visit_Return(self, node: cst.Return) -> None:
        self._judge(node, "return", ())

    def visit_Break(self, node: cst.Break) -> None:
        self._judge(node, "break", (cst.For, cst.While))

    def visit_Continue(self, node: cst.Continue) -> None:
        self._judge(node, "continue", (cst.For, cst.While))

    def _judge(self, node: cst.CSTNode, name: str, loops: tuple[type[cst.CSTNode], ...]) -> None:
        for around in self.ancestors(node):
            if isinstance(around, cst.FunctionDef | cst.Lambda | cst.ClassDef) or isinstance(around, loops):
                return
            if isinstance(around, cst.Finally):
                self.report(node, values={"name": name})
                return
