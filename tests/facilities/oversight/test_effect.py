"""What an inspection proposes for the licence reaches whoever works on licences; the licence itself stays as it is."""

import pytest

from core.worklist.models import WorkItem
from tests.factories.licences import Licences
from tests.factories.oversight import Oversight

pytestmark = pytest.mark.django_db
KIND = "licence.inspected"


def open_items():
    return WorkItem.objects.filter(kind=KIND, closed_at__isnull=True)


def test_the_proposal_is_a_task_at_the_licence(world):
    licence = Licences(world, "private").active()
    story = Oversight(world, "private")
    row = story.answered()
    story.do("licensing", "conclude", row, summary="Một thiếu sót.", licence_effect="restrict")
    item = open_items().get()
    assert (item.subject_id, item.role, item.unit) == (licence.pk, "licensing_officer", licence.to_unit)
    licence.refresh_from_db()
    assert licence.state == "active"


def test_without_a_proposal_nothing_is_asked(world):
    Licences(world, "private").active()
    Oversight(world, "private").reply()
    assert not open_items().exists()


def test_a_public_facility_has_no_licence_to_touch(story):
    row = story.remedy()
    story.do("licensing", "end", row, licence_effect="suspend", note="Không khắc phục.")
    assert not open_items().exists()
