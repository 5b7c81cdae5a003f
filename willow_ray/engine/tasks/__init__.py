"""The only remote functions: dcs on packs of Arrow chunks.

A task has no effect outside its return values, except to write a file that appears by one final rename;
so it may be killed at any moment. What dcs refuses comes back as `TaskRefusedError`.
"""

from willow_ray.engine.tasks.files import export, load, preview, read_segment, write_segment
from willow_ray.engine.tasks.looking import FacetPage, analyze, chart, facet, find, order, profile, reorder
from willow_ray.engine.tasks.operations import (
    StreamedPart,
    Written,
    apply,
    keep,
    learn,
    mask,
    reshape,
    select,
    take,
    transform,
)
from willow_ray.engine.tasks.refusing import TaskRefusedError
from willow_ray.engine.tasks.warming import warm_workers

__all__ = [
    "FacetPage",
    "StreamedPart",
    "TaskRefusedError",
    "Written",
    "analyze",
    "apply",
    "chart",
    "export",
    "facet",
    "find",
    "keep",
    "learn",
    "load",
    "mask",
    "order",
    "preview",
    "profile",
    "read_segment",
    "reorder",
    "reshape",
    "select",
    "take",
    "transform",
    "warm_workers",
    "write_segment",
]
