"""Canaries: everything about people and about what goes on between office and facility stays out of public pages."""

import io
import zipfile
from datetime import date
from urllib.parse import quote

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accreditation import signing
from accreditation.models import Decision, Registration
from accreditation.web import public_pages
from core.sealed import SealedTextField
from facilities.models import Facility, WalletPaper
from tests.factories.facilities import StaffFactory

LIST = "/cong-khai/"
NAMES = {"head_name", "full_name", "signed_name", "asked", "appeal_text", "limit_reason", "stop_reason"}
CANARY = "chimhoangyen"


@pytest.fixture(autouse=True)
def nothing_kept():
    public_pages.forget()


def addresses(home, licences):
    yield from (LIST, f"{LIST}?ten={CANARY}", f"{LIST}co-so/{home.pk}/", "/cong-khai/thu-tuc/")
    yield "/cong-khai/giay-phep/khoa/"
    for licence in licences:
        yield f"/cong-khai/giay-phep/?so={quote(licence.number)}"
        yield f"/cong-khai/giay-phep/?so={licence.code}"
        yield f"/cong-khai/giay-phep/?ky={signing.sign(licence)}"


@pytest.fixture
def marked(home, licensed, applied, world):
    """Canaries in everything that is stored of the facility and that no page for everybody may show."""
    head = world.user("head")
    head.full_name, head.title, head.phone = f"{CANARY} thủ trưởng", f"{CANARY} chức", "0909111222"
    head.save()
    Facility.objects.filter(pk=home.pk).update(
        head_name=f"{CANARY} đứng đầu", note=f"{CANARY} ghi chú", source=f"{CANARY} nguồn"
    )
    home.refresh_from_db()
    home.safe_address = f"{CANARY} địa chỉ kín"
    home.save()
    StaffFactory(
        facility=home, full_name=f"{CANARY} nhân viên", phone="0909333444", certificate_number=f"{CANARY}-cc",
        qualification=f"{CANARY} trình độ",
    )  # fmt: skip
    WalletPaper.objects.create(facility=home, kind="land", number=f"{CANARY}-giấy", issuer=CANARY)
    home.authorities.update(set_by=head)
    application = applied(
        home, "adjust", asked={"reason": CANARY, "head_name": CANARY}, signed_name=CANARY, author=head, report=CANARY,
        conditions=CANARY, appeal_text=CANARY,
    )  # fmt: skip
    licences = [
        licensed(home, "revoked", head_name=CANARY, conditions=CANARY, source=CANARY, issued_by=head),
        licensed(home, "restricted", head_name=CANARY, conditions=CANARY, limit_reason=CANARY, application=application),
    ]
    Registration.objects.create(
        number=f"{CANARY}-đk", facility=home, issuer=CANARY, issued_on=date(2026, 1, 1), facts={"head": CANARY}
    )
    Decision.objects.create(
        application=application, licence=licences[0], kind="refuse", number=f"{CANARY}/QĐ", unit=home.unit,
        reasons=CANARY, signed_by=head, signed_on=date(2026, 1, 1), effective_on=date(2026, 1, 1),
    )  # fmt: skip
    return licences


def test_no_canary_sings(client, home, marked):
    for address in addresses(home, marked):
        response = client.get(address)
        shown = response.content.decode()
        if CANARY not in address:
            assert "Hoa Mai" in shown or "thu-tuc" in address or "khoa" in address, address
        shown = shown.replace(f'value="{CANARY}"', "")  # what the visitor typed comes back to the visitor
        for told in (CANARY, "0909111222", "0909333444"):
            assert told not in shown, (address, told)
            assert told not in str(response.headers)


def test_no_canary_in_a_blank_form(client, home, marked):
    response = client.get("/cong-khai/mau/danh-sach-nhan-su/")
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        for name in archive.namelist():
            assert CANARY.encode() not in archive.read(name)


def test_names_of_persons_and_sealed_columns_are_not_even_read(client, home, marked):
    unread = {
        f'"{model._meta.db_table}"."{field.column}"'
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, SealedTextField) or field.name in NAMES
    }
    assert '"facilities_facility"."safe_address"' in unread
    assert '"accreditation_licence"."head_name"' in unread
    for address in addresses(home, marked):
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        for query in captured:
            selected = query["sql"].partition(" FROM ")[0]
            assert not [column for column in unread if column in selected], address
