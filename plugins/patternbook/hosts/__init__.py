"""The programs that turn finished pages into a site. They see the book as files and nothing else."""
