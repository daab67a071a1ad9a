"""The forms filled in for an application: whose they are, what they hold, and that the read log says so."""

import io

import pytest
from django.test import Client
from docx import Document

from core.audit.models import ReadLog
from tests.accreditation.public.test_forms import words
from tests.factories.accreditation import Recognition, people
from tests.factories.facilities import StaffFactory
from tests.factories.world import build_world

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def world(db):
    return people(build_world())


@pytest.fixture
def story(world):
    made = Recognition(world).draft()
    StaffFactory(facility=made.facility, full_name="Nguyễn Thị Người Chăm Sóc")
    return made


@pytest.fixture
def ask(world):
    def open_as(name, application, component="form"):
        client = Client()
        client.force_login(world.user(name), backend=BACKEND)
        return client.get(f"/mau/{application.pk}/{component}/")

    return open_as


def test_the_applicant_has_it_filled_in(ask, story):
    response = ask("private_manager", story.application)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    number = story.application.number
    assert response.headers["Content-Disposition"] == f'attachment; filename="to-khai-cap-giay-phep-{number}.docx"'
    said = words(response.content)
    assert "Mái ấm tư nhân" in said
    assert "Lê Thị Sáu" in said
    assert "Nguyễn Thị Người Chăm Sóc" in said
    assert "Kính gửi: Sở Y tế" in said
    Document(io.BytesIO(response.content))


def test_each_kind_of_application_has_its_form(ask, world):
    for kind in ("register", "licence", "small_facility", "adjust", "reissue"):
        made = Recognition(world, kind).draft()
        assert ask(made.manager, made.application).status_code == 200, kind


@pytest.mark.parametrize("name", ["licensing", "head", "chair", "auditor", "private2_manager", "worker", "leader"])
def test_a_draft_is_nobody_elses(ask, story, name):
    assert ask(name, story.application).status_code == 404


@pytest.mark.parametrize("component", ["founding", "khong-co", "staff-x", "foreign"])
def test_papers_without_a_form_and_unknown_ones_are_not_there(ask, story, component):
    assert ask("private_manager", story.application, component).status_code == 404


def test_a_stranger_is_led_to_the_sign_in_page(client, story):
    response = client.get(f"/mau/{story.application.pk}/form/")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/dang-nhap/")


def test_the_office_reads_it_once_it_was_handed_in(ask, story):
    story.submit()
    said = words(ask("licensing", story.application).content)
    assert "Nguyễn Thị Người Chăm Sóc" in said
    assert ask("leader", story.application).status_code == 404


def test_each_stands_in_the_read_log(ask, story):
    before = ReadLog.objects.count()
    ask("private_manager", story.application)
    assert ReadLog.objects.count() == before + 1
    ask("private_manager", story.application, "khong-co")
    assert ReadLog.objects.count() == before + 1
