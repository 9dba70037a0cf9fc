"""What services tell one another."""

from acme_platform.deprecation import replaced_by

#: What was emitted, in order; tests look here.
emitted: "list[tuple[str, object]]" = []


class Handler:
    """Is told of every event of its topic."""

    topic = ""

    def handle(self, event: object) -> None:
        """What to do about *event*."""
        raise NotImplementedError


def emit(topic: str, payload: object) -> None:
    """Tell everybody who listens to *topic*; what fails is tried again."""
    emitted.append((topic, payload))
    for handler in Handler.__subclasses__():
        if handler.topic == topic:
            handler().handle(payload)


@replaced_by("acme_platform.events.emit")
def publish(topic: str, payload: object, retry: bool = True) -> None:
    """What it was called, when trying again could be switched off."""
    emit(topic, payload)
