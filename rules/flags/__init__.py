"""Feature flags that have got their final value: every place that asks for one is folded to the value, and what that leaves dead is deleted.

A flag is meant to go when it has done its work, and hardly ever does: taking it out by hand means reading every condition that it is part of,
in all files, and the branch that is no longer run is just the one nobody remembers. These rules take the name of a flag and its value, and do what a careful
person would: conditions are decided, dead branches, functions, imports, constants and tests go, and what stays keeps its lines and comments.

LaunchDarkly, Unleash, OpenFeature, django-waffle and Open edX toggles are known. A flag client of your own is described in
four lines, as in `[[rule.client]]`, `call = "corp.flags.is_on"`, `signature = "(name, default=False)"`, `key = "name"`. Names of flags in templates and configuration
files are not seen; run the last rule, `stale-flag-still-named`, to see what Python still spells the name.
"""
