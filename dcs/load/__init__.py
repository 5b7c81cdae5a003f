"""Reading files into tables, and saying what could not be read."""
