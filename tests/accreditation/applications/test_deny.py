"""Who may not: every transition of the reference against every role and every agency of the province."""

import pytest

from accreditation.models import Application
from core.access.engine import can
from core.accounts.enums import Role
from core.errors import Denied, NotVisible
from core.lifecycle.actions import actions_of, find
from core.lifecycle.engine import perform
from tests.factories.accreditation import Recognition, people
from tests.factories.world import STAFF
from tests.spec import reading

pytestmark = pytest.mark.django_db
# The source state in which each is tried; where there are several, the first of the reference.
MOVES = {row.transition: row for row in reversed(reading.rows("application")) if row.transition != "draft"}
COMMANDS = {
    "edit": ("draft", {"facility_manager"}), "copy": ("refused", {"facility_manager"}),
    "evidence": ("correction", {"facility_manager"}), "declare_interest": ("submitted", {"licensing_officer"}),
    "check_papers": ("submitted", {"licensing_officer"}), "answer_conditions": ("under_review", {"licensing_officer"}),
    "record_visit": ("site_visit", {"licensing_officer"}), "visit_photo": ("site_visit", {"licensing_officer"}),
    "extend": ("under_review", {"deciding_head", "commune_chair"}),
    "apologise": ("under_review", {"licensing_officer"}), "remind": ("draft", {"system"}),
    "overdue": ("submitted", {"system"}),
}  # fmt: skip
TRIED = {name: (row.source, set(row.actors)) for name, row in MOVES.items()} | COMMANDS


def test_every_action_of_an_application_is_tried_here():
    assert set(TRIED) | {"draft"} == set(actions_of(Application))


def roles(world):
    """Every user with what they hold and where."""
    return {name: (role, unit) for unit, staff in STAFF.items() for name, role in staff.items()} | {
        "licensing2": (Role.LICENSING, "department"), "head2": (Role.HEAD, "department"),
        "commune_officer": (Role.LICENSING, "commune"), "vice_chair": (Role.COMMUNE, "commune"),
        "commune2_officer": (Role.LICENSING, "commune2"), "private2_manager": (Role.FACILITY, "private2"),
        "no_duty": ("", ""),
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(TRIED))
def test_only_the_named_roles_of_the_right_agency_may(world, name):
    """The officer and the head of the deciding unit, the manager of the facility: everybody else is refused, and who
    may not see the application cannot tell that it is there."""
    source, actors = TRIED[name]
    story = Recognition(people(world)).reach(source)
    home = {"facility_manager": "private", "licensing_officer": "department", "deciding_head": "department",
            "commune_chair": "department"}  # fmt: skip
    for who, (role, unit) in roles(world).items():
        actor, row = world.actor(who), story.reload()
        right = role in actors and home.get(role) == unit
        assert can(actor, name, row) == right, (name, who)
        if right:
            continue
        refusal = Denied if can(actor, "view", row) and not find(Application, name).internal else NotVisible
        with pytest.raises((refusal,)):
            perform(row, name, by=actor, version=row.version, data={"note": "x"})
        assert story.reload().version == row.version, (name, who)


def test_a_commune_decides_small_homes_and_nobody_else_does(world):
    """The same file at the commune: its officer and its chair, not the department, not the next commune."""
    story = Recognition(people(world), "small_facility").decision()
    may = {who for who in roles(world) if can(world.actor(who), "approve", story.application)}
    assert may == {"chair", "vice_chair"}
    may = {who for who in roles(world) if can(world.actor(who), "take", story.application)}
    assert may == {"commune_officer"}


def test_only_a_manager_of_the_facility_begins(world):
    story = Recognition(people(world))
    for who, (role, unit) in roles(world).items():
        data = {"kind": "licence"}
        if role == Role.FACILITY and unit == "private":
            continue
        with pytest.raises((Denied, NotVisible)):
            perform(Application, "draft", by=world.actor(who), parent=story.facility, data=data)
    assert not Application.objects.exists()


def test_a_draft_that_was_never_sent_is_seen_by_the_applicant_alone(world):
    """Given up or lapsed, it stays so."""
    story = Recognition(people(world)).draft()
    for end in ("", "withdraw", "lapse"):
        if end == "withdraw":
            story.do("private_manager", "withdraw", note="Thôi.")
        elif end == "lapse":
            story.lapsed()
        seen = {who for who in roles(world) if can(world.actor(who), "view", story.application)}
        assert seen == {"private_manager"}, end
