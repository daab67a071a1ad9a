"""Returned once, with one complete list; mended on site; the clock that stops; the officer may not drip-feed."""

import pytest

from accreditation.models import Defect
from accreditation.selectors import dossier, terms
from core.errors import Blocked, Invalid
from core.worklist.models import WorkItem
from tests.factories.accreditation import Recognition, people, photo
from tests.factories.cases import day

pytestmark = pytest.mark.django_db


def codes(error):
    return {reason.code for reason in error.value.reasons}


def open_kinds(story):
    rows = WorkItem.objects.filter(root_id=story.application.pk, closed_at__isnull=True)
    return set(rows.values_list("kind", flat=True))


# --- the list ---
def test_every_paper_is_looked_at_before_anything_goes_back(world):
    story = Recognition(people(world)).submitted().declare()
    story.do("licensing", "check_papers", paper_form="accepted")
    for name in ("return", "take"):
        with pytest.raises(Blocked) as error:
            story.do("licensing", name, more="Thiếu.")
        assert codes(error) == {"not_checked"}, name


def test_the_list_holds_what_was_found_in_the_papers(world):
    story = Recognition(people(world)).submitted().declare().check(form="Thiếu chữ ký.")
    with pytest.raises(Blocked) as error:
        story.do("licensing", "take")
    assert codes(error) == {"faulty"}
    with pytest.raises(Invalid) as error:
        story.do("licensing", "return", more="Thiếu sơ đồ.")
    assert "paper_form" in error.value.errors
    with pytest.raises(Invalid):
        story.do("licensing", "return")
    story.do("licensing", "return", paper_form="Thiếu chữ ký.", more="Thiếu sơ đồ.\nThiếu danh sách.")
    assert [row.text for row in story.defects()] == ["Thiếu chữ ký.", "Thiếu sơ đồ.", "Thiếu danh sách."]
    assert (story.application.state, story.application.waiting_since is not None) == ("returned", True)
    assert open_kinds(story) == {"application.amend"}


def test_each_defect_is_answered_before_it_comes_back(world):
    story = Recognition(people(world)).returned(paper_form="Thiếu chữ ký.", more="Thiếu sơ đồ.")
    first, second = story.defects()
    story.do(story.manager, "evidence", defect=first.pk, answer="Đã ký.")
    with pytest.raises(Blocked) as error:
        story.do(story.manager, "submit", signed_name="Lê Thị Sáu", pledged=True)
    assert [reason.fix for reason in error.value.reasons] == [f"#thieu-sot-{second.pk}"]
    story.do(story.manager, "evidence", defect=second.pk, answer="Nhà cấp 4, không có sơ đồ.", contested=True)
    story.upload("form")
    story.submit()
    assert (story.application.state, story.application.round) == ("submitted", 2)


def test_an_answered_list_starts_the_clock_anew_and_is_settled_when_taken(world):
    story = Recognition(people(world)).returned(paper_form="Thiếu chữ ký.")
    assert terms.days(story.application) is None
    story.answer().upload("form")
    story.submit()
    row = story.application
    assert (row.clock_days, row.paused_days, terms.days(row).used) == (15, 0, 0)
    assert row.clock_started_at == row.submitted_at
    story.check()
    story.do("licensing", "take")
    assert all(defect.settled_at for defect in story.defects())


def test_a_defect_that_was_not_mended_is_seen_again(world):
    """Accepted papers stay accepted; what was found wrong must be looked at anew."""
    story = Recognition(people(world)).returned(paper_form="Thiếu chữ ký.").answer().submit()
    with pytest.raises(Blocked) as error:
        story.do("licensing", "take")
    assert codes(error) == {"faulty"}
    story.do("licensing", "return", paper_form="Vẫn thiếu chữ ký.")
    assert [row.late for row in story.defects()] == [False, False]


# --- one list, not drop by drop ---
def test_what_the_first_list_did_not_name_needs_a_reason_and_is_marked(world):
    story = Recognition(people(world)).returned(paper_form="Thiếu chữ ký.").answer()
    story.upload("form")
    story.submit().check()
    with pytest.raises(Invalid) as error:
        story.do("licensing", "return", paper_founding="Bản sao mờ.", paper_form="Ký sai chỗ.")
    assert "Bản sao mờ" in error.value.errors["late_reason"][0]
    assert "Ký sai chỗ" not in error.value.errors["late_reason"][0]  # the new paper may have a fault of its own
    story.do(
        "licensing", "return", paper_founding="Bản sao mờ.", paper_form="Ký sai chỗ.",
        late_reason="Đối chiếu bản gốc mới thấy.",
    )  # fmt: skip
    late = {row.text: (row.late, row.late_reason) for row in Defect.objects.filter(round=2)}
    assert late == {"Bản sao mờ.": (True, "Đối chiếu bản gốc mới thấy."), "Ký sai chỗ.": (False, "")}
    item = WorkItem.objects.get(kind="application.drip", closed_at__isnull=True)
    assert (item.role, item.unit) == ("deciding_head", world.units["department"])


def test_what_the_first_list_named_may_be_asked_for_again(world):
    story = Recognition(people(world)).returned(paper_form="Thiếu chữ ký.", more="Thiếu sơ đồ.").answer().submit()
    story.do("licensing", "return", paper_form="Vẫn thiếu.", more="Thiếu sơ đồ.")
    assert not any(row.late for row in story.defects())


# --- on site ---
def test_what_must_be_mended_pauses_the_clock(world):
    story = Recognition(people(world)).site_visit()
    with pytest.raises(Blocked) as error:
        story.require_fix()
    assert codes(error) == {"visit_open"}
    story.record_visit().require_fix(condition_founded="Thiếu bản chính.", more="Thay cầu dao.")
    row = story.application
    assert (row.state, row.paused_at is not None, terms.days(row).paused) == ("correction", True, True)
    assert open_kinds(story) == {"application.fix"}
    story.fixed()
    row = story.application
    assert (row.state, row.paused_at, row.waiting_since, row.fix_by) == ("under_review", None, None, None)
    assert open_kinds(story) == {"application.recheck"}


def test_each_item_is_answered_and_shown(world):
    story = Recognition(people(world)).under_review().require_fix(more="Thay cầu dao.\nKê lại giường.")
    first, second = story.defects()
    with pytest.raises(Blocked) as error:
        story.do(story.manager, "fixed")
    assert codes(error) == {"not_answered"}
    story.do(story.manager, "evidence", defect=first.pk, answer="Đã thay.")
    story.do(story.manager, "evidence", defect=second.pk, answer="Đủ khoảng cách rồi.", contested=True)
    with pytest.raises(Blocked) as error:
        story.do(story.manager, "fixed")
    assert [reason.fix for reason in error.value.reasons] == [f"#thieu-sot-{first.pk}"]
    story.upload(f"item-{first.pk}", file=photo())
    story.do(story.manager, "fixed")
    assert story.application.state == "under_review"


def test_the_head_may_ask_too_and_both_wait(world):
    story = Recognition(people(world)).decision()
    story.do("head", "require_fix", more="Bổ sung hợp đồng.", fix_by=day(10))
    assert story.application.state == "correction"
    assert story.fixed().application.state == "under_review"


@pytest.mark.parametrize("days", [0, 61])
def test_a_deadline_to_mend_lies_ahead_and_not_too_far(world, days):
    story = Recognition(people(world)).under_review()
    with pytest.raises(Invalid) as error:
        story.require_fix(days=days)
    assert "fix_by" in error.value.errors


def test_nothing_is_proposed_for_approval_before_what_was_asked_for_is_settled(world):
    story = Recognition(people(world)).under_review().require_fix().fixed().judge()
    with pytest.raises(Invalid) as error:
        story.recommend()
    assert "Thay cầu dao điện" in error.value.errors["recommendation"][0]
    story.do("licensing", "answer_conditions", settled=[row.pk for row in dossier.open_defects(story.application)])
    assert story.recommend().application.state == "decision"
