"""On site and at the desk: team, conditions, photos, recommendation; then what the head may decide."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accreditation.models import Application, Decision, SiteVisit
from accreditation.selectors import dossier
from core.access.engine import can
from core.documents.models import Document
from core.errors import Blocked, Denied, Invalid
from core.worklist.models import WorkItem
from facilities.models import StaffMember
from tests.core.documents import files
from tests.factories.accreditation import Recognition, people, scan
from tests.factories.cases import day

pytestmark = pytest.mark.django_db


def codes(error):
    return {reason.code for reason in error.value.reasons}


# --- the visit ---
def test_a_team_is_two_or_more(world):
    story = Recognition(people(world)).under_review()
    with pytest.raises(Invalid) as error:
        story.do("licensing", "visit", planned_on=day(1), team=[])
    assert "team" in error.value.errors
    with pytest.raises(Invalid):
        story.do("licensing", "visit", planned_on=day(-1), team=[world.user("licensing2").pk])


@pytest.mark.parametrize("who", ["head", "leader", "sysadmin", "private_manager", "worker", "commune_officer"])
def test_whoever_decides_or_belongs_elsewhere_is_not_on_the_team(world, who):
    story = Recognition(people(world)).under_review()
    with pytest.raises(Invalid) as error:
        story.visit(who)
    assert "team" in error.value.errors


def test_nobody_of_the_house_inspects_it(world):
    story = Recognition(people(world)).under_review()
    StaffMember.objects.create(
        facility=story.facility, user=world.user("licensing2"), full_name="x", position="carer", works_from="2026-01-01"
    )
    with pytest.raises(Invalid) as error:
        story.visit("licensing2")
    assert "Cán bộ licensing2" in error.value.errors["team"][0]
    assert story.visit("licensing3").application.state == "site_visit"


def test_the_form_of_the_visit_is_signed_off_by_the_team(world):
    story = Recognition(people(world)).site_visit()
    visit = SiteVisit.objects.get()
    assert {row.user.username for row in visit.team.all()} == {"licensing", "licensing2"}
    assert WorkItem.objects.get(kind="application.visit", closed_at__isnull=True).user == world.user("licensing")
    with pytest.raises(Blocked) as error:
        story.recommend()
    assert "visit_open" in codes(error)
    story.declare("licensing3")
    with pytest.raises(Denied) as error:
        story.record_visit("licensing3")
    assert codes(error) == {"not_on_team"}
    story.declare("licensing2").record_visit("licensing2", condition_founded_measured="12.5", note="Sạch sẽ.")
    visit.refresh_from_db()
    assert (visit.met_whom, visit.note, visit.held_at is not None) == ("Bà Sáu, giám đốc", "Sạch sẽ.", True)
    answers = dossier.answers(story.application)
    assert {row.visit_id for row in answers.values()} == {visit.pk}
    assert answers["founded"].measured == pytest.approx(12.5)
    with pytest.raises(Blocked) as error:
        story.record_visit()
    assert codes(error) == {"no_visit"}


@pytest.mark.parametrize("minutes", [60, -60 * 24 * 30])
def test_a_visit_was_neither_tomorrow_nor_before_the_file_was_taken(world, minutes):
    story = Recognition(people(world)).site_visit()
    at = timezone.localtime() + timedelta(minutes=minutes)
    with pytest.raises(Invalid) as error:
        story.record_visit(held_at=f"{at:%Y-%m-%d %H:%M}")
    assert "held_at" in error.value.errors


def test_photos_belong_to_the_visit_and_lose_what_the_telephone_wrote(world):
    story = Recognition(people(world)).site_visit()
    picture = SimpleUploadedFile("IMG_0001.jpg", files.jpeg(), "image/jpeg")
    story.do("licensing", "visit_photo", files={"file": picture}, title="Bếp")
    with pytest.raises(Invalid):
        story.do("licensing", "visit_photo", files={"file": scan()})
    photo_row = Document.objects.get(root_model="accreditation.SiteVisit")
    assert (photo_row.root_id, photo_row.kind) == (SiteVisit.objects.get().pk, "photo")
    assert can(world.actor("licensing2"), "view", photo_row) and can(world.actor("head"), "view", photo_row)
    assert not can(world.actor("private_manager"), "view", photo_row)


def test_a_visit_that_never_was_is_cancelled(world):
    story = Recognition(people(world)).site_visit()
    story.refuse()
    assert SiteVisit.objects.get().cancelled_at is not None
    story.appeal().overturn()
    story.declare("licensing2").check("licensing2")
    story.do("licensing2", "visit", planned_on=day(0), team=[world.user("licensing3").pk])
    assert SiteVisit.objects.filter(held_at__isnull=True, cancelled_at__isnull=True).count() == 1


# --- conditions ---
def test_every_condition_of_the_day_is_answered(world):
    story = Recognition(people(world)).under_review()
    asked = {item.code for item in dossier.conditions(story.application)}
    assert asked == {"founded", "head_capacity", "head_record", "direct_staff"}  # nobody sleeps there
    story.do("licensing", "answer_conditions", condition_founded="met")
    with pytest.raises(Blocked) as error:
        story.recommend()
    assert len([reason for reason in error.value.reasons if reason.code == "condition_open"]) == 3


def test_where_people_sleep_more_is_asked(world):
    story = Recognition(people(world)).draft(residential=True).submit().take()
    asked = {item.code for item in dossier.conditions(story.application)}
    assert {"land", "rooms", "staffing", "accessible"} < asked
    land = next(row for row in dossier.appraisal(story.application) if row.item.code == "land")
    assert [row.metric for row in land.norms] == ["land_per_client"]


@pytest.mark.parametrize("kind", ["register", "reissue", "dissolve"])
def test_what_gives_no_licence_has_no_conditions(world, kind):
    story = Recognition(people(world), kind).under_review()
    assert dossier.conditions(story.application) == []
    assert story.recommend().application.state == "decision"


def test_an_unmet_condition_says_what_is_wrong(world):
    story = Recognition(people(world)).under_review()
    with pytest.raises(Invalid) as error:
        story.do("licensing", "answer_conditions", condition_founded="unmet")
    assert "condition_founded_note" in error.value.errors
    story.judge(founded="Bản sao chưa chứng thực.")
    with pytest.raises(Invalid) as error:
        story.recommend()
    assert "recommendation" in error.value.errors
    assert story.recommend(recommendation="conditional").application.recommendation == "conditional"
    with pytest.raises(Blocked) as error:
        story.approve()
    assert codes(error) == {"condition_unmet"}


def test_the_self_check_counts_for_what_is_asked(world):
    """The numbers of the law for twenty clients, though the register says nothing of beds."""
    story = Recognition(people(world)).draft()
    story.facility.land_area, story.facility.zone = 300, "rural"
    story.facility.save()
    land = {row.metric: row for row in dossier.self_check(story.reload())}["land_per_client"]
    assert (land.measured, land.met, land.gap) == (15, False, 15)
    assert {row.metric for row in dossier.self_check(story.facility)} == {
        row.metric for row in dossier.self_check(story.application)
    }


# --- decisions ---
def test_a_recommendation_has_its_reasons(world):
    story = Recognition(people(world)).under_review().judge()
    with pytest.raises(Invalid):
        story.do("licensing", "recommend", recommendation="approve", report="")


def test_no_more_is_granted_than_was_asked_for(world):
    story = Recognition(people(world)).decision()
    for wrong in ({"capacity": 21}, {"groups": ["k1"]}, {"groups": []}, {"starts_on": day(-1)},
                  {"starts_on": day(5), "ends_on": day(5)}):  # fmt: skip
        with pytest.raises(Invalid) as error:
            story.approve(**wrong)
        assert set(error.value.errors) <= {"capacity", "groups", "starts_on", "ends_on"}
    story.approve(capacity=15)
    assert story.licence().capacity == 15


def test_approval_gives_the_licence_and_a_numbered_decision(world):
    story = Recognition(people(world)).approved()
    licence, decision = story.licence(), Decision.objects.get()
    assert (licence.state, licence.capacity) == ("active", 20)
    assert (decision.kind, decision.licence, decision.signed_by) == ("approve", licence, world.user("head"))
    assert decision.facts["capacity"] == 20 and decision.basis.startswith("NĐ 103/2017")
    assert story.application.days_used == 0
    assert not WorkItem.objects.filter(root_id=story.application.pk, closed_at__isnull=True).exists()


@pytest.mark.parametrize("kind", [
    "register", "licence", "small_facility", "adjust", "reissue", "dissolve", "register_change",
])  # fmt: skip
def test_every_kind_is_approved(world, kind):
    story = Recognition(people(world), kind).approved()
    assert story.application.state == "approved" and Decision.objects.filter(kind="approve").count() == 1


def test_on_conditions_the_licence_is_restricted_until_they_are_met(world):
    story = Recognition(people(world)).on_conditions()
    assert (story.licence().state, story.application.conditions) == ("restricted", "Lắp thêm tay vịn.")
    with pytest.raises(Blocked) as error:
        story.do("head", "met")
    assert codes(error) == {"no_evidence"}
    story.do(story.manager, "evidence", answer="Đã lắp ngày 1/11.")
    assert WorkItem.objects.filter(kind="application.confirm", closed_at__isnull=True).exists()
    story.do("head", "met")
    assert (story.application.state, story.licence().state) == ("approved", "active")


def test_conditions_not_met_take_the_licence_back(world):
    story = Recognition(people(world)).on_conditions()
    with pytest.raises(Invalid):
        story.do("head", "unmet", note="")
    story.do("head", "unmet", note="Quá hạn không làm.")
    assert (story.application.state, story.licence().state) == ("refused", "revoked")
    assert Decision.objects.get(kind="refuse").reasons == "Quá hạn không làm."


@pytest.mark.parametrize("days", [0, 200])
def test_conditions_have_a_day_that_is_not_too_far(world, days):
    story = Recognition(people(world)).decision()
    with pytest.raises(Invalid) as error:
        story.conditional(conditions_by=day(days))
    assert "conditions_by" in error.value.errors


def test_only_a_licence_is_given_on_conditions(world):
    story = Recognition(people(world), "register").decision()
    with pytest.raises(Blocked) as error:
        story.conditional()
    assert codes(error) == {"not_conditional"}


def test_a_refusal_has_written_reasons(world):
    story = Recognition(people(world)).decision()
    with pytest.raises(Invalid):
        story.refuse(note=" ")
    story.refuse(note="Không đủ nhân sự.")
    assert Decision.objects.get().reasons == "Không đủ nhân sự."


def test_sent_back_it_is_the_officers_again(world):
    story = Recognition(people(world)).decision()
    story.do("head", "send_back", note="Đo lại diện tích.")
    row = story.application
    assert (row.state, row.recommendation, row.recommended_by) == ("under_review", "", None)
    item = WorkItem.objects.get(root_id=row.pk, closed_at__isnull=True)
    assert (item.kind, item.user) == ("application.reappraise", world.user("licensing"))


def test_an_appeal_has_its_window(world):
    story = Recognition(people(world)).refused()
    Application.objects.filter(pk=story.application.pk).update(decided_at=timezone.now() - timedelta(days=91))
    with pytest.raises(Blocked) as error:
        story.appeal()
    assert codes(error) == {"too_late"}
    Application.objects.filter(pk=story.application.pk).update(decided_at=timezone.now() - timedelta(days=90))
    assert story.appeal().application.appeal_text == "Chúng tôi đủ điều kiện."


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "under_review", "site_visit", "correction"])
def test_withdrawing_leaves_the_licence_untouched(world, state):
    story = Recognition(people(world), "adjust").reach(state)
    before = story.application.licence
    story.do(story.manager, "withdraw", note="Thôi.")
    after = type(before).objects.get(pk=before.pk)
    assert story.application.state == "withdrawn"
    assert (after.state, after.version) == (before.state, before.version)
    assert story.application.due_at is None
