"""Who sees what, in provinces made at random: SQL against the plain reading of `tests/spec/reach.csv`.

A *cell* is one question: in this province, on this day, this person, this record, this deed: which rows? The long form
asks more provinces (see README.md).
"""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from casework.models import Case, CaseGroupGrant, CaseUserGrant
from core.access.actor import Actor
from core.access.engine import all_rules, mark, visible, with_rights
from core.accounts.models import RoleAssignment, Unit, User
from core.worklist.models import Delegation

from .clock import frozen
from .provinces import APPLICANT, FIRST, OFFICE, ROLES, SPAN, Province, allow_any_state
from .spoken import LABELS, REFERENCE, Rows, deeds

pytestmark = pytest.mark.django_db
PROVINCES = int(os.environ.get("DH_WORLDS", "2"))
FROM = int(os.environ.get("DH_WORLDS_FROM", "0"))
DAYS = 2


def test_the_table_and_the_code_know_the_same_deeds():
    """What the code declares stands in the table, and what stands in the table is declared."""
    declared = {(rules.label, action) for rules in all_rules() for action in rules.actions}
    assert declared == {(LABELS[record], what) for record, what in deeds()}


def moments(province: Province) -> Iterator[datetime]:
    for _number in range(DAYS):
        day = FIRST + timedelta(days=province.chance.randint(0, SPAN))
        yield timezone.make_aware(datetime(day.year, day.month, day.day, province.chance.randint(0, 23), 30))


READS = {"view", "list", "search"}


def reads(what: str) -> bool:
    return what in READS or what.startswith("read:")


def seen(actor: Actor, record: str, what: str) -> set[Any]:
    return set(visible(actor, apps.get_model(LABELS[record]), what).values_list("pk", flat=True))


def marked(actor: Actor, record: str, what: str) -> set[Any]:
    """The same as it is asked of one record; the SQL is another (`engine.of_one`)."""
    rows = with_rights(actor, apps.get_model(LABELS[record])._default_manager.all(), [what])
    return {pk for pk, may in rows.values_list("pk", mark(what)) if may}


@pytest.mark.parametrize("seed", range(FROM, FROM + PROVINCES))
def test_what_is_seen_is_what_the_table_says(seed, record_property):
    allow_any_state()
    province, cells, rows_met = Province(seed), 0, 0
    rows = Rows()
    asked = [(record, what) for record, what in deeds() if record not in REFERENCE]
    for now in moments(province):
        with frozen(now):
            for user in province.users:
                who = rows.who(user.pk, timezone.localdate(), now)
                actor = Actor.of(user)
                for record, what in asked:
                    expected = {row.id for row in rows.tables[record].all() if rows.may(who, record, what, row)}
                    found = seen(actor, record, what)
                    assert found == expected, (seed, now, user.pk, who.duties, record, what, found ^ expected)
                    one_by_one = marked(actor, record, what)
                    assert one_by_one == expected, (seed, now, user.pk, record, what, one_by_one ^ expected)
                    cells, rows_met = cells + 1, rows_met + len(found)
    record_property("cells", cells)
    record_property("rows", rows_met)
    assert rows_met > 100, "a province in which nobody sees anything shows nothing"


# --- what never adds, what never takes away ---
Reach = dict[tuple[str, str], set[Any]]


def reach_of(user: User) -> Reach:
    actor = Actor.of(User.objects.get(pk=user.pk))
    return {(record, what): seen(actor, record, what) for record, what in deeds() if record not in REFERENCE}


def more(after: Reach, before: Reach) -> Reach:
    """What stands in the first and not in the second."""
    return {deed: after[deed] - before[deed] for deed in before if after[deed] - before[deed]}


def ends_a_duty(province: Province, user: User) -> bool:
    """The last day was yesterday, or the duty is taken out altogether."""
    held = RoleAssignment.objects.filter(RoleAssignment.current(timezone.localdate()), user=user).order_by("pk").first()
    if held is None:
        return False
    yesterday = timezone.localdate() - timedelta(days=1)
    if held.valid_from > yesterday or province.maybe():
        held.delete()
    else:
        RoleAssignment.objects.filter(pk=held.pk).update(valid_to=yesterday)
    return True


def ends_a_stand_in(province: Province, user: User) -> bool:
    rows = Delegation.objects.filter(Delegation.current(timezone.localdate()), deputy=user)
    return bool(rows.update(ended_at=timezone.now()))


def ends_a_share(province: Province, user: User) -> bool:
    own = CaseUserGrant.objects.filter(user_id=user.pk)
    units = RoleAssignment.objects.filter(user=user).values("unit__group")
    ours = CaseGroupGrant.objects.filter(group__in=units)
    return bool(own.update(expires_at=timezone.now()) + ours.update(expires_at=timezone.now()))


def closes_a_unit(province: Province, user: User) -> bool:
    units = RoleAssignment.objects.filter(user=user).order_by("pk").values_list("unit", flat=True)
    return bool(units) and bool(Unit.objects.filter(pk=units[0]).update(is_active=False))


def moves_cases_away(province: Province, user: User) -> bool:
    """To a unit under none of the user's, into the hands of somebody for whom the user does not stand in."""
    rows = Rows()
    who = rows.who(user.pk, timezone.localdate(), timezone.now())
    far = [unit for unit in province.units if not any(rows.under(unit.pk, held) for _role, held in who.duties)]
    others = [one for one in province.users if not who.is_one(one.pk)]
    if not far or not others:
        return False
    unit, other = province.pick(far), province.pick(others)
    keys = [case.pk for case in province.cases if province.maybe()]
    people = dict.fromkeys(("worker", "handover_to", "registered_by", "emergency_opened_by"), other)
    return bool(Case.objects.filter(pk__in=keys).update(
        owner_unit=unit, to_unit=unit, registered_unit=unit, **people
    ))  # fmt: skip


def takes_a_duty(province: Province, user: User) -> bool:
    """Any duty that the ones held do not exclude (core/accounts/exclusive.py)."""
    held = set(RoleAssignment.objects.filter(user=user).values_list("role", flat=True))
    barred = OFFICE if held & APPLICANT else APPLICANT if held & OFFICE else set()
    role = province.pick([role for role in ROLES if role not in barred])
    RoleAssignment.objects.create(user=user, role=role, unit=province.unit(), valid_from=timezone.localdate())
    return True


def takes_a_stand_in(province: Province, user: User) -> bool:
    today, other = timezone.localdate(), province.user()
    if other == user:
        return False
    Delegation.objects.create(principal=other, deputy=user, valid_from=today, valid_to=today)
    return True


LOSSES = (ends_a_duty, ends_a_stand_in, ends_a_share, closes_a_unit, moves_cases_away)
GAINS = (takes_a_duty, takes_a_stand_in)


@pytest.mark.parametrize("seed", range(1000 + FROM, 1000 + FROM + PROVINCES))
def test_losing_never_adds_and_gaining_never_takes_away(seed, record_property):
    allow_any_state()
    province, changes = Province(seed), 0
    with frozen(next(moments(province))):
        for user in province.chance.sample(province.users, 3):
            before = reach_of(user)
            for change in province.chance.sample((*LOSSES, *GAINS), 4):
                if not change(province, user):
                    continue
                after = reach_of(user)
                wrong = more(after, before) if change in LOSSES else more(before, after)
                assert not wrong, (seed, change.__name__, user.pk, wrong)
                before, changes = after, changes + 1
    record_property("changes", changes)
    assert changes


@pytest.mark.parametrize("seed", range(2000 + FROM, 2000 + FROM + max(1, PROVINCES // 2)))
def test_what_is_over_is_as_if_it_had_never_been(seed):
    allow_any_state()
    province = Province(seed)
    with frozen(next(moments(province))):
        people = province.chance.sample(province.users, 3)
        before = [reach_of(user) for user in people]
        today, now = timezone.localdate(), timezone.now()
        RoleAssignment.objects.exclude(RoleAssignment.current(today)).delete()
        RoleAssignment.objects.filter(unit__is_active=False).delete()
        Delegation.objects.exclude(Delegation.current(today)).delete()
        for shares in (CaseUserGrant, CaseGroupGrant):
            shares.objects.filter(expires_at__lte=now).delete()
            shares.objects.filter(expires_at__isnull=True).delete()
        assert [reach_of(user) for user in people] == before
        User.objects.update(is_active=False)
        assert not any(any(reach_of(user).values()) for user in people)


@pytest.mark.parametrize("seed", range(3000 + FROM, 3000 + FROM + max(1, PROVINCES // 2)))
def test_a_token_for_reading_reads_the_same_and_writes_nothing(seed):
    allow_any_state()
    province, met = Province(seed), 0
    with frozen(next(moments(province))):
        for user in province.chance.sample(province.users, 3):
            reader, writer = Actor.of(user, scopes=frozenset({"read"})), Actor.of(user, scopes=frozenset({"write"}))
            for (record, what), whole in reach_of(user).items():
                assert seen(reader, record, what) == (whole if reads(what) else set()), (seed, record, what)
                if reads(what):
                    assert not seen(writer, record, what)
                met += len(whole)
    assert met
