"""Willow on Ray: clean and explore whole large tables in the browser."""

__version__ = "0.1.0"
