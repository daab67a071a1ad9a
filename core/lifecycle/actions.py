"""What can be done with a record: one declaration from which buttons, API, reasons and generated diagrams come.

    @action(Case, "screen_in", label=_("Nhận vào đánh giá"), form=ScreenIn, guards=[duplicates_resolved])
    def screen_in(case, act):
        \"\"\"What follows, in the same transaction.\"\"\"

The transition itself is the method of the same name in `<app>/states/`; who may take it stands in `<app>/access.py`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.db import models

from core.access.actor import Actor
from core.audit.models import Event
from core.errors import Reason


@dataclass
class Act:
    """One taking of an action. `data` is what the form gave (cleaned), empty while one only asks what is possible;
    `forerunners` are the events of what it brought about in `prepare`, before its own event."""

    by: Actor
    action: str
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)
    effective_at: datetime | None = None
    acting_for: UUID | None = None
    note: str = ""
    reason: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    event: Event | None = None
    cause: Event | None = None
    asking: bool = False
    source: str = ""
    forerunners: list[Event] = field(default_factory=list)


Guard = Callable[[Any, Act], Iterable[Reason]]
Effect = Callable[[Any, Act], None]


class ActionForm(forms.Form):
    """What an action asks for; the same class reads the web form and the API's JSON. `record` is the locked row."""

    def __init__(self, *args: Any, record: Any = None, by: Actor | None = None, **kwargs: Any):
        self.record, self.by = record, by
        super().__init__(*args, **kwargs)


@dataclass(frozen=True)
class Action:
    """See `action()` for the parameters."""

    model: type[models.Model]
    name: str
    label: Any
    effect: Effect
    form: type[ActionForm] | None = None
    guards: tuple[Guard, ...] = ()
    separation: tuple[Guard, ...] = ()
    creates: bool = False
    confirm_by: str = ""
    confirm_unit: Callable[[Any, dict[str, Any]], Any] | None = None
    internal: bool = False
    tone: str = ""
    hint: Any = ""
    order: int = 50
    notify: Callable[[Any, Act], Iterable[UUID]] | None = None
    states: frozenset[str] = frozenset()
    parent: type[models.Model] | None = None
    prepare: Effect | None = None
    fresh: bool = False

    @property
    def two_person(self) -> bool:
        return bool(self.confirm_by)


_registry: dict[str, dict[str, Action]] = {}


def action(model: type[models.Model], name: str, **options: Any) -> Callable[[Effect], Effect]:
    """Declare an action of a lifecycle; the decorated function is its effect.

    label      what the button says (a verb)            form        what it asks for
    guards     reasons why not yet (409)                 separation  reasons why not by this person (403)
    creates    the record comes into being               confirm_by  the role that confirms a two-person action
    internal   only the clock or another transition      tone        "main", "stop" or ""
    order      lower stands first on the page            notify      whom the outbox tells
    prepare    what the transition itself needs from other tables (a number, a new person), made just before it
    parent     the record under which this one is made   states      where a command (no transition) may be given
    fresh      gives rights away: the second factor must have been shown a moment ago

    An action whose name is no transition of the model is a *command*: it changes or adds data (an edit, a log entry)
    by the same way in, with the same checks and its own event, but moves no state.
    """

    def register(effect: Effect) -> Effect:
        actions = _registry.setdefault(model._meta.label, {})
        if name in actions:
            raise ValueError(f"{model._meta.label}.{name} is declared twice")
        for key in ("guards", "separation"):
            options[key] = tuple(options.get(key, ()))
        options["states"] = frozenset(options.get("states", ()))
        actions[name] = Action(model=model, name=name, effect=effect, **options)
        return effect

    return register


def actions_of(model: type[models.Model]) -> dict[str, Action]:
    return _registry.get(model._meta.label, {})


def find(model: type[models.Model], name: str) -> Action:
    return _registry[model._meta.label][name]


def lifecycle_models() -> list[type[models.Model]]:
    """Every model that has actions, by label."""
    return [next(iter(_registry[label].values())).model for label in sorted(_registry)]
