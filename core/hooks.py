"""How a lower app asks an upper one without importing it: named questions, answered by whoever provides.

    casework:   reasons = hooks.ask("case.blockers", case)
    referrals:  @hooks.provide("case.blockers")
                def open_referrals(case): yield Reason(...)

Questions asked: `case.blockers` (case) what keeps it from closing; `plan.agreed` (plan, act) what follows an agreed
plan; `describe.<Model label>` (ids) how to show records in lists of lower apps; `authority.blockers` (facility) why its
authority is not set by hand; `licence.residents` (facility) numbers of residents who have no bed of the register;
`licence.stopped` (licence, act) and `authority.changed` (facility, act) tell whoever has the stays; `network.unmet` ()
(commune, client group, people) who wait for a provider; `demo.places` (place, dice, since) and `demo.cast` (moves,
start, now) what else the demo has: units and people, [(when, story)]; `occupancy.lapsed` (refs) tells whose holds of
beds are over; `document.kept` (document) why a paper cannot be withdrawn.
"""

from collections.abc import Callable, Iterable
from typing import Any

_providers: dict[str, list[Callable[..., Iterable[Any] | None]]] = {}


def provide(question: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        _providers.setdefault(question, []).append(function)
        return function

    return register


def ask(question: str, *args: Any) -> list[Any]:
    """All answers in one list; empty when nobody provides."""
    return [item for provider in _providers.get(question, []) for item in (provider(*args) or ())]
