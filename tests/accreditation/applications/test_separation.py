"""Applicant, officer, head and whoever decides an appeal are four people: the guards say it, the database holds it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accreditation.inputs.deciding import Overturn
from accreditation.models import Application, InterestDeclaration
from core.accounts.enums import Role
from core.accounts.models import RoleAssignment
from core.accounts.services import assign
from core.errors import Blocked, Denied, NotVisible
from facilities.models import StaffMember
from tests.factories.accreditation import Recognition, people
from tests.factories.cases import day

pytestmark = pytest.mark.django_db
PAIRS = [
    ("officer", "submitted_by"), ("decided_by", "officer"), ("decided_by", "recommended_by"),
    ("decided_by", "submitted_by"), ("appeal_decided_by", "refused_by"), ("appeal_decided_by", "officer"),
    ("appeal_decided_by", "former_officer"), ("appeal_decided_by", "submitted_by"), ("officer", "former_officer"),
]  # fmt: skip


def also(world, who, role, unit="department"):
    """Give somebody a second duty, as the abuse cases do."""
    assign(world.user(who), role, world.units[unit], valid_from="2026-01-01")


def reasons(error):
    return {reason.code for reason in error.value.reasons}


def of_the_staff(story, who):
    StaffMember.objects.create(
        facility=story.facility, user=story.world.user(who), full_name="Người nhà", position="carer",
        works_from="2026-01-01",
    )  # fmt: skip


@pytest.mark.parametrize("raw", [False, True], ids=["orm", "sql"])
@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_the_database_refuses_the_same_person_twice(world, one, other, raw):
    """Whatever the program forgets: update() and raw SQL are refused on both engines."""
    row = Recognition(people(world)).submitted().application
    person = world.user("steward").pk
    Application.objects.filter(pk=row.pk).update(
        **dict.fromkeys(["officer", "submitted_by", "decided_by", "recommended_by", "refused_by"]),
        appeal_decided_by=None, former_officer=None,
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        if raw:
            key = person.hex if connection.vendor == "sqlite" else str(person)
            pk = row.pk.hex if connection.vendor == "sqlite" else str(row.pk)
            with connection.cursor() as cursor:
                sql = f"UPDATE accreditation_application SET {one}_id = %s, {other}_id = %s WHERE id = %s"
                cursor.execute(sql, [key, key, pk])
        else:
            Application.objects.filter(pk=row.pk).update(**{one: person, other: person})
    Application.objects.filter(pk=row.pk).update(**{one: person})
    Application.objects.filter(pk=row.pk).update(**{one: None, other: person})


def test_a_state_is_reached_by_no_other_way(world):
    row = Recognition(people(world)).submitted().application
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=row.pk).update(state="approved")


def test_the_applicant_does_not_take_their_own_file(world):
    """A manager who has become an officer since: the duties exclude each other, but one after the other they do not."""
    story = Recognition(people(world)).submitted()
    today = timezone.localdate()
    user = world.user("private_manager")
    RoleAssignment.objects.filter(user=user).update(valid_to=today - timedelta(days=1))
    assign(user, Role.LICENSING, world.units["department"], valid_from=today)
    with pytest.raises(Denied) as error:
        story.declare("private_manager")
    assert reasons(error) == {"own_application"}
    with pytest.raises(Denied) as error:
        story.do("private_manager", "take")
    assert "own_application" in reasons(error)


@pytest.mark.parametrize("how", ["duty", "list"])
def test_nobody_handles_the_house_they_work_in(world, how):
    story = Recognition(people(world)).submitted()
    if how == "duty":
        also(world, "licensing", Role.WORKER, "private")
    else:
        of_the_staff(story, "licensing")
    story.declare()
    with pytest.raises(Denied) as error:
        story.check()
    assert reasons(error) == {"own_facility"}
    story.take("licensing2")
    assert story.application.officer == world.user("licensing2")


def test_a_file_is_not_touched_before_an_interest_is_declared(world):
    story = Recognition(people(world)).submitted()
    for name, data in (("check_papers", {"paper_form": "accepted"}), ("take", {}), ("return", {"more": "Thiếu."})):
        with pytest.raises(Blocked) as error:
            story.do("licensing", name, **data)
        assert "not_declared" in reasons(error), name


def test_with_an_interest_another_takes_it(world):
    story = Recognition(people(world)).submitted().declare(interest=True)
    for name, data in (("check_papers", {"paper_form": "accepted"}), ("take", {}), ("return", {"more": "Thiếu."})):
        with pytest.raises(Denied) as error:
            story.do("licensing", name, **data)
        assert reasons(error) == {"interest"}
    with pytest.raises(Blocked):
        story.declare()  # it stands
    assert InterestDeclaration.objects.get(application=story.application).what == "Anh họ của giám đốc."
    assert story.take("licensing2").application.state == "under_review"


def test_an_interest_that_comes_up_later_leaves_the_file_to_the_desk(world):
    story = Recognition(people(world)).under_review().declare(interest=True)
    with pytest.raises(Denied) as error:
        story.do("licensing", "recommend", recommendation="approve", report="Đủ.")
    assert reasons(error) == {"interest"}
    story.declare("licensing2").judge("licensing2").recommend("licensing2")
    assert story.application.recommended_by == world.user("licensing2")


def test_a_file_is_its_officers(world):
    story = Recognition(people(world)).under_review().declare("licensing2")
    for name, data in (
        ("answer_conditions", {"condition_founded": "met"}), ("return", {"more": "x"}),
        ("visit", {"planned_on": day(0), "team": [world.user("licensing").pk]}),
        ("require_fix", {"more": "x", "fix_by": day(5)}),
    ):  # fmt: skip
        with pytest.raises(Denied) as error:
            story.do("licensing2", name, **data)
        assert reasons(error) == {"other_officer"}, name


def test_an_officer_who_left_does_not_keep_the_file(world):
    story = Recognition(people(world)).under_review()
    RoleAssignment.objects.filter(user=world.user("licensing")).update(valid_to="2026-02-01")
    story.declare("licensing2").judge("licensing2").recommend("licensing2")
    assert story.application.state == "decision"


@pytest.mark.parametrize("name", ["approve", "conditional", "refuse", "send_back", "extend"])
def test_whoever_appraised_does_not_decide(world, name):
    also(people(world), "licensing", Role.HEAD)
    story = Recognition(world).decision()
    data = {**story.granting(), "conditions": "x", "conditions_by": day(9), "note": "x", "days": 3}
    with pytest.raises(Denied) as error:
        story.do("licensing", name, **data)
    assert "own_appraisal" in reasons(error)


def test_whoever_went_on_site_does_not_decide(world):
    """The team is chosen among those who do not decide; a head made afterwards remembers."""
    story = Recognition(people(world)).site_visit().record_visit().recommend()
    also(world, "licensing2", Role.HEAD)
    with pytest.raises(Denied) as error:
        story.approve("licensing2")
    assert reasons(error) == {"own_appraisal"}


def test_a_head_who_works_in_the_house_does_not_decide(world):
    story = Recognition(people(world)).decision()
    of_the_staff(story, "head2")
    with pytest.raises(Denied) as error:
        story.approve("head2")
    assert reasons(error) == {"own_facility"}


def test_an_appeal_goes_to_another_head(world):
    story = Recognition(people(world)).appealed()
    for name, data in (("uphold", {"note": "x"}), ("overturn", {"note": "x", "officer": world.user("licensing2").pk})):
        with pytest.raises(Denied) as error:
            story.do("head", name, **data)
        assert reasons(error) == {"same_head"}
    story.do("head2", "uphold", note="Giữ nguyên.")
    assert (story.application.state, story.application.appeal_decided_by) == ("refused", world.user("head2"))


def test_whoever_appraised_does_not_hear_the_appeal(world):
    also(people(world), "licensing", Role.HEAD)
    story = Recognition(world).appealed()
    with pytest.raises(Denied) as error:
        story.do("licensing", "uphold", note="x")
    assert "same_head" in reasons(error)


def test_after_a_granted_appeal_others_look_anew(world):
    """Another officer, another head; who granted the appeal may approve, not refuse; nothing of before counts."""
    story = Recognition(people(world)).appealed().overturn()
    row = story.application
    assert (row.officer, row.former_officer) == (world.user("licensing2"), world.user("licensing"))
    with pytest.raises(Denied) as error:
        story.do("licensing", "answer_conditions", condition_founded="met")
    assert "former_officer" in reasons(error)
    story.declare("licensing2")
    with pytest.raises(Blocked) as error:
        story.do("licensing2", "recommend", recommendation="approve", report="Đủ.")
    assert {"not_checked", "condition_open"} <= reasons(error)
    story.check("licensing2").judge("licensing2").recommend("licensing2")
    with pytest.raises(Denied) as error:
        story.approve("head")
    assert "refused_before" in reasons(error)
    with pytest.raises(Denied) as error:
        story.refuse("head2")
    assert "appeal_head" in reasons(error)
    assert story.approve("head2").application.state == "approved"


def test_a_third_head_may_refuse_again_and_that_may_be_appealed(world):
    story = Recognition(people(world)).appealed().overturn()
    story.declare("licensing2").check("licensing2").judge("licensing2").recommend("licensing2", "refuse")
    story.refuse("head3")
    story.appeal()
    with pytest.raises(Denied):
        story.do("head3", "uphold", note="x")
    story.do("head2", "uphold", note="Giữ nguyên.")
    with pytest.raises(Blocked) as error:
        story.appeal()
    assert reasons(error) == {"appealed"}


def test_the_new_officer_is_not_the_old_one_nor_of_the_house(world):
    story = Recognition(people(world)).appealed()
    also(world, "licensing3", Role.WORKER, "private")
    form = Overturn(record=story.application, by=world.actor("head2"))
    assert [user.username for user in form.fields["officer"].queryset] == ["licensing2"]


def test_a_stranger_cannot_tell_that_it_is_there(world):
    story = Recognition(people(world)).submitted()
    for who in ("private2_manager", "commune_officer", "chair", "worker", "supervisor", "no_duty"):
        with pytest.raises(NotVisible):
            story.do(who, "take")
