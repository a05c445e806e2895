"""Where the free energy of a cell goes: its budget at a moment or over a stretch of a run, and how it is shown."""
