"""Keys of a configuration: what they are called now, and what there is instead of those that are gone."""

from __future__ import annotations

from platform_lint.api import Rule, cst

from ._models import EXTRA, assigned, is_model, named

RENAMED = {
    "allow_population_by_field_name": "populate_by_name",
    "anystr_lower": "str_to_lower",
    "anystr_strip_whitespace": "str_strip_whitespace",
    "anystr_upper": "str_to_upper",
    "keep_untouched": "ignored_types",
    "max_anystr_length": "str_max_length",
    "min_anystr_length": "str_min_length",
    "orm_mode": "from_attributes",
    "schema_extra": "json_schema_extra",
    "validate_all": "validate_default",
}
#: Pydantic 2 does without being told, or in its own way, what these asked for.
NEEDLESS = frozenset({"smart_union", "underscore_attrs_are_private", "post_init_call"})
KEPT = frozenset({
    "title", "str_to_lower", "str_to_upper", "str_strip_whitespace", "str_min_length", "str_max_length", "extra", "frozen",
    "populate_by_name", "use_enum_values", "validate_assignment", "arbitrary_types_allowed", "from_attributes",
    "loc_by_alias", "alias_generator", "ignored_types", "allow_inf_nan", "json_schema_extra", "json_encoders", "strict",
    "revalidate_instances", "ser_json_timedelta", "ser_json_bytes", "validate_default", "validate_return",
    "protected_namespaces", "hide_input_in_errors", "defer_build", "plugin_settings", "schema_generator",
    "coerce_numbers_to_str", "regex_engine", "validation_error_cause", "use_attribute_docstrings", "cache_strings",
})  # fmt: skip
SETTINGS = frozenset({
    "case_sensitive", "env_prefix", "env_file", "env_file_encoding", "env_nested_delimiter", "secrets_dir",
    "env_ignore_empty", "env_parse_none_str", "cli_parse_args", "yaml_file", "toml_file", "json_file",
})  # fmt: skip
#: What was only there to make JSON faster: pydantic 2 reads and writes it itself.
JSON = frozenset({"json_loads", "json_dumps"})
GONE = {
    "copy_on_model_validation": "pydantic 2 copies no models; `revalidate_instances` validates them anew",
    "error_msg_templates": "change the messages of `errors()` where they are shown",
    "fields": "say it in the `Field(...)` of each field",
    "getter_dict": "write a `model_validator(mode=\"before\")` that reads the object",
    "json_dumps": "pydantic 2 writes JSON itself: delete it, or override `model_dump_json`",
    "json_loads": "pydantic 2 reads JSON itself: delete it, or load before `model_validate`",
}


class Key:
    """What becomes of one key: its *name* and the text of its *value*; no name where it is to go. *why* it cannot."""

    def __init__(self, name: str, value: str = "", why: str = "", doubt: str = "") -> None:
        self.name = name
        self.value = value
        self.why = why
        #: What speaks against trusting it.
        self.doubt = doubt


def key(rule: Rule, name: str, value: cst.BaseExpression, settings: bool) -> Key:
    """What pydantic 2 wants in place of the key *name* with *value*, in a settings class or another model."""
    code = rule.source_of(value)
    if name == "allow_mutation":
        if named(value, "True"):
            return Key("")
        return Key("frozen", "True" if named(value, "False") else f"not ({code})")
    if name == "copy_on_model_validation" and rule.literal(value) in ("none", "shallow", True, False):
        return Key("")
    if name in JSON:
        return Key("", doubt="pydantic 2 reads and writes JSON itself")
    if name in NEEDLESS:
        return Key("")
    if name in GONE:
        return Key(name, why=f"`{name}` is gone: {GONE[name]}")
    if name == "extra":
        code = extra(rule, value) or code
    if name in KEPT or name in RENAMED or (settings and name in SETTINGS):
        return Key(RENAMED.get(name, name), code)
    return Key(name, why=f"`{name}` is no key of pydantic's: keep it in a `ClassVar` of the model")


def extra(rule: Rule, node: cst.BaseExpression) -> str:
    """The text literal that ``Extra.forbid`` stands for, ``""`` for anything else."""
    for name in rule.qualified_names(node):
        owner, _, member = name.rpartition(".")
        if owner in EXTRA and member in ("allow", "forbid", "ignore"):
            return f'"{member}"'
    return ""


def model_of(rule: Rule, node: cst.CSTNode | None) -> cst.ClassDef | None:
    """The model whose ``Config`` class *node* is; None for anything else."""
    if not isinstance(node, cst.ClassDef) or node.name.value != "Config":
        return None
    model = rule.enclosing_class(node)
    block = rule.parent(node)
    return model if block is not None and rule.parent(block) is model and is_model(rule, model) else None


def configures(rule: Rule, node: cst.BaseExpression) -> bool:
    """Whether *node* is what a model's ``extra`` is set to, in its ``Config`` or as a keyword of the class."""
    outer = rule.parent(node)
    if isinstance(outer, cst.Arg):
        model = rule.parent(outer)
        of_class = isinstance(model, cst.ClassDef) and outer.keyword is not None and outer.keyword.value == "extra"
        return of_class and is_model(rule, model)
    if isinstance(outer, cst.Assign | cst.AnnAssign) and assigned(outer)[0] == "extra":
        return model_of(rule, rule.enclosing_class(node)) is not None
    return False
