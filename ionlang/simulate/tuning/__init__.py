"""`tune`: parameters and start values solved for before anything else."""
