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
