"""What is an engine, a connection or a session, by its type or, where that is not known, by its name."""

from __future__ import annotations

import re

from platform_lint.api import Rule, cst

ENGINE = ("sqlalchemy.engine.Engine",)
CONNECTION = ("sqlalchemy.engine.Connection",)
SESSION = ("sqlalchemy.orm.Session", "sqlalchemy.orm.scoped_session")
_ENGINE = re.compile(r"(?:[\w.]*[._])?engine\Z")
_CONNECTION = re.compile(r"(?:[\w.]*[._])?(?:conn|connection)\Z")
_SESSION = re.compile(r"(?i)[\w.]*session(?:\(\))?\Z")
_WRITES = re.compile(r"\s*(?:insert|update|delete|create|drop|alter|truncate|merge|replace|grant)\b", re.I)
#: Engines that execute nothing: what they are told goes to a function, in SQLAlchemy 2 as well.
_MOCKS = re.compile(r"\bcreate_mock_engine\b|\bstrategy\s*=\s*[\"']mock\b")
#: Drivers that are awaited: their connections and cursors are called, and execute, as SQLAlchemy's do.
_AWAITED = re.compile(r"^[ \t]*(?:import|from)[ \t]+(?:aiosqlite|asyncpg|aiomysql|aiopg|asyncmy)\b", re.M)


def about(rule: Rule) -> bool:
    """Whether a file is about SQLAlchemy and no driver: names are believed only there."""
    text = rule.source_of(rule.module)
    if "sqlalchemy" not in text or "sqlite3.connect" in text or "psycopg2.connect" in text:
        return False
    return not _AWAITED.search(text)


def awaited(rule: Rule, call: cst.Call) -> bool:
    """Whether what *call* gives is awaited, in whatever way."""
    around = rule.parent(call)
    if isinstance(around, cst.WithItem):
        around = rule.parent(around)
    return isinstance(around, cst.Await) or getattr(around, "asynchronous", None) is not None


def is_engine(rule: Rule, node: cst.BaseExpression) -> bool:
    """Whether *node* is an engine; nothing is taken for one in a file that makes such as only pretend."""
    if _MOCKS.search(rule.source_of(rule.module)):
        return False
    return bool(rule.is_a(node, *ENGINE)) or bool(_ENGINE.match(rule.source_of(node)))


def is_connection(rule: Rule, node: cst.BaseExpression) -> bool:
    """Whether *node* is a connection."""
    return bool(rule.is_a(node, *CONNECTION)) or bool(_CONNECTION.match(rule.source_of(node)))


def is_session(rule: Rule, node: cst.BaseExpression) -> bool:
    """Whether *node* is a session."""
    return bool(rule.is_a(node, *SESSION)) or bool(_SESSION.match(rule.source_of(node)))


def sql(node: cst.BaseExpression) -> str | None:
    """The text of SQL that is written out as *node*, as far as it is known; None for anything else."""
    if isinstance(node, cst.SimpleString):
        return str(node.evaluated_value) if not node.prefix.lower().startswith("b") else None
    if isinstance(node, cst.ConcatenatedString):
        left, right = sql(node.left), sql(node.right)
        return None if left is None or right is None else left + right
    if isinstance(node, cst.FormattedString):
        return "".join(part.value if isinstance(part, cst.FormattedStringText) else "{}" for part in node.parts)
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Modulo | cst.Add):
        return sql(node.left)
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value == "format":
        return sql(node.func.value)
    return None


def writes(text: str) -> bool:
    """Whether SQL changes something."""
    return bool(_WRITES.match(text))
