"""What the simulation of lines of cells needs beside that of one cell."""
