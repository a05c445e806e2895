"""Closed forms of rest in numbers, beside the rest that was found."""
