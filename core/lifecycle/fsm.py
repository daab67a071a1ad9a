"""The ground of every record with a lifecycle: django-fsm's field without its mixins (pitfalls P1-P3 of stack.md)."""

import keyword
from collections.abc import Callable
from typing import Any, ClassVar

from django.db import models
from django_fsm import FSMFieldMixin

from core.clock.parameters import Term, term
from core.records import Record

NEW = "new"


class Lifecycle(Record):
    """A record whose `state` only `perform()` moves.

    `CLOCKS` maps a state to the parameter that gives its deadline, in `PAUSES` the clock stands still, among the states
    of `SAME_CLOCK` one clock runs on.
    """

    CLOCKS: ClassVar[dict[str, str]] = {}
    PAUSES: ClassVar[frozenset[str]] = frozenset()
    SAME_CLOCK: ClassVar[frozenset[str]] = frozenset()
    TERMINAL: ClassVar[frozenset[str]] = frozenset()

    state: Any

    class Meta:
        abstract = True

    def refresh_from_db(self, using: Any = None, fields: Any = None, from_queryset: Any = None) -> None:
        # django-fsm refuses to set a protected field that is already there, so it must be absent while the row loads;
        # its own mixin flips the protection off on the class, for all threads, and may leave it off (P1).
        names = [f.name for f in self._meta.concrete_fields if isinstance(f, FSMFieldMixin) and f.protected]
        kept = {n: self.__dict__.pop(n) for n in names if n in self.__dict__ and (fields is None or n in fields)}
        try:
            super().refresh_from_db(using=using, fields=fields, from_queryset=from_queryset)
        except BaseException:
            self.__dict__.update(kept)
            raise

    def term_of_state(self, state: str) -> Term | None:
        """How long the record may stay in the state; None where nothing is due."""
        return term(self.CLOCKS[state]) if state in self.CLOCKS else None

    def keeps_clock(self, running: str) -> bool:
        """Whether the clock of the state `running` is the one that a pause of this record keeps."""
        return True


def because(code: str, text: Any, fix: str = "") -> Callable[[Callable[[Any], bool]], Callable[[Any], bool]]:
    """Give a condition on the own row the sentence that is shown while it does not hold; `fix` is the tab or page
    fragment where it is mended."""

    def mark(condition: Callable[[Any], bool]) -> Callable[[Any], bool]:
        condition.reason = (code, text, fix)  # type: ignore[attr-defined]
        return condition

    return mark


def method_of(name: str) -> str:
    """The method of an action; one whose name Python keeps for itself ("return") ends in an underscore."""
    return f"{name}_" if keyword.iskeyword(name) else name


def state_field(model: type[models.Model]) -> Any:
    return model._meta.get_field("state")


def edges(model: type[models.Model]) -> list[tuple[str, str, str]]:
    """Every (transition, source, target) of the model, targets of dynamic transitions spelled out."""
    found = []
    for transition in state_field(model).get_all_transitions(model):
        target = transition.target
        targets = getattr(target, "allowed_states", None) or [target]
        for one in targets:
            found.append(
                (
                    transition.name.rstrip("_"),
                    str(transition.source),
                    str(one if one is not None else transition.source),
                )
            )
    return sorted(set(found))
