"""What services tell one another."""

#: What was published, in order; tests look here.
published: "list[tuple[str, object]]" = []


class Handler:
    """Is told of every event of its topic."""

    topic = ""

    def handle(self, event: object) -> None:
        """What to do about *event*."""
        raise NotImplementedError


def publish(topic: str, payload: object, retry: bool = True) -> None:
    """Tell everybody who listens to *topic*; try again if that fails and *retry* is set."""
    published.append((topic, payload))
    for handler in Handler.__subclasses__():
        if handler.topic == topic:
            handler().handle(payload)
