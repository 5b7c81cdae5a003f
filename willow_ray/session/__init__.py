"""A session: its state machine, the actor around it, and how others reach it."""
