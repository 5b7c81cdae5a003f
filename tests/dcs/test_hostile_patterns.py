"""Patterns made to take for ever, or all memory: a process has some seconds and megabytes for all of them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

PATTERNS = [
    "(a+)+$",
    "(a|aa)+$",
    "(.*)*$",
    "(a*)*b",
    "([a-z]+)*[^a]$",
    "(x+x+)+y",
    "(.*)(.*)(.*)(.*)(.*)(.*)z",
    "^(?:a?){500}a{500}$",
    "[a-q][^u-z]{13}x",
    r"\p{L}{20}$",
    "((a{10}){10}){10}",
    "x" * 20_000,
]

SECONDS = 30
MEBIBYTES = 200

# The limits are set when everything is loaded, and are not for what was used before.
SCRIPT = f"""
import json, resource, sys
import dcs

texts = [*["a" * 30 + "!"] * 100, "a" * 3_000 + "!", "x" * 5_000, "é" * 1_000, "", None]
frame = dcs.table({{"t": texts}})

def uses(pattern):
    yield dcs.FilterRows(where={{"column": "t", "is": "matches", "text": pattern}})
    yield dcs.FilterRows(where={{"search": pattern, "regex": True}})
    yield dcs.ReplaceValues(columns=["t"], match="regex", replacements=[{{"find": pattern, "replace": "-"}}])
    yield dcs.ExtractText(column="t", pattern=f"({{pattern}})")
    yield dcs.SplitColumn(column="t", pattern=pattern, limit=3)

def attempt(pattern):
    for operation in uses(pattern):
        try:
            frame.pipe(operation)
        except dcs.InvalidExpressionError:
            pass

attempt("(a)b")
spent = resource.getrusage(resource.RUSAGE_SELF)
seconds = int(spent.ru_utime + spent.ru_stime) + {SECONDS}
resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
with open("/proc/self/statm") as file:
    data = int(file.read().split()[5]) * resource.getpagesize() + ({MEBIBYTES} << 20)
resource.setrlimit(resource.RLIMIT_DATA, (data, data))
for pattern in json.load(sys.stdin):
    attempt(pattern)
    print(pattern[:60], flush=True)
"""


def within_limits(script: str, patterns: list[str]) -> list[str]:
    """Return the patterns that a process could try before it was stopped."""
    command = [sys.executable, "-c", script]
    message = json.dumps(patterns)
    ran = subprocess.run(command, input=message, cwd=ROOT, capture_output=True, text=True, check=False)
    return ran.stdout.splitlines()


def test_hostile_patterns_cost_little() -> None:
    assert within_limits(SCRIPT, PATTERNS) == [pattern[:60] for pattern in PATTERNS]
