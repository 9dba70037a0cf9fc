from __future__ import annotations

from platform_lint.api import Rule, cst

_LISTENERS = ("listens_for", "listen", "remove", "contains")


class Sa2MapperOfAnEvent(Rule):
    """`sqlalchemy.orm.mapper` is gone from SQLAlchemy 2: events take the class `Mapper`

    The function raises in 2.0. `sqlalchemy.orm.Mapper` is there since 1.4, and is what the events are about. What names it
    by a module goes on to do so.

    ```python bad
    from sqlalchemy import event
    from sqlalchemy.orm import mapper


    @event.listens_for(mapper, "before_insert")  # hit
    def stamp(mapping, connection, target): ...
    ```
    ```python fixed
    from sqlalchemy import event
    from sqlalchemy.orm import Mapper


    @event.listens_for(Mapper, "before_insert")  # hit
    def stamp(mapping, connection, target): ...
    ```
    ```python bad
    import sqlalchemy as sa
    from sqlalchemy.orm import relationship

    sa.event.listen(sa.orm.mapper, "before_insert", stamp)  # hit
    ```
    ```python fixed
    import sqlalchemy as sa
    from sqlalchemy.orm import relationship

    sa.event.listen(sa.orm.Mapper, "before_insert", stamp)  # hit
    ```
    ```python ok
    from sqlalchemy import event
    from sqlalchemy.orm import Mapper


    @event.listens_for(Mapper, "before_insert")
    def stamp(mapping, connection, target): ...
    ```
    """

    code = "MIG510"
    name = "sa2-mapper-of-an-event"
    names = ("sqlalchemy.orm.mapper",)
    default = False
    docs = "https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#migration-orm-usage"
    since = "1.4"

    def visit_Call(self, node: cst.Call) -> None:
        if not node.args or not self.means(node.func, *(f"sqlalchemy.event.{name}" for name in _LISTENERS)):
            return
        target = node.args[0].value
        if not self.means(target, "sqlalchemy.orm.mapper"):
            return
        if isinstance(target, cst.Attribute):
            self.report(target, replace=target.with_changes(attr=cst.Name("Mapper")))
        else:
            self.report(target, replace=self.spelled("sqlalchemy.orm.Mapper"))
