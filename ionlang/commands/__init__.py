"""The commands of the command line, one file each: its words (`add`) and what it does.

What a command does returns the exit code and raises ModelError, UsageError or NumericalFailure.
"""
