"""Remembers what was counted, up to a number of bytes; the least recently used is forgotten first."""

from __future__ import annotations

import json
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Hashable


class Results:
    """JSON results by what they were made from; those that would fill it alone are not kept."""

    def __init__(self, *, bytes_kept: int) -> None:
        self._bytes_kept = bytes_kept
        self._bytes = 0
        self._known: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()

    def __contains__(self, key: Hashable) -> bool:
        return key in self._known

    def __getitem__(self, key: Hashable) -> Any:
        self._known.move_to_end(key)
        return self._known[key][0]

    def __setitem__(self, key: Hashable, result: Any) -> None:
        size = len(json.dumps(result))
        if size > self._bytes_kept:
            return
        if key in self._known:
            self._bytes -= self._known.pop(key)[1]
        self._known[key] = (result, size)
        self._bytes += size
        while self._bytes > self._bytes_kept:
            _, (_, freed) = self._known.popitem(last=False)
            self._bytes -= freed
