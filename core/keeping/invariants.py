"""What must hold of the stored data at any moment: each ONE question to the database, declared by whoever owns it.

    @invariant("closed_no_active_plan", _("Hồ sơ đã kết thúc không còn kế hoạch đang thực hiện"))
    def closed_no_active_plan() -> QuerySet:
        return ServicePlan.objects.filter(state="active", case__state="closed")

The question finds the rows that break it. Codes are those of tests/spec/invariants.csv where the sentence stands there.
A probe looks at rows one by one instead, for what only the keys outside the database can tell.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet


@dataclass(frozen=True)
class Invariant:
    """`broken()` gives the rows that break it; `of()` those that it speaks of, to say how many were looked at."""

    code: str
    says: Any
    broken: Callable[[], QuerySet[Any]]
    of: Callable[[], QuerySet[Any]]


@dataclass(frozen=True)
class Probe:
    """`look(limit)` yields (key, whether it holds) for at most `limit` rows, all of them when that is None."""

    code: str
    says: Any
    look: Callable[[int | None], Iterator[tuple[Any, bool]]]


_invariants: dict[str, Invariant] = {}
_probes: dict[str, Probe] = {}


def invariant(code: str, says: Any, of: Callable[[], QuerySet[Any]]) -> Callable[[Any], Any]:
    """Declare one; the decorated function is its question."""

    def register(broken: Callable[[], QuerySet[Any]]) -> Callable[[], QuerySet[Any]]:
        if code in _invariants:
            raise ValueError(f"the invariant {code} is declared twice")
        _invariants[code] = Invariant(code, says, broken, of)
        return broken

    return register


def probe(code: str, says: Any) -> Callable[[Any], Any]:
    """Declare a look at single rows."""

    def register(look: Callable[[int | None], Iterator[tuple[Any, bool]]]) -> Any:
        if code in _probes:
            raise ValueError(f"the probe {code} is declared twice")
        _probes[code] = Probe(code, says, look)
        return look

    return register


def all_invariants() -> list[Invariant]:
    return [_invariants[code] for code in sorted(_invariants)]


def all_probes() -> list[Probe]:
    return [_probes[code] for code in sorted(_probes)]
