"""Tools for those who write rules: proving, trying, explaining and documenting them."""
