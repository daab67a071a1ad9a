"""What must not reach whom: the officer's findings and another home's dossier never reach a facility, the story of a
resident never reaches the officer, provisional doubts reach the applicant only as one complete list."""

import pytest
from django.apps import apps
from django.test import Client

from accreditation.models import Application, InterestDeclaration
from casework.models import Case
from core.access.engine import all_rules, fields_readable, reach, visible
from core.documents.models import Document
from facilities.models import Facility
from referrals.models import Referral
from tests.factories.accreditation import Recognition, people, photo
from tests.factories.referrals import ReferralStory, authorise

pytestmark = pytest.mark.django_db
CANARY = "CHIMHOANGYEN"
API = "/api/v1"


def client(world, who):
    there = Client()
    there.force_login(world.user(who), backend="allauth.account.auth_backends.AuthenticationBackend")
    return there


def everything(world, who, story):
    """Every answer of the API about the application, and its page where there is one, as one text."""
    there, pk = client(world, who), story.application.pk
    paths = [f"{API}/applications/", f"{API}/applications/{pk}/", f"{API}/applications/{pk}/actions/",
             f"{API}/applications/{pk}/events/", f"{API}/application-papers/", f"{API}/site-visits/",
             f"{API}/papers/", f"{API}/notices/", f"{API}/work-items/", f"/ho-so/{pk}/", f"/tham-dinh/{pk}/",
             "/ho-so/"]  # fmt: skip
    for paper in story.application.papers.all():
        paths += [f"{API}/application-papers/{paper.pk}/", f"{API}/application-papers/{paper.pk}/events/"]
    for visit in story.application.visits.all():
        paths += [f"{API}/site-visits/{visit.pk}/", f"{API}/site-visits/{visit.pk}/events/"]
    return "".join(there.get(path).content.decode() for path in paths)


def appraised(world):
    """A canary in everything that the officer writes for the authority alone."""
    story = Recognition(people(world)).submitted().declare("licensing3")
    story.do("licensing2", "declare_interest", has_interest="yes", what=f"{CANARY} anh em")
    story.declare()
    story.do("licensing", "check_papers", paper_form="defect", paper_form_note=f"{CANARY} nghi giả")
    story.do("licensing", "check_papers", paper_form="accepted", paper_founding="accepted")
    story.do("licensing", "take")
    story.visit("licensing3")
    story.do("licensing", "visit_photo", files={"file": photo()}, title=f"{CANARY} bếp")
    story.record_visit(note=f"{CANARY} thái độ", condition_founded_note=f"{CANARY} ghi chú")
    story.do("licensing", "recommend", recommendation="approve", report=f"{CANARY} báo cáo")
    story.do("head", "send_back", note=f"{CANARY} xem lại")
    return story


def test_what_the_authority_writes_for_itself_does_not_reach_the_facility(world):
    story = appraised(world)
    assert CANARY in everything(world, "licensing", story)  # the canary sings where it may
    for who in ("private_manager", "private2_manager", "chair", "worker", "no_duty"):
        assert CANARY not in everything(world, who, story), who
    office = Application.objects.get()
    actor = world.actor("private_manager")
    hidden = {"officer", "former_officer", "recommended_by", "recommendation", "report", "answers"}
    assert not hidden & fields_readable(actor, office)
    assert "verdict_note" not in fields_readable(actor, office.papers.first())
    assert not visible(actor, Document).filter(root_model="accreditation.SiteVisit").exists()
    assert not visible(actor, apps.get_model("accreditation.SiteVisit")).exists()
    assert InterestDeclaration.objects.count() == 3


def test_a_dossier_reaches_no_other_house_and_no_other_agency(world):
    story = Recognition(people(world)).draft(tasks=f"{CANARY} nhiệm vụ", name=f"Nhà {CANARY}").submit()
    assert CANARY in everything(world, "private_manager", story) and CANARY in everything(world, "licensing", story)
    for who in ("private2_manager", "manager", "commune_officer", "chair", "supervisor", "worker", "intake", "leader"):
        assert CANARY not in everything(world, who, story), who
    paper = story.application.papers.first().document
    readers = {name for name in world.users if visible(world.actor(name), Document).filter(pk=paper.pk).exists()}
    assert readers == {
        "private_manager", "licensing", "licensing2", "licensing3", "head", "head2", "head3", "auditor",
    }  # fmt: skip


def test_the_officer_reads_no_story_of_a_resident(world):
    """Nothing of case work is an officer's, whatever lies in the province."""
    authorise(people(world))
    story = ReferralStory(world).running(provider="own+other")
    story.accepted()
    officer = world.actor("licensing")
    for rules in all_rules():
        model = apps.get_model(rules.label)
        if model._meta.app_label not in ("casework", "referrals"):
            continue
        for action in rules.actions:
            condition = reach(officer, model, action)
            assert condition is None or not model._default_manager.filter(condition).exists(), (rules.label, action)
    assert Case.objects.exists() and Referral.objects.exists()
    there = client(world, "licensing")
    name = story.case.person.name
    for path in ("cases", "persons", "plans", "referrals", "entries", "papers", "facilities"):
        assert name not in there.get(f"{API}/{path}/").content.decode(), path


def test_the_safe_address_of_a_shelter_is_in_no_answer_about_its_application(world):
    story = Recognition(people(world))
    Facility.objects.filter(pk=story.facility.pk).update(address="", lat=None, lon=None, hidden_address=True)
    shelter = Facility.objects.get(pk=story.facility.pk)
    shelter.safe_address = f"7 hẻm {CANARY}"
    shelter.save()
    story.facility = shelter
    story.submitted()
    for who in ("licensing", "auditor", "private_manager"):
        assert CANARY not in everything(world, who, story), who


def test_doubts_reach_the_applicant_with_the_list_and_not_before(world):
    story = Recognition(people(world)).submitted().declare().check(form=f"{CANARY} thiếu chữ ký")
    assert client(world, "private_manager").get(f"/ho-so/{story.application.pk}/").status_code == 200
    assert CANARY not in everything(world, "private_manager", story)
    story.do("licensing", "return", paper_form=f"{CANARY} thiếu chữ ký")
    assert CANARY in everything(world, "private_manager", story)
