from types import ModuleType

import pytest
from django.test import Client
from django.urls import include, path

from casework.models import Contact, Household, WorkEntry
from tests.factories.cases import Story

# Words that may stand on no paper, whoever prints it.
REPORTER, REPORTER_PHONE = "Kẻ Báo Tin Bí Mật", "0911222333"
SAFE_ADDRESS, CONTACT_ADDRESS = "Nhà tạm lánh số 99 hẻm kín", "Ngõ người thân trốn"
UNSAFE_NAME, UNSAFE_PHONE = "Hoàng Văn Hung Dữ", "0944555666"
COUNSELLING = "lời tâm sự trong phòng tham vấn"
SECRETS = (REPORTER, REPORTER_PHONE, SAFE_ADDRESS, CONTACT_ADDRESS, UNSAFE_NAME, UNSAFE_PHONE, COUNSELLING)


@pytest.fixture
def pages(world, settings):
    """`pages("worker")` is the signed-in browser of that person; only the printed papers and sign-in are routed."""
    from casework.web import print_urls

    urls = ModuleType("print_only_urls")
    urls.urlpatterns = [path("", include(print_urls)), path("accounts/", include("allauth.urls"))]
    settings.ROOT_URLCONF = urls

    def browser(name: str) -> Client:
        client = Client()
        client.force_login(world.user(name), backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return browser


@pytest.fixture
def story(world):
    """A case in planning with everything that must not be printed in it."""
    made = Story(world).register(
        name="Lê Thị Ánh", birth="12/05/1950", id_number="079150001236", phone="0909000111", address="12 Đường Làng",
        reporter=REPORTER, reporter_phone=REPORTER_PHONE, source="citizen", needs="Thuốc huyết áp\nSửa mái nhà",
        legal_basis="consent", consent_on="01/11/2026", consent_by="Lê Thị Ánh",
    )  # fmt: skip
    case = made.case
    case.found_at = SAFE_ADDRESS
    case.save(update_fields=["found_at"])
    person = case.person
    person.household = Household.objects.create(
        head_name=UNSAFE_NAME.upper(), head_relation="Con rể", size=4, spend_food=3_000_000, housing="Nhà cấp bốn"
    )
    person.illness, person.disability_type, person.disability_level = "Tăng huyết áp", "movement", "severe"
    person.save()
    contact = {"person": person, "address": CONTACT_ADDRESS}
    Contact.objects.create(name=UNSAFE_NAME, relation="Con rể", phone=UNSAFE_PHONE, safety="unsafe", **contact)
    Contact.objects.create(
        name="Lê Văn Tốt",
        relation="Con trai",
        phone="0977888999",
        safety="safe",
        is_main=True,
        is_guardian=True,
        **contact,
    )
    made.screen_in()
    made.assess()
    made.make("worker", WorkEntry, "add", kind="counselling", text=COUNSELLING)
    made.do("worker", "assess_done")
    return made
