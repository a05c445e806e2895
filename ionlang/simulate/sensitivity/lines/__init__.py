"""How the rest of a line depends on the numbers of its file."""
