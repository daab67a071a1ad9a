"""Reads the hand-typed reference of the state machines (see README.md beside this file)."""

import csv
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
MACHINES = (
    "case",
    "plan",
    "referral",
    "assessment",
    "goal",
    "person",
    "inspection",
    "incident",
    "licence",
    "application",
)
ROLES = frozenset(
    {
        "intake_officer",
        "social_worker",
        "supervisor",
        "facility_manager",
        "licensing_officer",
        "deciding_head",
        "commune_chair",
        "data_steward",
        "system",
    }
)
COLUMNS = ["transition", "source", "target", "actor", "guard", "effect", "issue", "proposal"]
ISSUES = frozenset({"2", "3", "later"})
NOW = ("2", "3")  # what must exist


@dataclass(frozen=True)
class Row:
    """One move of one machine. `proposal` is (proposer, confirmer) or None."""

    transition: str
    source: str
    target: str
    actors: frozenset[str]
    guard: str
    effect: str
    issue: str
    proposal: tuple[str, str] | None

    @property
    def edge(self) -> tuple[str, str, str]:
        return self.transition, self.source, self.target

    @property
    def is_loop(self) -> bool:
        return self.source == self.target

    @property
    def prior_column(self) -> str | None:
        """The column that holds the target state, for rows that go back to where the record came from."""
        kind, _, column = self.target.partition(":")
        return column if kind == "prior" else None


@dataclass(frozen=True)
class Invariant:
    """A statement that holds after any walk; `tables` are record names, not database names."""

    id: str
    text: str
    tables: tuple[str, ...]


def _records(path: Path, columns: list[str]) -> list[dict[str, str]]:
    """Raises ValueError for another header, a short or long line, or spaces around a value."""
    with path.open(newline="", encoding="utf-8") as handle:
        lines = list(csv.reader(handle))
    if not lines or lines[0] != columns:
        raise ValueError(f"{path.name}: header must be {columns}")
    for number, line in enumerate(lines[1:], start=2):
        if len(line) != len(columns) or any(cell != cell.strip() for cell in line):
            raise ValueError(f"{path.name}:{number}: malformed line {line}")
    return [dict(zip(columns, line, strict=True)) for line in lines[1:]]


def _row(name: str, record: dict[str, str]) -> Row:
    actors = frozenset(record["actor"].split())
    pair = record["proposal"].split("/") if record["proposal"] else []
    where = f"{name}.csv {record['transition']} {record['source']}>{record['target']}"
    if not (record["transition"] and record["source"] and record["target"] and actors):
        raise ValueError(f"{where}: transition, source, target and actor must be given")
    if unknown := (actors | set(pair)) - ROLES:
        raise ValueError(f"{where}: unknown roles {sorted(unknown)}")
    if record["issue"] not in ISSUES:
        raise ValueError(f"{where}: unknown issue {record['issue']!r}")
    if pair and (len(pair) != 2 or pair[0] not in actors):
        raise ValueError(f"{where}: proposal must be proposer/confirmer and the proposer an actor")
    return Row(
        transition=record["transition"],
        source=record["source"],
        target=record["target"],
        actors=actors,
        guard=record["guard"],
        effect=record["effect"],
        issue=record["issue"],
        proposal=(pair[0], pair[1]) if pair else None,
    )


def rows(name: str) -> list[Row]:
    """All moves of one of MACHINES in file order. Raises ValueError when the name or the file is not well formed."""
    if name not in MACHINES:
        raise ValueError(f"unknown machine {name!r}, expected one of {MACHINES}")
    found = [_row(name, record) for record in _records(FOLDER / f"{name}.csv", COLUMNS)]
    if len({row.edge for row in found}) != len(found):
        raise ValueError(f"{name}.csv: a (transition, source, target) is written twice")
    return found


def edges(name: str, issue: str | None = "2") -> set[tuple[str, str, str]]:
    """The (transition, source, target) of one machine for one issue; None for all of them."""
    if issue is not None and issue not in ISSUES:
        raise ValueError(f"unknown issue {issue!r}")
    return {row.edge for row in rows(name) if issue is None or row.issue == issue}


def invariants() -> list[Invariant]:
    """The statements of the paragraph "Invariants"."""
    return [
        Invariant(record["id"], record["text"], tuple(record["tables"].split()))
        for record in _records(FOLDER / "invariants.csv", ["id", "text", "tables"])
    ]
