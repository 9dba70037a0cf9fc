"""What every service of Acme stands on: a clock, HTTP, settings, a database and events."""
