"""Running migrations: which rules, over which files, what changes, and what is left for people."""
