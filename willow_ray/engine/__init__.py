"""Runs dcs operations as Ray tasks over immutable column chunks."""
