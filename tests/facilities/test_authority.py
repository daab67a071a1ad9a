"""What a facility may do on a day."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from core.access.actor import Actor
from core.accounts.enums import Role
from core.audit.models import Event
from core.errors import Blocked, Denied, Invalid
from core.lifecycle.engine import perform
from facilities import selectors
from facilities.models import Authority

NOV = date(2026, 11, 10)


def codes(reasons):
    return [reason.code for reason in reasons]


def test_without_an_authority_nobody_is_admitted(facility):
    assert codes(selectors.may_admit(facility, "k1", NOV)) == ["no_authority"]
    assert selectors.places(facility, NOV) == 0


def test_a_unit_that_is_no_facility_admits_nobody(department):
    assert codes(selectors.may_admit(department, "k1", NOV)) == ["not_a_facility"]


def test_an_authority_names_groups_from_a_day_to_a_day(facility, home, authorise):
    authorise(facility, ["k1", "f1a"], valid_to="01/12/2026", capacity=15)
    assert selectors.may_admit(home, "k1", NOV) == []
    assert selectors.may_admit(facility, "f1a", date(2026, 11, 30)) == []
    assert codes(selectors.may_admit(home, "k6", NOV)) == ["group_not_recognised"]
    assert codes(selectors.may_admit(home, "k1", date(2026, 12, 1))) == ["no_authority"]
    assert codes(selectors.may_admit(home, "k1", date(2026, 9, 30))) == ["no_authority"]
    assert selectors.places(home, NOV) == 15
    assert selectors.places_of([home.pk], NOV) == {home.pk: 15}
    assert selectors.places_of([home.pk], date(2026, 12, 1)) == {}


def test_units_are_found_by_group(facility, home, authorise):
    authorise(facility, ["k1"])
    assert list(selectors.recognised_units("k1", NOV)) == [home]
    assert list(selectors.recognised_units("k6", NOV)) == []
    home.is_active = False
    home.save()
    assert list(selectors.recognised_units("k1", NOV)) == []


def test_a_new_authority_takes_over_on_its_first_day(facility, authorise):
    first = authorise(facility, ["k1"])
    second = authorise(facility, ["k6"], valid_from="01/11/2026")
    first.refresh_from_db()
    assert first.valid_to == date(2026, 11, 1) and first.version == 2
    assert selectors.authority_on(facility, date(2026, 10, 31)) == first
    assert selectors.authority_on(facility, date(2026, 11, 1)) == second
    event = Event.objects.get(subject_id=second.pk, verb="authority.set")
    assert event.data["ends"] == str(first.pk) and event.data["groups"] == ["k6"]
    assert event.root_id == facility.pk


def test_an_authority_does_not_reach_into_a_later_one(facility, authorise):
    authorise(facility, valid_from="01/11/2026")
    with pytest.raises(Blocked) as refused:
        authorise(facility, valid_from="01/10/2026")
    assert codes(refused.value.reasons) == ["overlaps"]
    with pytest.raises(Blocked):
        authorise(facility, valid_from="01/11/2026")
    authorise(facility, valid_from="01/10/2026", valid_to="01/11/2026")
    days = [date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 1)]
    assert [Authority.objects.filter(Authority.on(day)).count() for day in days] == [1, 1, 1]


def test_stopping_ends_admission_that_day_and_is_said(facility, head, authorise):
    held = authorise(facility)
    asked = {"stopped_on": "05/11/2026", "stop_reason": "QĐ 7/QĐ-SYT: mất điều kiện Đ.26"}
    perform(held, "stop", by=head, version=held.version, data=asked)
    assert selectors.may_admit(facility, "k1", date(2026, 11, 4)) == []
    assert codes(selectors.may_admit(facility, "k1", date(2026, 11, 5))) == ["authority_stopped"]
    held.refresh_from_db()
    with pytest.raises(Blocked) as refused:
        perform(held, "stop", by=head, version=held.version, data=asked)
    assert codes(refused.value.reasons) == ["stopped"]


def test_what_was_stopped_before_it_began_makes_room(facility, head, authorise):
    wrong = authorise(facility, ["k6"])
    perform(wrong, "stop", by=head, version=1, data={"stopped_on": "01/10/2026", "stop_reason": "Nhập nhầm"})
    right = authorise(facility, ["k1"])
    assert selectors.authority_on(facility, NOV) == right


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.HEAD, Role.SYSTEM)])
def test_only_the_deciding_head_sets_and_stops(facility, someone, authorise, role):
    held = authorise(facility)
    other = someone(role) if role != Role.STEWARD else Actor.of(_steward())
    with pytest.raises(Denied):
        perform(Authority, "set", by=other, parent=facility, data={})
    with pytest.raises(Denied):
        perform(held, "stop", by=other, version=1, data={"stop_reason": "x"})


def _steward():
    from core.accounts.models import User

    return User.objects.get(username__startswith="data_steward")


@pytest.mark.parametrize(
    ("field", "value"),
    [("groups", []), ("groups", ["khong-co"]), ("capacity", 0), ("valid_to", "30/09/2026"), ("paper_number", "")],
)
def test_a_paper_that_does_not_hold_is_refused(facility, authorise, field, value):
    with pytest.raises(Invalid) as refused:
        authorise(facility, **{field: value})
    assert list(refused.value.errors) == [field]
    assert not Authority.objects.exists()


def test_the_database_refuses_a_period_that_ends_before_it_begins(facility):
    with pytest.raises(IntegrityError), transaction.atomic():
        Authority.objects.create(
            facility=facility, valid_from=NOV, valid_to=NOV, paper_number="1", paper_date=NOV, paper_issuer="x"
        )


def test_the_same_question_costs_the_same_however_many_facilities(facility, authorise, django_assert_num_queries):
    authorise(facility)
    with django_assert_num_queries(1):
        list(selectors.recognised_units("k1", NOV))
