"""The only remote functions: dcs on packs of Arrow chunks.

A task has no effect outside its return values, except to write a file that appears by one final rename;
so it may be killed at any moment. What dcs refuses comes back as `TaskRefusedError`.
"""

from willow_ray.engine.tasks.files import export, load, preview, read_segment, write_segment
from willow_ray.engine.tasks.looking import (
    FacetPage,
    analyze,
    chart,
    count,
    facet,
    find,
    order,
    profile,
    reorder,
)
from willow_ray.engine.tasks.operations import (
    DoneAtOnce,
    StreamedPart,
    Written,
    apply,
    at_once,
    keep,
    learn,
    mask,
    reshape,
    reshape_by_modin,
    select,
    take,
    transform,
)
from willow_ray.engine.tasks.refusing import TaskRefusedError
from willow_ray.engine.tasks.warming import touch_memory, warm_workers

__all__ = [
    "DoneAtOnce",
    "FacetPage",
    "StreamedPart",
    "TaskRefusedError",
    "Written",
    "analyze",
    "apply",
    "at_once",
    "chart",
    "count",
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
    "reshape_by_modin",
    "select",
    "take",
    "touch_memory",
    "transform",
    "warm_workers",
    "write_segment",
]
