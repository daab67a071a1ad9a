"""What processes use, read from /proc (proc(5)): CPU time and memory of process trees."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


@dataclass(frozen=True)
class Stat:
    """Seconds of CPU of one process, and of its children that have ended and been waited for."""

    pid: int
    parent: int
    own: float
    ended: float


def stat(pid: int) -> Stat | None:
    try:
        text = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The name stands in brackets and may hold anything, brackets too.
    fields = text[text.rindex(")") + 2 :].split()
    user, system, ended_user, ended_system = (int(fields[place]) / TICKS for place in (11, 12, 13, 14))
    return Stat(pid, int(fields[1]), user + system, ended_user + ended_system)


def tree(root: int) -> list[Stat]:
    """The process and all below it."""
    every = [found for path in PROC.iterdir() if path.name.isdigit() and (found := stat(int(path.name)))]
    known, grown = {root}, True
    while grown:
        below = {each.pid for each in every if each.parent in known}
        grown = not below <= known
        known |= below
    return [each for each in every if each.pid in known]


def cpu(root: int) -> float:
    """Seconds of CPU that the process, its descendants and those of them that have ended used so far."""
    return sum(each.own + each.ended for each in tree(root))


def memory(root: int) -> tuple[float, float]:
    """MB resident and MB proportional (shared pages divided among those who share them) of the whole tree."""
    resident = proportional = 0
    for each in tree(root):
        try:
            text = (PROC / str(each.pid) / "smaps_rollup").read_text(encoding="utf-8")
        except OSError:
            continue
        for line in text.splitlines():
            if line.startswith("Rss:"):
                resident += int(line.split()[1])
            elif line.startswith("Pss:"):
                proportional += int(line.split()[1])
    return resident / 1024, proportional / 1024
