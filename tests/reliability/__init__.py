"""What it takes long to prove: run by make targets, not collected by pytest."""
