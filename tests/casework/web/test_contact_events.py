"""Contacts of a person on the timeline of the case, without what the reader may not read."""

import pytest

from casework.models import Contact
from casework.selectors import timeline
from core.lifecycle.engine import perform
from tests.factories.cases import Story

pytestmark = pytest.mark.django_db
SECRET = "Dọa giết nếu gặp lại"


@pytest.fixture
def story(world):
    story = Story(world).in_assessment()
    take(world, Contact, "add", story.case.person, phone="0912345678")
    return story


def take(world, target, name, parent=None, **more):
    """The worker adds or edits the dangerous husband."""
    data = {"name": "Nguyễn Văn Dữ", "relation": "chồng", "safety": "unsafe", "note": SECRET, **more}
    version = None if parent is not None else target.version
    perform(target, name, by=world.actor("worker"), version=version, data=data, parent=parent)


def line_of(world, story, who, **rights):
    rows = timeline.page(world.actor(who), story.case, **rights).lines
    return next(row for row in rows if row.title.startswith("Thêm người thân"))


def test_the_worker_sees_that_an_unsafe_person_was_added(world, story):
    line = line_of(world, story, "worker", narrative=True)
    assert (line.text, line.who) == ("Không liên hệ: có thể gây nguy hiểm", str(world.user("worker")))
    assert timeline.counts(world.actor("worker"), story.case, True)["note"] == 1


def test_without_the_narrative_nothing_is_said_of_who_is_dangerous(world, story):
    line = line_of(world, story, "auditor", narrative=False)
    assert (line.text, line.quote) == ("", "")


def test_the_note_about_the_contact_is_read_at_the_contact_only(world, story, sign_in):
    assert line_of(world, story, "worker", narrative=True).quote == ""
    for who in ("worker", "auditor"):
        text = sign_in(who).get(f"/ca/{story.case.pk}/").content.decode()
        assert "Thêm người thân, liên hệ" in text
        assert SECRET not in text


def test_an_edit_and_the_chip_of_notes(world, story, sign_in):
    take(world, Contact.objects.get(), "edit", relation="chồng cũ")
    text = sign_in("worker").get(f"/ca/{story.case.pk}/?loai=note").content.decode()
    assert "Sửa người thân, liên hệ" in text


def test_the_contacts_of_somebody_else_stay_there(world, story):
    other = Story(world).in_assessment()
    rows = timeline.page(world.actor("worker"), other.case, narrative=True).lines
    assert not [row for row in rows if "người thân" in row.title]
