"""A lifecycle of nothing, on which the engine is tried step by step without a database."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django import forms
from django.db import models
from django.test.utils import isolate_apps
from django.utils import timezone
from django_fsm import FSMField, transition

from core.access.actor import SYSTEM
from core.audit import chain
from core.errors import Reason
from core.lifecycle import actions, fsm
from core.lifecycle.actions import Act, Action, ActionForm

NOW = timezone.now()
BEFORE = NOW - timedelta(days=1)
NO, NOT_YET = Reason("no", "Không."), Reason("not_yet", "Chưa.")


@fsm.because("locked", "Cửa khoá.", "cua")
def unlocked(door):
    return not door.is_locked


def unlocked_without_words(door):
    return not door.is_locked


class Doors(fsm.Lifecycle):
    state = FSMField(default=fsm.NEW, choices=[("open", "đang mở"), ("shut", "đã đóng")], protected=True)
    number = models.CharField(max_length=9, blank=True)
    is_locked = False

    class Meta:
        abstract = True
        app_label = "core"

    @transition(field=state, source=fsm.NEW, target="open")
    def hang(self, act):
        self.hung_with = act

    @transition(field=state, source="open", target="shut", conditions=[unlocked])
    def shut(self, act):
        self.shut_by = act.by

    @transition(field=state, source="shut", target="open", conditions=[unlocked_without_words])
    def return_(self, act):
        """Opens again."""

    @transition(field=state, source=[fsm.NEW, "shut"], target="shut")
    def both(self, act):
        """Makes one, or does something to one that is there."""

    def save(self, **given):
        self.log.append(("save", given, self.version))


@pytest.fixture
def door(monkeypatch):
    """The class; `log` of a row keeps what was done in which order."""
    with isolate_apps("core"):

        class Door(Doors):
            class Meta:
                app_label = "core"

            def __str__(self):
                return self.number

        monkeypatch.setattr(actions, "_registry", {})
        yield Door


@pytest.fixture
def recorded(monkeypatch):
    """The events, in place of the chain."""
    made = []

    def record(verb, subject, by, **columns):
        event = SimpleNamespace(id=uuid4(), verb=verb, subject=subject, by=by, cause_id=None, columns=columns)
        made.append(event)
        subject.log.append("event")
        return event

    monkeypatch.setattr(chain, "record", record)
    return made


def stored(door, state="open", **more):
    row = door(id=uuid4(), state=state, version=3, **more)
    row._state.adding, row.log = False, []
    return row


def noted(record, act):
    record.log.append(("effect", act))


def spec(door, name, **options):
    return Action(model=door, name=name, label=name, effect=options.pop("effect", noted), **options)


def act(name="shut", **more):
    return Act(by=more.pop("by", SYSTEM), action=name, at=NOW, **more)


class Form(ActionForm):
    note = forms.CharField(required=False)
    reason = forms.CharField(required=False)
    effective_at = forms.DateTimeField(required=False)
    paper = forms.FileField(required=False)
    must = forms.CharField(error_messages={"required": "Cần có."})
