"""The rules that come with platform-lint, by department."""
