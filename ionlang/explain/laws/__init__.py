"""What each quantity of a cell is made of, as expressions with the file's own order of terms, by path."""
