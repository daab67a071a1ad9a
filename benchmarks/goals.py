"""The promises of performance and the table that says how each was kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Promise:
    """`value` is a key of the figures; it is kept when it is at most (`most`) or at least what must and goal say."""

    code: str
    what: str
    value: str
    must: float
    goal: float
    unit: str = "×"
    most: bool = True

    def verdict(self, measured: float) -> str:
        def within(limit: float) -> bool:
            return measured <= limit if self.most else measured >= limit

        return "goal" if within(self.goal) else "must" if within(self.must) else "MISSED"

    def said(self, number: float) -> str:
        sign = "≤" if self.most else "≥"
        return f"{sign} {shown(number)} {self.unit}"


PROMISES = (
    Promise("P3", "bare transition tps ÷ ours", "transition.ratio", 30, 12),
    Promise("P4", "HTML caseload page ÷ API's of 50 rows, CPU", "html.ratio", 2, 2),
    Promise("P5", "bare page tps ÷ ours", "page.ratio", 40, 15),
    Promise("P6", "worst list or record at the large size ÷ small, p50", "sizes.worst", 1.2, 1.1),
    Promise("P6", "the same, buffers of the database", "sizes.buffers", 1.5, 1.2),
    Promise("P7", "page 1,000 ÷ page 1, API", "depth.api", 1.2, 1.2),
    Promise("P7", "page 1,000 ÷ page 1, HTML", "depth.html", 1.2, 1.2),
    Promise("P7", "statements with OFFSET, or a COUNT that grows with the data", "plans.growing", 0, 0, ""),
    Promise("P8", "search tps ÷ bare search tps", "search.ratio", 0.8, 1, "×", most=False),
    Promise("P8", "search, p95 alone", "search.p95", 60, 60, "ms"),
    Promise("P11", "CPU of a transition", "transition.cpu", 8, 4, "ms"),
    Promise("P11", "CPU of a caseload page (API)", "page.cpu", 8, 3, "ms"),
    Promise("P11", "statements of a transition", "transition.statements", 16, 10, ""),
    Promise("P11", "statements of a caseload page (API)", "page.statements", 8, 5, ""),
    Promise("P12", "SQLite, ten users: errors", "sqlite.errors", 0, 0, ""),
    Promise("P12", "SQLite, ten users: p95", "sqlite.p95", 300, 100, "ms"),
    Promise("P13", "duplicate check at intake, p95 alone", "duplicates.p95", 100, 30, "ms"),
    Promise("P14", "loading the province", "loading.minutes", 20, 8, "min"),
)


def shown(number: float) -> str:
    return f"{number:,.0f}" if number == round(number) or number >= 100 else f"{number:.3g}"


def found(figures: dict[str, Any], path: str) -> float | None:
    """The figure at a dotted path; None where it was not measured."""
    at: Any = figures
    for name in path.split("."):
        at = at.get(name) if isinstance(at, dict) else None
    return None if at is None else float(at)


def table(figures: dict[str, Any]) -> list[tuple[str, ...]]:
    rows = []
    for promise in PROMISES:
        measured = found(figures, promise.value)
        told = "not measured" if measured is None else f"{shown(measured)} {promise.unit}".strip()
        verdict = "" if measured is None else promise.verdict(measured)
        rows.append((promise.code, promise.what, promise.said(promise.must), promise.said(promise.goal), told, verdict))
    return [tuple(cell.strip() for cell in row) for row in rows]


HEAD = ("#", "what", "must", "goal", "measured", "verdict")


def markdown(figures: dict[str, Any]) -> str:
    lines = [HEAD, tuple("---" for _name in HEAD), *table(figures)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def plain(figures: dict[str, Any]) -> str:
    lines = [HEAD, *table(figures)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(HEAD))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def missed(figures: dict[str, Any]) -> list[str]:
    return [f"{row[0]} {row[1]}: {row[4]}" for row in table(figures) if row[5] == "MISSED"]
