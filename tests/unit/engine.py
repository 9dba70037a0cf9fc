"""The engine on short texts: rules from tables, the index, hits and fixes of a string."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from platform_lint.catalog import Catalog
from platform_lint.checking import Analysis, analyse
from platform_lint.fixes.fixing import FixResult, fix, offered
from platform_lint.hits import Hit
from platform_lint.index import Index, build, parse
from platform_lint.modules import ModuleView
from platform_lint.packs import parse_pack
from platform_lint.rule import Api, Name, Rule
from platform_lint.scopes import QualifiedName
from platform_lint.sieve import Look
from platform_lint.source import Source
from platform_lint.suppressions import read as read_suppressions


def rename_rules(table: Mapping[str, str], **options: object) -> list[Rule]:
    """One rule for each old name: TST100, TST101, …"""
    return [
        Rule(f"TST{100 + number}", f"rename-{number}", "rename", (Name(old, new, "", "", not new),), **options)  # type: ignore[arg-type]
        for number, (old, new) in enumerate(table.items())
    ]


def ban_rules(names: Iterable[str], **options: object) -> list[Rule]:
    """One rule for each banned name: TST200, TST201, …"""
    return [
        Rule(f"TST{200 + number}", f"ban-{number}", "ban", (Name(name, "", "", "", False),), **options)  # type: ignore[arg-type]
        for number, name in enumerate(names)
    ]


def catalog(
    renames: Mapping[str, str] | None = None,
    bans: Iterable[str] = (),
    exports: Mapping[str, Iterable[str]] | None = None,
    **options: object,
) -> Catalog:
    apis = [Api(module, exports=tuple(names)) for module, names in (exports or {}).items()]
    return Catalog([*rename_rules(renames or {}, **options), *ban_rules(bans, **options)], apis)


def pack(text: str) -> Catalog:
    """The rules of a pack file *text*; a rule that says no code and name gets some."""
    if 'code = "' not in text:
        text = text.replace("[[rule]]", '[[rule]]\ncode = "TST100"\nname = "the-rule"', 1)
    read = parse_pack(text, "pack.toml")
    return Catalog(read.rules, read.apis.values())


def table(*rules: str) -> Catalog:
    """The rules with these bodies, as TST100 (rule-0), TST101 (rule-1), …"""
    texts = [
        f'[[rule]]\ncode = "TST{100 + number}"\nname = "rule-{number}"\n{body}\n' for number, body in enumerate(rules)
    ]
    return pack("".join(texts))


def indexed(text: str, module: str = "", *, package: bool = False, words: Iterable[str] | None = None) -> Index:
    source = Source(text)
    return build(
        source,
        parse(source),
        module=tuple(module.split(".")) if module else None,
        package=package,
        words=None if words is None else frozenset(words),
    )


def spelled(index: Index) -> list[tuple[str, str]]:
    """What the file writes for each reference, and what that means; builtins left out."""
    return [
        (index.source.text[reference.start : reference.ends[-1]], ".".join(reference.qualified))
        for reference in index.references
        if reference.binding is not None
    ]


def complete(text: str, rules: Catalog, view: ModuleView | None = None) -> Analysis:
    """Everything there is to find in *text*, whatever the sieve would say."""
    look = Look()
    look.stars = True
    look.shapes = {rule.code for rule in rules.rules if rule.traces}
    dotted = [name.dotted for rule in rules.rules for name in rule.names if rule.verb == "rename"]
    look.strings = tuple(name for name in dotted if "." in name and "*" not in name and name in text)
    return analyse(Source(text), rules, look, view=view, complete=True)


def sieved(text: str, rules: Catalog, view: ModuleView | None = None) -> list[Hit]:
    """What is found in *text* by way of the sieve."""
    look = rules.sieve.look(text.encode("utf-8", "surrogatepass"), view)
    return [] if look is None else analyse(Source(text), rules, look, view=view).hits


def found(text: str, rules: Catalog, view: ModuleView | None = None) -> list[tuple[int, str]]:
    """(row, qualified name) of every hit, by way of the sieve."""
    source = Source(text)
    return [(source.row(hit.start), ".".join(hit.matched)) for hit in sieved(text, rules, view)]


def suppressed(source: Source, hit: Hit) -> bool:
    return read_suppressions(source.text).covers(source.position(hit.start).row, hit.rule.code)


def fix_result(text: str, rules: Catalog, view: ModuleView | None = None, *, unsafe: bool = False) -> FixResult:
    return fix(Source(text), rules, view=view, suppressed=suppressed, unsafe=unsafe)


def fixed(text: str, rules: Catalog, view: ModuleView | None = None) -> str:
    """*text* with its safe fixes; fixing again must change nothing."""
    result = fix_result(text, rules, view)
    again = fix_result(result.text, rules, view)
    assert again.text == result.text
    return result.text


def refusals(text: str, rules: Catalog, view: ModuleView | None = None) -> list[str]:
    """The reasons of the fixes that are only suggested, in reading order, each once."""
    fixes = offered(complete(text, rules, view))
    ordered = sorted(fixes, key=lambda hit: hit.start)
    return list(dict.fromkeys(fixes[hit].reason for hit in ordered if fixes[hit].safety == "suggest"))


def split(dotted: str) -> QualifiedName:
    return tuple(dotted.split("."))
