"""Start, find and stop Willow on a Ray cluster: what the commands of `willow` do."""
