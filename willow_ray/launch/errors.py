"""Why Willow could not be started, found or stopped."""

from __future__ import annotations


class LaunchError(Exception):
    """A reason that a person can act on, in one or two sentences; never shown with a traceback."""
