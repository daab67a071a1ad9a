"""Mass assignment (trust.md 5): a whole world is worked through while every action is also sent every column of its
model, of its parent and of people, marked so that one value that lands anywhere is found; and each of these fields is
refused by name where unknown fields are refused (the API)."""

import os
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction
from django.utils.datastructures import MultiValueDict

from core.accounts.enums import Role, UnitKind
from core.accounts.models import User
from core.errors import Invalid
from core.lifecycle import engine
from core.lifecycle.actions import Act, Action
from tests.architecture.reads import STAGES, stage_of
from tests.factories.accounts import UnitFactory, UserFactory
from tests.factories.world import build_world

pytestmark = pytest.mark.django_db
LONG = os.environ.get("DH_ATTACK") == "long"
TEXT, NUMBER = "zq-smuggled-zq", 77_031_977
MOMENT, DAY = datetime(1931, 7, 7, 7, 7, 7, tzinfo=UTC), date(1931, 7, 7)
# What no model has, yet a careless reader of requests may look for.
EXTRA = ("pk", "is_superuser", "is_staff", "role", "roles", "groups", "user_permissions", "actor", "by", "acting_for")
# Where what was sent is kept as it was sent: what a second person is asked, sealed, for the same form to read again.
KEPT = {"core_proposal"}


class Smuggler:
    def __init__(self) -> None:
        self.unit = UnitFactory(code="ZQ", name="Đơn vị mồi", kind=UnitKind.CENTRE)
        self.user = UserFactory(username="zq", full_name="Người mồi", duty=(Role.WORKER, self.unit))
        self.tried: set[str] = set()
        self.fields = 0
        self.unnamed: list[str] = []

    def value(self, column: Any) -> str:
        if isinstance(column, models.ForeignKey):
            target = column.related_model
            return str(self.user.pk if target is User else self.unit.pk)
        if isinstance(column, models.UUIDField):
            return str(self.user.pk)
        if isinstance(column, models.DateTimeField):
            return MOMENT.isoformat()
        if isinstance(column, models.DateField):
            return DAY.isoformat()
        if isinstance(column, models.BooleanField):
            return "true"
        return str(NUMBER) if isinstance(column, models.IntegerField) else TEXT

    def junk(self, spec: Action, row: Any, act: Act) -> dict[str, str]:
        known = set(spec.form({}, None, record=row, by=act.by).fields) if spec.form else set()
        sent = dict.fromkeys(EXTRA, TEXT)
        for model in filter(None, (spec.model, spec.parent, User)):
            for column in model._meta.concrete_fields:
                sent[column.name] = sent[column.attname] = self.value(column)
        return {name: value for name, value in sent.items() if name not in known}

    def read(self, own: Any, spec: Action, row: Any, act: Act, data: Any, files: Any, strict: bool) -> None:
        """First as the API does, which must name each; then as a page does, which must not take one."""
        junk = self.junk(spec, row, act)
        laden = with_more(data, junk)
        try:
            own(spec, row, Act(by=act.by, action=act.action, at=act.at), laden, None, True)
            self.unnamed.append(f"{spec.model._meta.label}.{spec.name}: taken")
        except Invalid as refused:
            missing = set(junk) - set(refused.errors)
            if missing:
                self.unnamed.append(f"{spec.model._meta.label}.{spec.name}: {sorted(missing)}")
        self.tried.add(f"{spec.model._meta.label}.{spec.name}")
        self.fields += len(junk)
        own(spec, row, act, laden, files, False)


def with_more(data: Any, junk: dict[str, str]) -> Any:
    if isinstance(data, MultiValueDict):
        more = data.copy()
        for name, value in junk.items():
            more.setlist(name, [value])
        return more
    return {**(data or {}), **junk}


def landed(smuggler: Smuggler) -> list[str]:
    """Cells of the database that hold a marked value, sealed ones opened."""
    found = []
    for model in apps.get_models():
        if not model._meta.managed or model._meta.db_table in KEPT:
            continue
        for row in model._base_manager.all():
            mine = isinstance(row, models.Model) and str(row.pk) in (str(smuggler.unit.pk), str(smuggler.user.pk))
            for column in () if mine else model._meta.concrete_fields:
                if marked(getattr(row, column.attname), smuggler):
                    found.append(f"{model._meta.label}.{column.name}")
    return sorted(set(found))


def marked(value: Any, smuggler: Smuggler) -> bool:
    if isinstance(value, dict | list):
        return TEXT in str(value)
    if isinstance(value, str):
        return TEXT in value
    return value in (NUMBER, MOMENT, DAY, smuggler.unit.pk, smuggler.user.pk) and value is not True


@pytest.fixture(scope="module")
def worked(django_db_setup, django_db_blocker):
    """A world worked through at every stage, every action laden; and what a look at the whole database found."""
    patch = pytest.MonkeyPatch()
    own = engine.read_form
    with django_db_blocker.unblock(), transaction.atomic():
        smuggler = Smuggler()
        # The bait's own duty and group are its own.
        before = landed(smuggler)
        world = build_world()
        patch.setattr(engine, "read_form", lambda *args: smuggler.read(own, *args))
        for stage in STAGES if LONG else ("accepted", "closed"):
            stage_of(world, stage)
        powerful = User.objects.filter(is_superuser=True).count() + User.objects.filter(is_staff=True).count()
        yield smuggler, set(landed(smuggler)) - set(before), powerful
        transaction.set_rollback(True)
    patch.undo()


def test_the_world_was_really_worked_through(worked):
    smuggler, _found, _powerful = worked
    assert len(smuggler.tried) >= 35, sorted(smuggler.tried)
    assert smuggler.fields > 3_000


def test_no_marked_value_landed_anywhere(worked):
    _smuggler, found, powerful = worked
    assert found == set()
    assert powerful == 0


def test_where_unknown_fields_are_refused_each_is_named(worked):
    smuggler, _found, _powerful = worked
    assert smuggler.unnamed == []


def test_a_value_that_lands_is_found(worked):
    """The search must be able to fail."""
    smuggler, _found, _powerful = worked
    before = set(landed(smuggler))
    with transaction.atomic():
        UnitFactory(code="ZQ2", name=f"Đơn vị {TEXT}")
        assert "accounts.Unit.name" in set(landed(smuggler)) - before
        transaction.set_rollback(True)
