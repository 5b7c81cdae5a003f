"""Writing tables to files."""
