"""The classes of pydantic 1 for values that are constrained."""

#: What each stands for, by the end of its name.
KINDS = {"Str": "builtins.str", "Int": "builtins.int", "Float": "builtins.float", "Decimal": "decimal.Decimal",
         "Date": "datetime.date", "Bytes": "builtins.bytes", "List": "builtins.list", "Set": "builtins.set",
         "FrozenSet": "builtins.frozenset"}  # fmt: skip
#: The end of its name, by the qualified name.
CLASSES = {f"pydantic.{module}Constrained{kind}": kind for module in ("", "types.") for kind in KINDS}
