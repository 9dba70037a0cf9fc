"""Databases and data: SQL with values pasted into it, sessions and connections that are left open, and what SQLAlchemy, NumPy, pandas and
redis-py left behind.

Of SQL only what stands behind a comparison is reported, where a bound parameter can stand: the name of a table cannot be bound. So what is reported
can be mended, and what cannot be mended is not reported. The rules about SQLAlchemy 2 and NumPy 2 write what already runs on
1.4 and on NumPy 1, so a project can change before it upgrades.

Opt-in, by code or name in `extend-select`, is what looks at any object with such a method, and so at every project:
`value-in-executed-sql` with its fix for `%`, `sql-percent-instead-of-comma`, `value-in-django-raw-sql`, `query-get`. A project that speaks to a database
should switch them on: `extend-select = ["LIB701", "LIB702"]`. So is what looks up the types of variables
(`engine-execute`, `execute-of-plain-text`, `pandas-frame-method`).
"""
