"""From SQLAlchemy 1.4 to 2.0: what 1.4 warned of under `SQLALCHEMY_WARN_20=1`, and what changes without a warning.

`select([a, b])`, `case([...])`, strings as SQL, names of relationships in `join` and `joinedload`, `Query.get`, methods of engines, rows as dicts: where the
right code is known it is written, in a form that 1.4 takes as well. So most of the migration can be merged while 1.4 is still installed, and the version
changes last. What hangs on things the code does not show is reported with what to do.

The change that loses data is looked for especially. SQLAlchemy 2.0 never commits by itself: what `with engine.connect() as connection:` wrote is gone at the
end of the block. Such blocks become `engine.begin()`, and `engine.execute(...)` that stands by itself gets a block of its own. Both are unsafe fixes, to be read in review.

Engines, connections, sessions and queries are found by their types: what `create_engine`, `connect`, `sessionmaker` give, and annotations. Where there is no type, a name such
as `engine`, `self.session` or `db.session` is believed only in fixes that are unsafe.
"""
