"""Fixes: hits in groups, plans of edits, their proof, and the rounds that apply them."""
