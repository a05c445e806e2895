"""Expressions of the text with their names looked up and their units checked."""
