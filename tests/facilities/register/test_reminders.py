"""Papers and practice certificates that end: told in time, once each, to whoever manages the house."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from core.audit.models import Event
from core.clock.models import Parameter
from core.outbox.tasks import DBTaskResult
from core.worklist.models import WorkItem
from facilities.models import Facility, StaffMember, WalletPaper
from facilities.selectors import upkeep
from facilities.tasks import remind_of_papers
from tests.factories import houses
from tests.factories.houses import change, day

pytestmark = pytest.mark.django_db


@pytest.fixture
def fm(world):
    return world.actor("private_manager")


@pytest.fixture
def facility(world):
    return houses.register(world)


def open_items():
    return list(WorkItem.objects.filter(closed_at__isnull=True).values_list("kind", "subject_id"))


def told():
    return DBTaskResult.objects.filter(task_path__contains="deliver_notices").count()


@pytest.mark.parametrize(
    ("days", "mark"), [(200, None), (91, None), (90, 90), (61, 90), (60, 60), (30, 30), (1, 30), (0, 30), (-1, 0)]
)
def test_which_reminder_is_due(days, mark):
    assert upkeep.mark_of(days, [90, 60, 30, 0]) == mark


@pytest.mark.parametrize(("days", "count"), [(91, 0), (90, 1), (45, 1), (0, 1), (-3, 1)])
def test_the_manager_is_told_once_of_a_paper(fm, facility, days, count):
    paper = houses.paper(fm, facility, expires=day(days))
    before = told()
    assert remind_of_papers() == count
    assert remind_of_papers() == 0
    assert open_items() == [("facility.paper", paper.pk)] * count
    assert told() - before == count
    assert Event.objects.filter(verb="walletpaper.remind", root_id=facility.pk).count() == count


def test_each_reminder_comes_in_its_turn(fm, facility):
    paper = houses.paper(fm, facility, expires=day(90))
    marks = []
    for left in (90, 89, 60, 59, 30, 1, -1, -2):
        WalletPaper.objects.filter(pk=paper.pk).update(expires_on=timezone.localdate() + timedelta(days=left))
        marks.append(remind_of_papers())
    assert marks == [1, 0, 1, 0, 1, 0, 1, 0]
    paper.refresh_from_db()
    assert paper.reminded == 0
    assert len(open_items()) == 1  # one item, moved on
    days = Event.objects.filter(verb="walletpaper.remind").order_by("seq").values_list("data", flat=True)
    assert [data["days"] for data in days] == [90, 60, 30, 0]


def test_the_item_is_the_managers_and_due_on_the_last_day(world, fm, facility):
    houses.paper(fm, facility, expires=day(20))
    remind_of_papers()
    item = WorkItem.objects.get(closed_at__isnull=True)
    assert (item.role, item.unit, item.root_id) == ("facility_manager", facility.unit, facility.pk)
    assert timezone.localdate(item.due_at) == timezone.localdate() + timedelta(days=20)


@pytest.mark.parametrize("how", ["renewed", "withdrawn", "corrected"])
def test_what_is_done_is_no_longer_asked(fm, facility, how):
    paper = houses.paper(fm, facility, expires=day(20))
    remind_of_papers()
    if how == "renewed":
        houses.paper(fm, facility, expires=day(900), replaces=paper.pk)
    elif how == "withdrawn":
        change(fm, paper, "withdraw", note="Nhầm")
    else:
        change(fm, paper, "edit", kind="fire", expires_on=day(800))
    assert open_items() == []
    assert remind_of_papers() == 0


def test_a_date_that_was_corrected_is_told_anew(fm, facility):
    paper = houses.paper(fm, facility, expires=day(20))
    remind_of_papers()
    change(fm, paper, "edit", kind="fire", expires_on=day(50))
    assert remind_of_papers() == 1
    change(fm, paper, "edit", kind="fire", expires_on=day(50), number="khác")
    assert remind_of_papers() == 0


def test_certificates_of_those_who_work_there(fm, facility):
    certificate = {"certificate_number": "CN-1", "certificate_expires": day(25)}
    here = houses.member(fm, facility, "social_worker", **certificate)
    gone = houses.member(fm, facility, "psychologist", **certificate)
    change(fm, gone, "leave")
    assert remind_of_papers() == 1
    assert remind_of_papers() == 0
    assert open_items() == [("facility.certificate", here.pk)]
    here.refresh_from_db()
    assert here.certificate_reminded == 30
    change(fm, here, "leave")
    assert open_items() == []


def test_a_house_that_has_ended_is_left_alone(fm, facility):
    houses.paper(fm, facility, expires=day(5))
    Facility.objects.filter(pk=facility.pk).update(closed_on=timezone.localdate())
    assert remind_of_papers() == 0


def test_the_days_are_a_dated_setting(fm, facility):
    houses.paper(fm, facility, expires=day(45))
    Parameter.objects.filter(code="facility.paper_reminders").update(value=[10])
    assert remind_of_papers() == 0
    Parameter.objects.filter(code="facility.paper_reminders").update(value=[50])
    assert remind_of_papers() == 1


def test_finding_whom_to_tell_costs_the_same_however_many(fm, facility, django_assert_num_queries):
    today = timezone.localdate()
    for _number in range(5):
        houses.paper(fm, facility, expires=day(400))
    with django_assert_num_queries(2):
        assert list(upkeep.papers_to_tell(today)) == []
    with django_assert_num_queries(2):
        assert list(upkeep.certificates_to_tell(today)) == []


def test_what_is_lacking_is_said_until_it_is_written(world, fm, facility):
    codes = {gap.code for gap in upkeep.gaps(facility)}
    assert {"models", "zone", "land_area", "director", "beds", "clients", "papers", "prices"} <= codes
    assert upkeep.gaps(houses.house(world)) == []
    office = houses.register(world, "public", legal_kind="social_work")
    assert "beds" not in {gap.code for gap in upkeep.gaps(office)}


def test_what_ends_soon_stands_in_order(fm, facility):
    houses.paper(fm, facility, expires=day(80))
    houses.paper(fm, facility, "food", expires=day(-2))
    houses.paper(fm, facility, "water", expires=day(300))
    houses.member(fm, facility, certificate_number="1", certificate_expires=day(10))
    found = upkeep.ending(facility)
    assert [type(row) for _day, row in found] == [WalletPaper, StaffMember, WalletPaper]
    assert [day for day, _row in found] == sorted(day for day, _row in found)
    assert all(isinstance(day, date) for day, _row in found)
