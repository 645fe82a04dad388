"""The book as a value: pure functions from source bytes to finished pages and located problems.

Nothing in this package reads a file, a clock, the environment or a log, and nothing here knows a
host. `pipeline.py` tells the whole story in one screen.
"""
