"""Types of expressions: what a receiver is an instance of, as far as the code of the project says."""
