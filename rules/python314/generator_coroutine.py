from __future__ import annotations

from platform_lint.api import Rule, cst

COROUTINE = ("asyncio.coroutine", "asyncio.coroutines.coroutine")


class Py314GeneratorCoroutine(Rule):
    """`@asyncio.coroutine` was removed in Python 3.11: write `async def` and `await`

    A generator that only ever says `yield from` becomes a coroutine. One that has a plain `yield`, or says `yield from` in a
    comprehension or `lambda`, is left: what it hands to the event loop is its own business. The fix is unsafe because what
    is awaited must be awaitable: a plain generator is not.

    ```python bad
    import asyncio


    @asyncio.coroutine  # hit
    def fetch(url):
        reply = yield from get(url)
        # what it says
        return (yield from reply.text())
    ```
    ```python fixed
    async def fetch(url):  # hit
        reply = await get(url)
        # what it says
        return (await reply.text())
    ```
    ```python bad
    import asyncio


    @asyncio.coroutine  # hit
    def step():
        yield
    ```
    ```python fixed
    import asyncio


    @asyncio.coroutine  # left
    def step():
        yield
    ```
    ```python ok
    import types


    async def fetch(url):
        return await get(url)


    @types.coroutine
    def step():
        yield
    ```
    """

    code = "MIG642"
    name = "py314-generator-coroutine"
    names = COROUTINE
    covers = ("LIB532",)
    default = False
    docs = "https://docs.python.org/3/whatsnew/3.11.html#removed"
    since = "3.8"
    fix = "unsafe"

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        for number, decorator in enumerate(node.decorators):
            if self.means(decorator.decorator, *COROUTINE):
                awaiting = _Awaiting()
                body = node.body.visit(awaiting)
                if awaiting.stuck or not isinstance(body, cst.BaseSuite):
                    self.report(node, at=decorator)
                    return
                rest = [each for place, each in enumerate(node.decorators) if place != number]
                self.report(
                    node,
                    at=decorator,
                    replace=node.with_changes(body=body, decorators=rest, asynchronous=cst.Asynchronous()),
                )
                return


class _Awaiting(cst.CSTTransformer):
    """Puts ``await`` for each ``yield from`` of one function. It is *stuck* where there is another ``yield``."""

    def __init__(self) -> None:
        super().__init__()
        self.stuck = False

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False

    def visit_ClassDef(self, node: cst.ClassDef) -> bool:
        return False

    def visit_Lambda(self, node: cst.Lambda) -> bool:
        return False

    def visit_GeneratorExp(self, node: cst.GeneratorExp) -> bool:
        return False

    def leave_Yield(self, original_node: cst.Yield, updated_node: cst.Yield) -> cst.BaseExpression:
        value = updated_node.value
        if not isinstance(value, cst.From):
            self.stuck = True
            return updated_node
        return cst.Await(expression=value.item, lpar=updated_node.lpar, rpar=updated_node.rpar)
