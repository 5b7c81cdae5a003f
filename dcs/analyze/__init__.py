"""Statistics of columns and the data of charts."""
