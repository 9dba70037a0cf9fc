from platform_lint.api import Rule, cst


class ForeignTopic(Rule):
    """`{topic}` belongs to another service: a topic begins with the name of the service that publishes it

    Who listens to `orders.*` must be able to rely on `orders` alone. No table can say this, as the name depends on the
    file.

    ```python bad path=billing/handlers.py
    from acme_platform import events

    events.publish("orders.billed", 1)  # hit
    events.publish(topic="orders.billed", payload=1)  # hit
    ```
    ```python ok path=orders/api.py
    from acme_platform import events

    events.publish("orders.placed", 1)
    events.publish(TOPIC, 1)
    ```
    """

    code = "ACM135"
    names = ("acme_platform.events.publish", "acme_platform.events.emit")
    owner = "team-platform"

    def visit_Call(self, node: cst.Call) -> None:
        if not self.means(node, *self.names):
            return
        given = {arg.keyword.value if arg.keyword else number: arg.value for number, arg in enumerate(node.args)}
        topic = self.literal(given.get("topic", given.get(0, node)))
        service = self.dotted_module.partition(".")[0]
        if isinstance(topic, str) and service and not topic.startswith(f"{service}."):
            self.report(node, at=given.get("topic", given.get(0)), values={"topic": topic})
