"""The application's own clock, run through the real actions at the times of tests/spec/clock.csv."""

from datetime import date, timedelta

import pytest

from accreditation.selectors import terms
from casework.demo.clock import travel
from core.accounts.models import RoleAssignment
from tests.accreditation.test_clock_table import ROWS, Row, at
from tests.factories.accreditation import Recognition, people

pytestmark = pytest.mark.django_db

# The procedure that has this term in NĐ 103/2017/NĐ-CP Đ.15, Đ.29, Đ.46.
KIND = {5: "register", 10: "small_facility", 15: "licence"}


@pytest.fixture
def at_work(world, settings):
    """Everybody held their duty in all years of the table."""
    settings.DH_DEMO = True
    people(world)
    RoleAssignment.objects.update(valid_from=date(2023, 1, 1))
    return world


def play(world, row: Row) -> Recognition:
    """Drafted before, handed in at the hour of the row; asked and answered, and extended, as it says."""
    with travel(row.received - timedelta(minutes=30)) as clock:
        story = Recognition(world, KIND[row.term]).draft().fill()
        clock.go(row.received)
        story.do(story.manager, "submit", signed_name="Lê Thị Sáu", pledged=True)
        if row.pauses or row.extension:
            story.take()
        for asked, answered in row.pauses:
            clock.go(asked)
            story.require_fix(days=45)
            clock.go(answered)
            story.fixed()
        if row.extension:
            story.do(story.head, "extend", days=row.extension, note="Cần xác minh thêm.")
        story.reload()
    return story


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_the_application_is_due_on_the_day_of_the_table(at_work, row):
    application = play(at_work, row).application
    assert (application.legal_days, application.extended_days) == (row.term, row.extension)
    assert application.due_at == at(f"{row.due} 17:00")
    found = terms.warnings(application)
    assert [warning.year for warning in found if warning.code == "year_not_decreed"] == row.years
    assert [warning.on for warning in found if warning.code == "day_provisional"] == row.days


def test_days_used_and_left_over_tet(at_work):
    (row,) = [row for row in ROWS if row.id == "tet26-licence"]
    application = play(at_work, row).application
    for moment, used in (("2026-02-09 16:00", 0), ("2026-02-13 09:00", 4), ("2026-02-19 09:00", 4),
                         ("2026-02-23 09:00", 5), ("2026-03-09 16:59", 15)):  # fmt: skip
        assert terms.days(application, at(moment))[:3] == (used, 15 - used, 15)
    assert terms.days(application, at("2026-03-11 09:00")).left == -2


def test_the_page_says_what_was_not_announced(at_work, client):
    (row,) = [row for row in ROWS if row.id == "tet27"]
    story = play(at_work, row)
    client.force_login(at_work.user("private_manager"))
    page = client.get(f"/ho-so/{story.application.pk}/").content.decode()
    assert "Lịch nghỉ lễ năm 2027 chưa được công bố" in page
    (plain,) = [row for row in ROWS if row.id == "same-day-pause"]
    other = play(at_work, plain)
    assert "chưa được công bố" not in client.get(f"/ho-so/{other.application.pk}/").content.decode()
