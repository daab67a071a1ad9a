"""The checklist made for this application, the papers, and what handing in asks for."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accreditation.models import Application, ApplicationPaper, Procedure, ProcedureComponent
from accreditation.selectors import dossier, procedures
from core.access.engine import can
from core.documents import vault
from core.documents.models import Document
from core.errors import Blocked, Invalid
from core.lifecycle.engine import perform
from facilities.models import Facility
from tests.core.documents import files
from tests.factories.accreditation import ASKED, Recognition, people, scan, take_over
from tests.factories.cases import day

pytestmark = pytest.mark.django_db


def codes(error):
    return [reason.code for reason in error.value.reasons]


def component(story, code):
    return {row.code: row for row in procedures.components(story.reload())}[code]


# --- the checklist ---
def test_the_checklist_is_that_of_the_kind(world):
    story = Recognition(people(world)).draft()
    assert [entry.component.code for entry in dossier.checklist(story.application)] == [
        "form", "founding", "staff", "fire",
    ]  # fmt: skip
    assert [entry.code for entry in dossier.checklist(story.application)] == ["missing", "missing", "", ""]


@pytest.mark.parametrize(("kind", "asked", "code"), [
    ("register", {"foreign": True}, "foreign"), ("adjust", {"changes": ["name", "head"]}, "criminal_record"),
])  # fmt: skip
def test_a_fact_of_the_application_adds_its_paper(world, kind, asked, code):
    story = Recognition(people(world), kind).draft(**{"head_name": "Người mới", **asked})
    assert code in {row.code for row in procedures.components(story.application)}
    without = Application.objects.get(pk=story.application.pk)
    without.asked = {**without.asked, "foreign": False, "changes": ["name"]}
    assert code not in {row.code for row in procedures.components(without)}


def test_the_law_of_the_day_of_submission_holds(world):
    """A component that the law asks for from tomorrow on is not asked of what was handed in today."""
    story = Recognition(people(world)).submitted()
    tomorrow = timezone.localdate() + timedelta(days=1)
    ProcedureComponent.objects.create(
        procedure="licence", code="new", name="Giấy mới", article="thử", valid_from=tomorrow, order=99
    )
    Procedure.objects.filter(code="licence").update(valid_to=tomorrow)
    Procedure.objects.create(
        code="licence", name="Mới", competent="department", competent_label="Sở", working_days=3, result="x",
        article="thử", valid_from=tomorrow,
    )  # fmt: skip
    row = story.reload()
    assert (row.legal_days, row.clock_days) == (15, 15)
    assert "new" not in {item.code for item in procedures.components(row)}
    assert "new" in {item.code for item in procedures.components(row, tomorrow)}
    assert procedures.procedure("licence", tomorrow).working_days == 3


# --- who decides ---
@pytest.mark.parametrize(("kind", "unit"), [
    ("register", "department"), ("licence", "department"), ("small_facility", "commune"), ("adjust", "department"),
])  # fmt: skip
def test_it_goes_to_whoever_is_competent(world, kind, unit):
    story = Recognition(people(world), kind).draft()
    assert story.application.to_unit == world.units[unit]


def test_what_is_about_a_small_licence_stays_with_the_commune(world):
    story = Recognition(people(world), "adjust")
    take_over(world, story.facility, kind="small", to_unit=world.units["commune"].pk, number="9/XN", capacity=8)
    assert story.draft().application.to_unit == world.units["commune"]
    assert story.application.licence.number == "9/XN"
    with pytest.raises(Blocked) as error:
        story.submit()
    assert codes(error) == ["too_big"]  # and it stays small


def test_without_a_commune_nobody_is_competent(world):
    story = Recognition(people(world), "small_facility")
    Facility.objects.filter(pk=story.facility.pk).update(commune=None)
    with pytest.raises(Blocked) as error:
        story.draft()
    assert codes(error) == ["no_commune"]


# --- beginning ---
def test_renewal_waits_for_an_article(world):
    with pytest.raises(Blocked) as error:
        Recognition(people(world), "renew").draft()
    assert "switched_off" in codes(error) and "chưa có điều luật" in str(error.value.reasons[0].text)


def test_one_of_a_kind_is_open(world):
    story = Recognition(people(world)).draft()
    with pytest.raises(Blocked) as error:
        Recognition(world).draft()
    assert codes(error) == ["open_already"] and story.application.number in str(error.value.reasons[0].text)
    assert Recognition(world, "register").draft().application.state == "draft"


@pytest.mark.parametrize(("kind", "code"), [("adjust", "no_licence"), ("reissue", "no_licence")])
def test_what_is_about_a_licence_needs_one(world, kind, code):
    story = Recognition(people(world), kind)
    with pytest.raises(Blocked) as error:
        perform(
            Application, "draft", by=world.actor(story.manager), parent=story.facility,
            data={"kind": kind, **ASKED[kind]},
        )  # fmt: skip
    assert codes(error) == [code]


@pytest.mark.parametrize("kind", ["licence", "small_facility"])
def test_a_second_licence_is_an_adjustment(world, kind):
    story = Recognition(people(world), kind)
    take_over(world, story.facility)
    with pytest.raises(Blocked) as error:
        story.draft()
    assert codes(error) == ["licence_there"]


def test_a_public_facility_and_a_closed_one_do_not_apply(world):
    story = Recognition(people(world))
    Facility.objects.filter(pk=story.facility.pk).update(ownership="public", closed_on="2026-03-01")
    with pytest.raises(Blocked) as error:
        story.draft()
    assert codes(error) == ["public", "closed"]


def test_what_is_left_empty_comes_from_the_register(world):
    asked = Recognition(people(world)).draft().application.asked
    assert (asked["name"], asked["head_name"], asked["legal_kind"]) == ("Mái ấm tư nhân", "Lê Thị Sáu", "elderly")
    assert "dissolve_on" not in asked and "changes" not in asked


def test_the_address_of_a_shelter_is_not_written_into_the_file(world):
    story = Recognition(people(world))
    Facility.objects.filter(pk=story.facility.pk).update(hidden_address=True, address="", lat=None, lon=None)
    story.facility.refresh_from_db()
    story.draft(address="Chỗ kín")
    assert not story.application.asked.get("address")
    assert story.submit().application.state == "submitted"


def test_a_small_home_has_fewer_than_ten(world):
    story = Recognition(people(world), "small_facility")
    with pytest.raises(Invalid) as error:
        story.draft(capacity=10)
    assert "capacity" in error.value.errors
    assert story.draft(capacity=9).submit().application.to_unit == world.units["commune"]


# --- papers ---
def test_a_paper_is_looked_at_before_anything_is_written(world):
    story = Recognition(people(world)).draft()
    for content in (b"khong phai pdf", files.pdf(objects=b"7 0 obj << /S /JavaScript /JS (x) >> endobj\n"), b""):
        with pytest.raises(Invalid) as error:
            story.upload("form", file=SimpleUploadedFile("don.pdf", content, "application/pdf"))
        assert "file" in error.value.errors
    assert not ApplicationPaper.objects.exists() and not Document.objects.exists()


def test_pages_are_counted_and_limited(world):
    story = Recognition(people(world)).draft()
    assert component(story, "form").max_pages == 20
    assert story.upload("form", file=scan(pages=20)).pages == 20
    with pytest.raises(Invalid) as error:
        story.upload("form", file=scan(pages=21))
    assert "20 trang" in error.value.errors["file"][0]


def test_a_paper_with_an_end_says_it_and_has_not_ended(world):
    story = Recognition(people(world), "adjust").draft()
    with pytest.raises(Invalid) as error:
        story.upload("proof", expires_on="")
    assert "expires_on" in error.value.errors
    with pytest.raises(Invalid):
        story.upload("proof", expires_on=day(-1))
    assert story.upload("proof", expires_on=day(0)).expires_on == timezone.localdate()


def test_a_paper_too_old_is_refused(world):
    story = Recognition(people(world), "small_facility").draft()
    for issued in ("", day(-200)):
        with pytest.raises(Invalid) as error:
            story.upload("criminal_record", issued_on=issued)
        assert "issued_on" in error.value.errors
    assert story.upload("criminal_record", issued_on=day(-170)).pk


def test_a_new_paper_replaces_the_former_which_stays(world):
    story = Recognition(people(world)).draft()
    first, second = story.upload("form"), story.upload("form")
    first.refresh_from_db()
    assert (first.replaced, second.replaced) == (True, False)
    assert dossier.papers(story.application) == {"form": second}
    assert can(world.actor("private_manager"), "view", first)


def test_what_was_handed_in_is_not_taken_out_of_the_file(world):
    story = Recognition(people(world)).draft()
    paper = story.upload("form")
    wrong = story.upload("founding").document
    perform(wrong, "withdraw", by=world.actor("private_manager"), version=wrong.version, data={"note": "Nhầm."})
    assert [entry.code for entry in dossier.lacking(story.reload())] == ["withdrawn"]
    story.upload("founding")
    story.submit()
    document = paper.document
    with pytest.raises(Blocked) as error:
        perform(
            document, "withdraw", by=world.actor("private_manager"), version=document.version, data={"note": "x"}
        )  # fmt: skip
    assert codes(error) == ["in_dossier"]


@pytest.mark.parametrize("state", ["submitted", "under_review", "decision", "withdrawn"])
def test_nothing_comes_in_while_the_authority_has_the_file(world, state):
    story = Recognition(people(world)).reach(state)
    with pytest.raises(Blocked) as error:
        story.upload("form")
    assert codes(error) == ["wrong_state"]


def test_on_conditions_only_evidence_comes_in(world):
    story = Recognition(people(world)).on_conditions()
    with pytest.raises(Blocked) as error:
        story.upload("form")
    assert codes(error) == ["only_evidence"]
    assert story.upload("conditions", file=scan()).component == "conditions"


# --- handing in ---
def test_each_missing_paper_is_named_with_where_to_mend_it(world):
    story = Recognition(people(world)).draft()
    with pytest.raises(Blocked) as error:
        story.do(story.manager, "submit", signed_name="Lê Thị Sáu", pledged=True)
    assert [(reason.code, reason.fix) for reason in error.value.reasons] == [
        ("missing", "#giay-form"), ("missing", "#giay-founding"),
    ]  # fmt: skip
    assert "Mẫu số 09" in error.value.reasons[0].text


def test_what_is_asked_for_must_be_said(world):
    story = Recognition(people(world)).draft().fill()
    Application.objects.filter(pk=story.application.pk).update(asked={"name": "Mái ấm"})
    with pytest.raises(Blocked) as error:
        story.do(story.manager, "submit", signed_name="Lê Thị Sáu", pledged=True)
    assert set(codes(error)) == {"not_said"}
    assert any("nhóm đối tượng" in str(reason.text) for reason in error.value.reasons)


def test_without_a_name_and_a_pledge_it_is_not_handed_in(world):
    story = Recognition(people(world)).draft().fill()
    with pytest.raises(Invalid) as error:
        story.do(story.manager, "submit")
    assert set(error.value.errors) == {"signed_name", "pledged"}


def test_a_paper_that_ended_meanwhile_does_not_count(world):
    story = Recognition(people(world), "adjust").draft().fill()
    ApplicationPaper.objects.filter(component="proof").update(expires_on=timezone.localdate() - timedelta(days=1))
    with pytest.raises(Blocked) as error:
        story.do(story.manager, "submit", signed_name="Lê Thị Sáu", pledged=True)
    assert codes(error) == ["expired"]


def test_the_receipt_has_a_number_and_an_appointment(world):
    row = Recognition(people(world)).submitted().application
    assert row.receipt_number.startswith("TN-") and row.round == 1 and row.signed_name == "Lê Thị Sáu"
    assert procedures.appointment(row) == timezone.localtime(row.due_at).date()


# --- beginning again ---
@pytest.mark.parametrize("state", ["lapsed", "withdrawn", "refused"])
def test_what_ended_may_be_copied_with_its_papers(world, state):
    story = Recognition(people(world)).reach(state)
    if state == "lapsed":
        Application.objects.filter(pk=story.application.pk).update(asked={"name": "Tên cũ"})
    former = story.reload()
    story.do(story.manager, "copy")
    made = Application.objects.get(copied_from=former)
    assert (made.state, made.asked, made.receipt_number) == ("draft", former.asked, "")
    for paper in dossier.papers(made).values():
        other = dossier.papers(former)[paper.component]
        assert paper.document_id != other.document_id and paper.document.sha256 == other.document.sha256
        assert vault.get(paper.document) == vault.get(other.document)
        assert not can(world.actor("licensing"), "view", paper.document)
    assert (state == "lapsed") or set(dossier.papers(made)) == {"form", "founding"}


@pytest.mark.parametrize("state", ["approved", "draft", "decision"])
def test_what_lives_or_was_granted_is_not_copied(world, state):
    story = Recognition(people(world)).reach(state)
    with pytest.raises(Blocked):
        story.do(story.manager, "copy")
