from http import HTTPStatus

from platform_lint.api import Rule, cst

#: What every version of Starlette, Django REST framework and Python calls the same: 413, 414, 416 and 422 were renamed.
NUMBERS = {*range(200, 207), *range(300, 306), 307, 308, *range(400, 413), 415, 417, 428, 429, *range(500, 506)}
METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "api_route")


class BareStatusCode(Rule):
    """Write `status.{constant}` instead of {code}

    The name says what the number means, and can be searched for. Opt-in, as it is a matter of style. A few numbers, whose
    names changed between versions, are left alone.

    ```python bad
    from fastapi import APIRouter, HTTPException

    router = APIRouter()


    @router.post("/orders", status_code=201)  # hit
    def order():
        raise HTTPException(404, detail="no such shop")  # hit
    ```
    ```python fixed
    from fastapi import APIRouter, HTTPException, status

    router = APIRouter()


    @router.post("/orders", status_code=status.HTTP_201_CREATED)  # hit
    def order():
        raise HTTPException(status.HTTP_404_NOT_FOUND, detail="no such shop")  # hit
    ```
    ```python ok
    from fastapi import APIRouter, HTTPException, status

    router = APIRouter()


    @router.post("/orders", status_code=status.HTTP_201_CREATED)
    def order():
        raise HTTPException(status.HTTP_404_NOT_FOUND)
    ```
    """

    code = "LIB810"
    names = ("fastapi.HTTPException", "fastapi.FastAPI", "fastapi.APIRouter", "rest_framework.response.Response")
    docs = "https://fastapi.tiangolo.com/tutorial/response-status-code/#shortcut-to-remember-the-names"
    level = "warning"
    default = False

    def visit_Call(self, node: cst.Call) -> None:
        package = self._package(node)
        if not package:
            return
        for index, arg in enumerate(node.args):
            named = arg.keyword is not None and arg.keyword.value in ("status_code", "status")
            first = index == 0 and arg.keyword is None and self.means(node.func, "fastapi.HTTPException")
            if (named or first) and isinstance(arg.value, cst.Integer):
                self._say(arg.value, package)

    def _package(self, node: cst.Call) -> str:
        """Whose constants the call takes; empty for any other call."""
        if self.means(node.func, "fastapi.HTTPException"):
            return "fastapi.status"
        if self.means(node.func, "rest_framework.response.Response"):
            return "rest_framework.status"
        if isinstance(node.func, cst.Attribute) and node.func.attr.value in METHODS:
            return "fastapi.status" if self.is_a(node.func.value, "fastapi.FastAPI", "fastapi.APIRouter") else ""
        return ""

    def _say(self, value: cst.Integer, package: str) -> None:
        number = int(value.value, 0)
        if number not in NUMBERS:
            return
        constant = f"HTTP_{number}_{HTTPStatus(number).name}"
        values = {"constant": constant, "code": str(number)}
        self.report(value, values=values, replace=f"status.{constant}", imports=(package,))
