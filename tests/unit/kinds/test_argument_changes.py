"""Rules with ``args``: what they say of an argument that changes in two ways, and of one that has only a message."""

from __future__ import annotations

from engine import fixed, pack, sieved


def messages(text: str, table: str) -> list[str]:
    return [hit.message for hit in sieved(text, pack(f'[[rule]]\ncall = "corp.f"\n{table}\n'))]


def test_a_value_that_may_go_is_named_without_a_message_of_the_rule() -> None:
    assert messages("import corp\ncorp.f(ack=True)\n", 'args.ack = { remove_if = "True" }') == [
        "`corp.f`: leave `ack=True` out"
    ]


def test_an_argument_by_position_is_renamed_only_with_its_value() -> None:
    text = "import corp\ncorp.f(wait)\n"
    head = '[[rule]]\nmessage = "m"\ncall = "corp.f"\nsignature = "(timeout_ms)"\n'
    name = pack(head + 'args.timeout_ms = { rename = "timeout" }\n')
    both = pack(head + 'args.timeout_ms = { rename = "timeout", value = "$V / 1000" }\n')
    assert sieved(text, name) == []
    assert fixed(text, both) == "import corp\ncorp.f(timeout=wait / 1000)\n"


def test_a_value_is_known_by_any_name_beside_arguments_that_need_none() -> None:
    table = (
        'message = "m"\nsignature = "(mode, limit)"\n'
        'args.mode = { forbid = ["corp.modes.FAST"] }\nargs.limit = { forbid = ["0"] }'
    )
    text = "import corp\nfrom corp.modes import FAST as mode\ncorp.f(mode=mode)\ncorp.f(mode=mode.x)\n"
    assert messages(text, table) == ["m"]
