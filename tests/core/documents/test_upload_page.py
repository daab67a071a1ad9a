"""The way in and out through the pages: the action's form, the file, the way back."""

from types import ModuleType

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import include, path

from core.documents.models import Document
from tests.core.documents.files import pdf
from tests.factories.cases import Story


@pytest.fixture
def page(world, settings, tmp_path):
    import deploy.urls

    disk = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path / "media")}}
    settings.STORAGES = {**settings.STORAGES, "default": disk}
    urls = ModuleType("with_papers_urls")
    urls.urlpatterns = [path("", include("core.documents.urls")), *deploy.urls.urlpatterns]
    settings.ROOT_URLCONF = urls
    client = Client()
    client.force_login(world.user("worker"), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_from_the_form_and_back(page, world):
    case = Story(world).in_assessment().case
    address = f"/them/casework/case/{case.pk}/documents/document/upload/"
    shown = page.get(address)
    assert shown.status_code == 200
    assert 'enctype="multipart/form-data"' in shown.content.decode()
    assert 'accept=".pdf' in shown.content.decode()

    refused = page.post(address, {"kind": "medical", "file": SimpleUploadedFile("a.pdf", b"MZ" * 40)})
    assert refused.status_code in (200, 400, 422)
    assert "Chỉ nhận tệp PDF" in refused.content.decode()
    assert Document.objects.count() == 0

    sent = page.post(address, {"kind": "medical", "file": SimpleUploadedFile("a.pdf", pdf(), "application/pdf")})
    assert sent.status_code == 302
    document = Document.objects.get()
    assert page.get(f"/giay-to/{document.pk}/").content == pdf()


def test_withdrawn_from_the_tab(page, world):
    case = Story(world).in_assessment().case
    add = f"/them/casework/case/{case.pk}/documents/document/upload/"
    page.post(add, {"kind": "medical", "title": "Giấy nộp nhầm", "file": SimpleUploadedFile("a.pdf", pdf())})
    document = Document.objects.get()
    tab = f"/ca/{case.pk}/giay-to/"
    address = f"/lam/documents/document/{document.pk}/withdraw/"
    shown = page.get(tab).content.decode()
    assert "Giấy nộp nhầm" in shown and f"{address}?next=" in shown

    asked = page.get(address)
    assert asked.status_code == 200 and "Lý do rút" in asked.content.decode()
    assert page.post(address, {"version": 1, "note": ""}).status_code == 422
    sent = page.post(address, {"version": 1, "note": "Nộp nhầm hồ sơ.", "next": tab})
    assert sent.status_code == 302 and sent["Location"] == tab
    assert "Giấy nộp nhầm" not in page.get(tab).content.decode()
    assert page.get(f"/giay-to/{document.pk}/").status_code == 404


def test_withdrawn_over_the_api(page, world):
    case = Story(world).in_assessment().case
    add = f"/them/casework/case/{case.pk}/documents/document/upload/"
    page.post(add, {"kind": "medical", "file": SimpleUploadedFile("a.pdf", pdf())})
    (found,) = page.get(f"/api/v1/papers/?case={case.pk}").json()["results"]
    assert found["kind"] == "medical" and "title" not in found
    one = f"/api/v1/papers/{found['id']}/"
    assert page.get(one).json()["sha256"]
    (offered,) = page.get(f"{one}actions/").json()["actions"]
    assert (offered["name"], offered["status"]) == ("withdraw", "ready")
    done = page.post(
        f"{one}actions/withdraw/", {"version": 1, "note": "Nộp nhầm."}, content_type="application/json",
        headers={"Idempotency-Key": "withdraw-1"},
    )  # fmt: skip
    assert done.status_code == 200, done.content
    assert page.get(f"/api/v1/papers/?case={case.pk}").json()["results"] == []
    assert page.get(one).status_code == 404
    assert page.post("/api/v1/papers/actions/upload/", {}, content_type="application/json").status_code == 404


def test_the_desk_that_opened_an_emergency_sees_what_it_added(page, world):
    case = Story(world).emergency().case
    page.force_login(world.user("intake"), backend="allauth.account.auth_backends.AuthenticationBackend")
    tab = f"/ca/{case.pk}/giay-to/"
    empty = page.get(tab).content.decode()
    assert "vai trò đang giữ được xem" in empty and "Tải giấy tờ lên" in empty
    add = f"/them/casework/case/{case.pk}/documents/document/upload/"
    sent = page.post(
        f"{add}?next={tab}",
        {"kind": "minutes", "title": "Biên bản công an", "file": SimpleUploadedFile("a.pdf", pdf()), "next": tab},
    )
    assert sent.status_code == 302 and sent["Location"] == tab
    shown = page.get(tab).content.decode()
    assert "Biên bản công an" in shown and "Rút giấy tờ" in shown
