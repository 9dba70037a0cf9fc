"""From pydantic 1.10 to pydantic 2: methods of models, `Config`, `Field`, validators, settings, generics, custom roots, constrained types,
and everything that was moved or is gone.

What is written runs on pydantic 2 and is what its migration guide asks for. A place that is recognised and has no sure counterpart is left as it
is and reported with what to do: a validator that asks for `field`, a `Config` with a key that pydantic 2 does not know, an override of `dict` that
does not take what is passed. Types are followed through the project, so `.dict()` is renamed on models and on nothing else.

The output of `model_dump_json()` has no spaces behind commas and colons, validation is stricter in places (an `int` is no `str` any more), and errors have
other texts: no rule can see whether a program depends on that. Run the tests with `-W error::pydantic.PydanticDeprecatedSince20` afterwards.
"""
