"""Many members of a study integrated at once, in arrays: each with its own time, step and error."""
