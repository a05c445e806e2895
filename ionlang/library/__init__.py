"""Files that `use NAME` reads: templates and numbers, each file under its own prefix."""
