"""The order service: a small, ordinary service with a few old habits."""
