"""What an inspection does at each step, and why it may not yet."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.accounts.enums import Role
from core.accounts.services import assign
from core.audit.models import Event
from core.errors import Blocked, Denied, Invalid, NotVisible
from core.hooks import _providers, provide
from core.lifecycle.engine import available, perform, system_perform
from core.outbox.tasks import DBTaskResult
from core.worklist.models import WorkItem
from facilities.models import ChecklistItem, FacilityModel, Finding, Inspection
from facilities.selectors import oversight
from tests.factories.cases import day
from tests.factories.oversight import UNMET


def codes(caught):
    return {reason.code for reason in caught.value.reasons}


def open_kinds(row):
    return set(WorkItem.objects.filter(subject_id=row.pk, closed_at__isnull=True).values_list("kind", flat=True))


def told(verb):
    """Who is sent a notice about events of that verb."""
    events = {str(event) for event in Event.objects.filter(verb=verb).values_list("id", flat=True)}
    found = set()
    for task in DBTaskResult.objects.filter(task_path__endswith="deliver_notices"):
        sent = task.args_kwargs["kwargs"]
        if sent["event"] in events:
            found |= set(sent["users"])
    return found


def ids(story, *names):
    return {str(story.world.user(name).pk) for name in names}


def test_the_whole_way_with_one_finding(story):
    row = story.recheck()
    assert row.state == "recheck"
    story.do("licensing2", "recheck", row, **story.recheck_data(row))
    finding = row.findings.get()
    assert (row.state, finding.mended_on, row.ended_at is not None) == ("closed", timezone.localdate(), True)
    assert finding.evidence and finding.reply
    assert open_kinds(row) == set()


def test_without_findings_the_conclusion_ends_it(story):
    row = story.closed()
    assert (row.state, row.licence_effect) == ("closed", "none")
    assert row.concluded_by == story.world.user("licensing")


def test_an_announced_one_is_told_to_the_facility_and_an_unannounced_one_is_not(story):
    story.planned(announced=False)
    assert told("inspection.plan") == ids(story, "licensing2")
    story.planned()
    assert told("inspection.plan") == ids(story, "licensing2", "manager")


def test_whoever_was_told_is_told_of_the_change_too(story):
    row = story.planned(planned_on=day(5))
    story.do("licensing", "edit", row, **story.plan_data(planned_on=day(9), announced=False))
    assert ids(story, "manager") <= told("inspection.edit")
    assert timezone.localdate(row.due_at) >= timezone.localdate() + timedelta(days=9)


def test_the_team_has_two_and_the_leader_counts_once(story):
    with pytest.raises(Blocked) as caught:
        story.planned(team=[story.world.user("licensing").pk])
    assert codes(caught) == {"team_too_small"}
    row = story.planned(team=[story.world.user(name).pk for name in ("licensing", "licensing2")])
    assert row.team.count() == 2


def test_nobody_of_the_facility_goes(story):
    """A duty in the house or a line in its list of staff is enough, when planned and again when begun."""
    world = story.world
    user = world.user("licensing2")
    row = story.planned()
    assign(user, Role.WORKER, story.facility.unit, valid_from=timezone.localdate())
    with pytest.raises(Blocked) as caught:
        story.planned()
    assert codes(caught) == {"of_the_house"}
    with pytest.raises(Blocked) as caught:
        story.do("licensing", "begin", row)
    assert codes(caught) == {"of_the_house"}
    with pytest.raises(Denied) as caught:
        story.do("licensing2", "begin", row)
    assert codes(caught) == {"of_the_house"}


def test_an_officer_on_the_list_of_staff_plans_nothing_there(story):
    from facilities.models import StaffMember

    StaffMember.objects.create(
        facility=story.facility, user=story.world.user("licensing"), full_name="Chính người ấy", position="carer",
        works_from=timezone.localdate(),
    )  # fmt: skip
    with pytest.raises(Denied) as caught:
        story.planned()
    assert codes(caught) == {"of_the_house"}


def test_who_decides_or_audits_is_not_among_those_who_may_go(story):
    people = oversight.inspectors(story.world.units["department"].pk)
    names = set(people.values_list("username", flat=True))
    assert names == {"licensing", "licensing2", "leader", "steward"}


def test_a_past_day_and_a_closed_facility_are_refused(story):
    with pytest.raises(Blocked) as caught:
        story.planned(planned_on=day(-1))
    assert codes(caught) == {"day_past"}
    story.facility.closed_on = timezone.localdate()
    story.facility.save()
    with pytest.raises(Blocked) as caught:
        story.planned()
    assert codes(caught) == {"facility_closed"}


def test_a_recheck_names_what_it_follows_and_an_incident_its_incident(story):
    for kind, field in (("recheck", "follows"), ("incident", "incident")):
        with pytest.raises(Invalid) as caught:
            story.planned(kind=kind)
        assert set(caught.value.errors) == {field}
    former, incident = story.closed(), story.reported()
    row = story.planned(kind="recheck", follows=former.pk)
    assert list(former.rechecks.all()) == [row]
    assert story.planned(kind="incident", incident=incident.pk).incident == incident


def test_what_belongs_to_another_facility_is_not_offered(story, world):
    from tests.factories.oversight import Oversight

    other = Oversight(world, "private")
    with pytest.raises(Invalid):
        story.planned(kind="recheck", follows=other.closed().pk)


def test_it_begins_on_its_day_and_not_before(story):
    row = story.planned(planned_on=day(3))
    with pytest.raises(Blocked) as caught:
        story.do("licensing", "begin", row)
    assert codes(caught) == {"too_early"}


def test_the_checklist_of_the_day_is_laid_down(story):
    """By kind of facility, by whether people lodge there, by the edition of that day; later editions change nothing."""
    FacilityModel.objects.filter(facility=story.facility).delete()
    row = story.underway()
    asked = [item.code for item, _answer in oversight.asked(row)]
    expected = ChecklistItem.objects.filter(
        ChecklistItem.on(timezone.localdate()), use="inspection", legal_kind__in=["", "general"], residential_only=False
    )
    assert asked == [item.code for item in expected.order_by("order", "code")]
    assert UNMET in asked and "care.meals" not in asked
    ChecklistItem.objects.filter(code=UNMET).update(legal_kind="mental")
    assert [item.code for item, _answer in oversight.asked(row)] == asked
    FacilityModel.objects.create(facility=story.facility, code="residential")
    lodging = story.underway()
    assert "care.meals" in [item.code for item, _answer in oversight.asked(lodging)]


def test_answers_are_kept_item_by_item(story):
    row = story.underway()
    story.do("licensing", "answer", row, item_legal_licence="met")
    story.do("licensing2", "answer", row, item_legal_files="unmet", note_legal_files="Thiếu 3 hồ sơ")
    story.do("licensing", "answer", row, item_legal_licence="", note_legal_licence="Treo ở sảnh")
    given = {answer.code: (answer.verdict, answer.note) for answer in row.answers.all()}
    assert given["legal.licence"] == ("met", "Treo ở sảnh")
    assert given["legal.files"] == ("unmet", "Thiếu 3 hồ sơ")
    with pytest.raises(Invalid):
        story.do("licensing", "answer", row, item_legal_licence="perhaps")


def test_only_the_team_writes_what_was_seen(story, world):
    from tests.factories.accounts import UserFactory

    third = UserFactory(username="licensing3", duty=(Role.LICENSING, world.units["department"]))
    world.users["licensing3"] = third
    row = story.underway()
    for name, data in (("answer", {"item_legal_licence": "met"}), ("conclude", {"summary": "X"})):
        with pytest.raises(Denied) as caught:
            story.do("licensing3", name, row, **data)
        assert codes(caught) == {"not_in_team"}
    with pytest.raises(Denied):
        story.make("licensing3", Finding, "add", parent=row, **story.finding_data())


def test_it_is_concluded_when_all_is_answered_and_each_failing_has_a_finding(story):
    row = story.underway()
    with pytest.raises(Blocked) as caught:
        story.do("licensing", "conclude", row, summary="Xong.")
    assert codes(caught) == {"unanswered"}
    story.do("licensing", "answer", row, **story.answers(row, (UNMET,)))
    with pytest.raises(Blocked) as caught:
        story.do("licensing", "conclude", row, summary="Xong.")
    assert codes(caught) == {"no_finding"}
    finding = story.finding(row)
    story.do("licensing", "drop", finding, note="Nhầm.")
    with pytest.raises(Blocked):
        story.do("licensing", "conclude", row, summary="Xong.")
    story.finding(row)
    story.do("licensing", "conclude", row, summary="Xong.")
    assert row.state == "reply"
    assert ids(story, "manager") <= told("inspection.conclude")


def test_a_proposal_for_the_licence_needs_a_finding(story):
    row = story.answered(findings=False)
    with pytest.raises(Blocked) as caught:
        story.do("licensing", "conclude", row, summary="Đạt.", licence_effect="suspend")
    assert codes(caught) == {"no_ground"}


def test_findings_are_written_during_the_visit_only(story):
    row = story.planned()
    with pytest.raises(Blocked):
        story.finding(row, code="")
    row = story.reply()
    with pytest.raises(Blocked):
        story.do("licensing", "edit", row.findings.get(), **story.finding_data())
    with pytest.raises(Blocked):
        story.do("licensing", "drop", row.findings.get(), note="Lúc chờ giải trình.")


def test_the_facility_has_five_working_days_to_reply(story):
    row = story.reply()
    assert (row.clock_days, row.due_at is not None) == (5, True)
    assert open_kinds(row) == {"inspection.reply"}
    with pytest.raises(Blocked) as caught:
        system_perform(row, "no_reply")
    assert codes(caught) == {"not_over"}


def test_a_contested_finding_says_why(story):
    row = story.reply()
    finding = row.findings.get()
    with pytest.raises(Invalid) as caught:
        story.do("manager", "reply", row, **{f"stand_{finding.pk.hex}": "contested"})
    assert set(caught.value.errors) == {f"say_{finding.pk.hex}"}
    story.do("manager", "reply", row, **story.reply_data(row, "contested"))
    finding.refresh_from_db()
    assert (finding.contested, finding.reply, row.state) == (True, "Đã hiểu.", "remedy")
    assert timezone.localdate(row.due_at) >= finding.remedy_by


def test_the_officer_may_drop_what_was_rightly_contested(story):
    row = story.reply()
    story.do("manager", "reply", row, **story.reply_data(row, "contested"))
    story.do("licensing2", "drop", row.findings.get(), note="Cơ sở đúng.")
    story.do("manager", "remedied", row)
    story.do("licensing", "recheck", row)
    assert row.state == "closed"


def test_the_remedy_names_evidence_for_each_open_finding(story):
    row = story.remedy()
    with pytest.raises(Invalid):
        story.do("manager", "remedied", row)
    story.do("manager", "remedied", row, **story.remedy_data(row))
    assert open_kinds(row) == {"inspection.recheck"}


def test_what_is_not_mended_goes_back_with_a_new_day(story):
    row = story.recheck()
    finding = row.findings.get()
    with pytest.raises(Invalid) as caught:
        story.do("licensing", "recheck", row, **{f"result_{finding.pk.hex}": "still"})
    assert set(caught.value.errors) == {f"until_{finding.pk.hex}"}
    story.do("licensing", "recheck", row, **story.recheck_data(row, "still"))
    finding.refresh_from_db()
    assert row.state == "remedy" and finding.remedy_by == timezone.localdate() + timedelta(days=30)
    assert timezone.localdate(row.due_at) >= finding.remedy_by
    assert open_kinds(row) == {"inspection.remedied"}


def test_it_ends_with_open_findings_only_by_a_proposal_for_the_licence(story, monkeypatch):
    heard = []
    monkeypatch.setitem(_providers, "inspection.effect", [])
    provide("inspection.effect")(lambda row, act: heard.append((row.pk, row.licence_effect, act.event.verb)))
    row = story.remedy()
    with pytest.raises(Invalid):
        story.do("licensing", "end", row, licence_effect="none", note="Thôi.")
    story.do("licensing", "end", row, licence_effect="suspend", note="Quá hạn, không khắc phục.")
    assert (row.state, row.licence_effect) == ("closed", "suspend")
    assert heard == [(row.pk, "suspend", "inspection.end")]
    assert ids(story, "head", "manager") <= told("inspection.end")


def test_with_nothing_open_it_is_not_ended_so(story):
    row = story.remedy()
    story.do("licensing", "drop", row.findings.get(), note="Cơ sở đúng.")
    with pytest.raises(Blocked) as caught:
        story.do("licensing", "end", row, licence_effect="revoke", note="Thử.")
    assert codes(caught) == {"nothing_open"}


def test_cancelled_it_says_why_and_an_unknown_one_stays_unknown(story):
    row = story.planned(announced=False)
    with pytest.raises(Invalid):
        story.do("licensing", "cancel", row)
    story.do("licensing", "cancel", row, note="Bão.")
    assert row.state == "cancelled" and ids(story, "manager").isdisjoint(told("inspection.cancel"))
    with pytest.raises(NotVisible):
        available(story.world.actor("manager"), row)


def test_a_number_is_given_once(story):
    numbers = {story.planned().number for _ in range(3)}
    assert len(numbers) == 3 and all(number.startswith("KT-") for number in numbers)


def test_evidence_belongs_to_the_inspection_or_to_one_finding(story):
    row = story.remedy()
    finding = row.findings.get()
    paper = story.evidence(row, finding=finding.pk)
    assert (paper.root_id, paper.subject_id) == (row.pk, finding.pk)
    assert story.evidence(row, by="licensing").subject_id == row.pk
    with pytest.raises(NotVisible):
        story.evidence(row, by="private_manager")
    closed = story.closed()
    with pytest.raises(Blocked):
        story.evidence(closed, by="licensing")


def test_while_the_visit_is_on_the_facility_adds_nothing(story):
    row = story.underway()
    story.evidence(row, by="licensing")
    with pytest.raises(Denied):
        story.evidence(row, by="manager")


def test_every_state_has_somebody_and_a_day(story):
    for way in ("planned", "underway", "reply", "remedy", "recheck"):
        row = getattr(story, way)()
        assert row.due_at is not None, way
        assert len(open_kinds(row)) == 1, way


def test_the_officer_of_another_province_knows_nothing(story):
    row = story.planned()
    with pytest.raises(NotVisible):
        perform(row, "begin", by=story.world.actor("other_licensing"), version=row.version, data={})
    assert Inspection.objects.get(pk=row.pk).state == "planned"
