"""Who is asking: the duties of the day, read anew; and shares of single records, which end."""

from dataclasses import FrozenInstanceError
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from casework.models import Case, Person
from casework.models.case import CaseGroupGrant, CaseUserGrant
from core.access import engine, grants
from core.access.actor import SYSTEM, Actor, Holding
from core.access.backend import GrantBackend
from core.access.scopes import anywhere, own_unit, where
from core.accounts.enums import Role, UnitKind
from core.accounts.models import RoleAssignment
from core.catalogue.models import ClientGroup
from core.errors import NotVisible
from core.worklist.models import Delegation
from tests.factories.accounts import UnitFactory, UserFactory
from tests.factories.places import communes

DAY = date(2026, 5, 20)


def day(days):
    return DAY + timedelta(days=days)


@pytest.fixture
def units(db):
    top = UnitFactory(code="A", name="Sở", kind=UnitKind.DEPARTMENT)
    below = UnitFactory(code="A1", name="Trung tâm", kind=UnitKind.COMMUNE, parent=top, commune=communes(1)[0])
    beside = UnitFactory(code="A2", name="Nơi khác", parent=top)
    return SimpleNamespace(top=top, below=below, beside=beside)


def assign(user, role, unit, start=-10, end=None):
    RoleAssignment.objects.create(
        user=user, role=role, unit=unit, valid_from=day(start), valid_to=None if end is None else day(end)
    )


def test_an_actor_holds_the_duties_of_the_day_in_a_fixed_order(units, django_assert_num_queries):
    user = UserFactory()
    assign(user, Role.WORKER, units.beside, end=0)
    assign(user, Role.WORKER, units.below)
    assign(user, Role.SUPERVISOR, units.below, start=0)
    assign(user, Role.LEADER, units.top, end=-1)
    assign(user, Role.AUDITOR, units.top, start=1)
    assign(UserFactory(), Role.HEAD, units.top)
    with django_assert_num_queries(1):
        actor = Actor.of(user, DAY)
    commune = units.below.commune_id
    assert actor.holdings == (
        Holding(Role.WORKER, units.below.pk, "Trung tâm", "/A/A1/", commune, UnitKind.COMMUNE),
        Holding(Role.WORKER, units.beside.pk, "Nơi khác", "/A/A2/", None, UnitKind.CENTRE),
        Holding(Role.SUPERVISOR, units.below.pk, "Trung tâm", "/A/A1/", commune, UnitKind.COMMUNE),
    )
    assert actor.user is user and actor.id == user.id and actor.home == actor.holdings[0]
    assert actor.roles == {Role.WORKER, Role.SUPERVISOR}
    assert actor.has(Role.LEADER, Role.WORKER) and not actor.has(Role.LEADER) and not actor.has()
    assert actor.units(Role.WORKER) == [units.below.pk, units.beside.pk] and actor.units(Role.LEADER) == []
    assert actor.communes(Role.WORKER) == [commune] and actor.communes(Role.LEADER) == []
    assert not actor.is_system and actor.route == "" and actor.scopes == {"read", "write"}


def test_a_duty_once_read_stays_as_it_is():
    with pytest.raises(FrozenInstanceError):
        Holding("a", uuid4(), "", "/A/", None, "centre").role = "b"


def test_whoever_is_deactivated_or_whose_unit_is_holds_nothing(units):
    user, gone = UserFactory(), UserFactory(is_active=False)
    assign(user, Role.WORKER, units.beside)
    assign(gone, Role.WORKER, units.below)
    Delegation.objects.create(principal=user, deputy=gone, valid_from=day(0), valid_to=day(0))
    actor = Actor.of(gone, DAY)
    assert (actor.user, actor.holdings, actor.stands_for, actor.home) == (gone, (), frozenset(), None)
    units.beside.is_active = False
    units.beside.save()
    assert Actor.of(user, DAY).holdings == ()


def test_whom_somebody_stands_in_for_on_the_day(units):
    user, others = UserFactory(), [UserFactory() for _number in range(5)]
    periods = [(0, 0, None), (-3, 3, None), (1, 2, None), (-2, -1, None), (-1, 1, timezone.now())]
    for other, (start, end, ended) in zip(others, periods, strict=True):
        Delegation.objects.create(
            principal=other, deputy=user, valid_from=day(start), valid_to=day(end), ended_at=ended
        )
    Delegation.objects.create(principal=user, deputy=others[0], valid_from=day(0), valid_to=day(0))
    actor = Actor.of(user, DAY)
    assert actor.stands_for == {others[0].pk, others[1].pk} and actor.holdings == ()
    assert actor.identities[0] == user.id and set(actor.identities) == {user.id, others[0].pk, others[1].pk}
    assert len(actor.identities) == 3


def test_the_day_is_today_and_the_scopes_are_those_of_the_key(units, monkeypatch):
    user = UserFactory()
    assign(user, Role.WORKER, units.below, start=3, end=3)
    assert Actor.of(user).holdings == ()
    monkeypatch.setattr(timezone, "localdate", lambda: day(3))
    assert [holding.role for holding in Actor.of(user).holdings] == [Role.WORKER]
    assert Actor.of(user).scopes == {"read", "write"}
    assert Actor.of(user, scopes=frozenset({"read"})).scopes == {"read"}
    assert Actor.of(user, scopes=frozenset()).scopes == frozenset(), "a key that may nothing may nothing"


def test_the_tree_of_a_role_is_asked_once(units, django_assert_num_queries):
    user = UserFactory()
    assign(user, Role.SUPERVISOR, units.top)
    assign(user, Role.WORKER, units.below)
    assign(user, Role.WORKER, units.beside)
    actor = Actor.of(user, DAY)
    with django_assert_num_queries(2):
        for _again in range(2):
            assert set(actor.tree(Role.SUPERVISOR)) == {units.top.pk, units.below.pk, units.beside.pk}
            assert set(actor.tree(Role.WORKER)) == {units.below.pk, units.beside.pk}
            assert actor.tree(Role.LEADER) == []
    assert Actor(user=user)._trees == {} and "_trees" not in repr(actor)


def test_the_clock_is_nobody():
    assert (SYSTEM.user, SYSTEM.id, SYSTEM.home, SYSTEM.is_system) == (None, None, None, True)
    clock = Actor(user=None, is_system=True)  # what an actor has told is kept, so one that was not asked yet
    assert clock.identities == [] and clock.roles == {"system"} and clock.has(Role.SYSTEM)
    plain = Actor(user=None)
    assert plain.roles == frozenset() and plain.is_system is False and plain.scopes == {"read", "write"}
    assert clock != SYSTEM, "actors are told apart by themselves, not by what they hold"


# --- shares ---


@pytest.fixture
def case(units):
    found = Case(
        number="HS-1", person=Person.objects.create(name="Người"), group=ClientGroup.objects.on().first(),
        commune=communes(1)[0], programme="case_management", received_at=timezone.now(), source="self",
        legal_basis="statutory", to_unit=units.top, owner_unit=units.top, registered_unit=units.top,
    )  # fmt: skip
    found.__dict__["state"] = "intake"
    Case.objects.bulk_create([found])
    return found


def later(hours):
    return timezone.now() + timedelta(hours=hours)


LABEL = "casework.Case"


def test_a_share_reaches_the_person_until_it_ends(case, units, django_assert_num_queries):
    user, other = UserFactory(), UserFactory()
    source, end = uuid4(), later(1)
    grants.share(case, user, end, grants.Basis.EMERGENCY, source)
    row = CaseUserGrant.objects.get()
    assert (row.expires_at, row.basis, row.source_id, row.user) == (end, "emergency", source, user)
    assert row.permission.codename == "view_case"
    with django_assert_num_queries(1):
        assert grants.shared_ids(Actor(user=user), Role.WORKER, LABEL) == [case.pk]
    assert grants.shared_ids(Actor(user=other), Role.WORKER, LABEL) == []
    assert grants.shared_ids(Actor(user=user), Role.WORKER, LABEL, "change") == []
    assert grants.shared_ids(Actor(user=user), Role.WORKER, "") == [] and grants.shared_ids(SYSTEM, "", LABEL) == []
    grants.share(case, user, later(-1), grants.Basis.HELP)
    row = CaseUserGrant.objects.get()
    assert (row.basis, row.source_id) == ("help", None), "sharing again moves the end"
    assert grants.shared_ids(Actor(user=user), Role.WORKER, LABEL) == []


def test_a_share_ends_at_its_moment(case, monkeypatch):
    user, end = UserFactory(), timezone.make_aware(datetime(2026, 5, 20, 10))
    grants.share(case, user, end, grants.Basis.HELP)
    monkeypatch.setattr(timezone, "now", lambda: end)
    assert grants.shared_ids(Actor(user=user), Role.WORKER, LABEL) == []
    monkeypatch.setattr(timezone, "now", lambda: end - timedelta(seconds=1))
    assert grants.shared_ids(Actor(user=user), Role.WORKER, LABEL) == [case.pk]


def test_a_share_with_a_unit_reaches_those_who_hold_the_role_there(case, units):
    grants.share(case, units.below, later(1), grants.Basis.REFERRAL, uuid4(), permission="change")
    assert CaseGroupGrant.objects.get().group == units.below.group
    held = {
        "there": (units.below, Role.WORKER, [case.pk]), "beside": (units.beside, Role.WORKER, []),
        "another duty": (units.below, Role.LEADER, []),
    }  # fmt: skip
    for name, (unit, role, expected) in held.items():
        actor = Actor(user=UserFactory(), holdings=(Holding(role, unit.pk, "", unit.path, None, "centre"),))
        assert grants.shared_ids(actor, Role.WORKER, LABEL, "change") == expected, name
        assert grants.shared_ids(actor, Role.WORKER, LABEL) == [], name


def test_what_came_from_one_source_ends_together_and_nothing_else(case, units):
    user, other, source = UserFactory(), UserFactory(), uuid4()
    grants.share(case, user, later(1), grants.Basis.HELP, source)
    grants.share(case, units.top, later(1), grants.Basis.HELP, source)
    grants.share(case, other, later(1), grants.Basis.HELP, uuid4())
    twin = Case.objects.get(pk=case.pk)
    twin.pk, twin.number, twin.programme = uuid4(), "HS-2", "child_protection"
    Case.objects.bulk_create([twin])
    grants.share(twin, user, later(1), grants.Basis.HELP, source)
    end = later(5)
    grants.limit(case, source, end)
    ends = {row.expires_at for table in grants.grant_models(LABEL) for row in table.objects.filter(source_id=source)}
    assert (
        CaseUserGrant.objects.get(user=user, content_object=case).expires_at
        == end
        == (CaseGroupGrant.objects.get().expires_at)
    )
    assert len(ends) == 2 and CaseUserGrant.objects.exclude(source_id=source).get().expires_at != end
    grants.unshare(case, source)
    assert not CaseGroupGrant.objects.exists()
    assert set(CaseUserGrant.objects.values_list("user", "content_object")) == {(other.pk, case.pk), (user.pk, twin.pk)}


def test_the_tables_of_shares_are_those_of_the_model():
    assert grants.grant_models(LABEL) == (CaseUserGrant, CaseGroupGrant)


def test_a_library_that_asks_gets_the_same_answer(case, units, monkeypatch):
    backend, user = GrantBackend(), UserFactory()
    assign(user, Role.WORKER, units.below, start=-5000)
    grants.share(case, user, later(1), grants.Basis.HELP)
    assert backend.has_perm(user, "casework.view_case", case) is True
    assert backend.has_perm(user, "view_case", case) is True
    assert backend.has_perm(user, "casework.change_case", case) is False
    assert backend.has_perm(user, "casework.view_case") is False, "no right to all of a kind"
    assert backend.has_perm(AnonymousUser(), "casework.view_case", case) is False
    assert backend.get_all_permissions(user, case) == {"casework.view_case"}
    assert backend.get_all_permissions(user) == set()
    colleague, stranger = UserFactory(), UserFactory()
    assign(colleague, Role.WORKER, units.beside, start=-5000)
    assign(stranger, Role.WORKER, units.below, start=-5000)
    grants.share(case, units.beside, later(1), grants.Basis.REFERRAL)
    assert backend.has_perm(colleague, "casework.view_case", case) is True, "shared with the unit of the duty"
    assert backend.has_perm(stranger, "casework.view_case", case) is False
    grants.unshare(case, None)
    grants.share(case, user, later(-1), grants.Basis.HELP)
    assert backend.has_perm(user, "casework.view_case", case) is False
    assert backend.get_all_permissions(user, case) == set()
    grants.share(case, user, later(1), grants.Basis.HELP)
    user.is_active = False
    assert backend.has_perm(user, "casework.view_case", case) is False


# --- one record, by the tables ---


@pytest.fixture
def tables(monkeypatch):
    """Workers of the unit see; of an open case they read the history too; supervisors anywhere do."""
    monkeypatch.setattr(engine, "_registry", {})
    ours, open_case = own_unit("owner_unit"), where(own_unit("owner_unit"), state="intake")
    engine.declare(
        "casework.Case",
        {"view": {Role.WORKER: [ours]}, "read:history": {Role.WORKER: [open_case], Role.SUPERVISOR: [anywhere()]}},
        {"view": ["number", "state"], "read:history": ["stage_since"], "read:reporter": ["reporter"]},
    )


def holder(role, unit):
    return Actor(user=UserFactory(), holdings=(Holding(role, unit.pk, "", unit.path, None, "centre"),))


def test_a_right_to_a_record_is_the_right_to_its_row(case, units, tables):
    here, there = holder(Role.WORKER, units.top), holder(Role.WORKER, units.beside)
    assert engine.can(here, "view", case) is True and engine.can(there, "view", case) is False
    assert engine.can(here, "close", case) is False
    assert engine.can(here, "view", Case(id=uuid4())) is False


def test_a_record_is_fetched_by_its_key_as_far_as_the_right_reaches(case, units, tables):
    here, there = holder(Role.WORKER, units.top), holder(Role.WORKER, units.beside)
    assert engine.fetch(here, Case, case.pk) == case == engine.fetch(here, Case, str(case.pk), "read:history")
    assert engine.fetch(here, Case, case.pk, within=Case.objects.filter(number="HS-1")) == case
    supervisor = holder(Role.SUPERVISOR, units.beside)
    assert engine.fetch(supervisor, Case, case.pk, "read:history") == case
    for who, key, *more in (
        (there, case.pk), (here, uuid4()), (here, None), (here, case.pk, "close"), (supervisor, case.pk),
        (here, case.pk, "view", Case.objects.exclude(number="HS-1")),
    ):  # fmt: skip
        with pytest.raises(NotVisible):
            engine.fetch(who, Case, key, *more)


def test_the_fields_that_may_be_read_are_those_of_the_rights_held_on_this_row(case, units, tables):
    names = {"number", "state", "stage_since"}
    assert engine.fields_readable(holder(Role.WORKER, units.top), case) == names
    assert engine.fields_readable(holder(Role.WORKER, units.beside), case) == set()
    assert engine.fields_readable(holder(Role.SUPERVISOR, units.beside), case) == {"stage_since"}
    assert engine.fields_readable(holder(Role.WORKER, units.top), Case(id=uuid4())) == set()
    assert engine.fields_readable(holder(Role.WORKER, units.top), case.person) == frozenset()


def test_each_row_carries_the_rights_held_on_it(case, units, tables):
    actions = ["view", "read:history", "close"]
    row = engine.with_rights(holder(Role.SUPERVISOR, units.beside), Case.objects.all(), actions).get()
    assert (row.may_view, row.may_read_history, row.may_close) == (False, True, False)
