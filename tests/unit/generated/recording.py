"""Running a file against a stub library that writes down what is evaluated and what is called with what."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import TracebackType

#: What happened, in order.
Log = list[str]


class Thing:
    """What anything of the library gives that is no function of it: it shows where it is from."""

    def __init__(self, shown: str) -> None:
        self.__dict__["shown"] = shown

    def __getattr__(self, name: str) -> Thing:
        if name.startswith("__"):
            raise AttributeError(name)
        return Thing(f"{self.shown}.{name}")

    def __getitem__(self, key: object) -> Thing:
        return Thing(f"{self.shown}[{key!r}]")

    def __call__(self, *args: object, **kwargs: object) -> Thing:
        return Thing(f"{self.shown}({args}{kwargs})")

    def __repr__(self) -> str:
        return str(self.shown)

    def __enter__(self) -> Thing:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        return None


#: A function of the library: what it is called in the log, and what it makes of its arguments there.
Recorded = tuple[str, Callable[..., object]]


class Library:
    """*functions* by qualified name. Each says what it was called with in one value, whatever its version."""

    def __init__(self, functions: Mapping[str, Recorded]) -> None:
        self.functions = functions
        self.log: Log = []

    def recorded(self, name: str, function: Callable[..., object]) -> Callable[..., object]:
        def called(*args: object, **kwargs: object) -> object:
            try:
                said = function(*args, **kwargs)
            except TypeError as error:
                self.log.append(f"wrong call: {error}")
                raise
            self.log.append(f"{name} {shown(said)}")
            return Thing(f"{name} {shown(said)}")

        return called

    def module(self, dotted: str) -> object:
        """The module *dotted*: an attribute is one of the functions, a module below it, or a thing."""
        library = self

        class Module(Thing):
            def __getattr__(self, name: str) -> object:  # type: ignore[override]
                if name.startswith("__"):
                    raise AttributeError(name)
                inner = f"{dotted}.{name}"
                if inner in library.functions:
                    return library.recorded(*library.functions[inner])
                if any(known.startswith(f"{inner}.") for known in library.functions):
                    return library.module(inner)
                return Thing(inner)

        return Module(dotted)


def shown(value: object) -> str:
    """*value* as text that is the same in every run."""
    return re.sub(r"<(function|generator object) \S+ at 0x\w+>", "<code>", repr(value))


class Box:
    """Something that calls change."""

    v = 0


def run(text: str, functions: Mapping[str, Recorded]) -> Log:
    """What happens when *text* runs with a library of *functions*. Where it fails, that is the end of it."""
    library = Library(functions)
    log = library.log
    box = Box()

    def tick(number: object) -> object:
        log.append(f"tick {number!r}")
        return number

    def bump() -> int:
        log.append("bump")
        box.v += 1
        return box.v

    def note(*things: object) -> None:
        log.append(f"note {shown(things)}")

    def stub_import(name: str, *context: object) -> object:
        wanted = context[2] if len(context) > 2 else None
        return library.module(name if wanted else name.partition(".")[0])

    builtins = {
        "__import__": stub_import,
        "__build_class__": __build_class__,
        **{kind.__name__: kind for kind in (ImportError, ValueError, object, int, str, dict, bool)},
    }
    space: dict[str, object] = {
        "__builtins__": builtins,
        "__name__": "program",
        "tick": tick,
        "bump": bump,
        "note": note,
        "box": box,
        "flag": True,
        "TYPE_CHECKING": False,
        "manager": Thing("manager"),
        "decorator": lambda _: lambda function: function,
        "Base": object,
        "x": 7,
        "y": 8,
        "xs": [9],
        "opts": {"retries": 4},
    }
    try:
        exec(compile(text, "<program>", "exec", dont_inherit=True), space)
    except Exception as error:
        log.append(f"{type(error).__name__}")
    return log
