"""One scenario on finer and finer grids: whether what it measures depends on the number of copies."""
