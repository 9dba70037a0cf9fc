"""What the rows of tables are."""


class Model:
    """A row: attributes by name."""

    def __init__(self, **values: object) -> None:
        self.__dict__.update(values)
