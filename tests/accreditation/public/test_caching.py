"""Public pages are kept by caches, cost a fixed number of queries, and never show for long what has been stopped."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accreditation.models import Licence
from accreditation.web import public_pages
from core.catalogue.models import ServiceType
from facilities.models import Authority, FacilityModel, PriceItem
from tests.factories.accounts import UnitFactory
from tests.factories.facilities import FacilityFactory, StaffFactory, authorise_facility
from tests.factories.places import communes

LIST = "/cong-khai/"
DAY = date(2026, 1, 1)
CHECK = "/cong-khai/giay-phep/"
# Made, and kept in the process: the versions of what is shown (2) and the choices of the filter (2) are asked always.
PAGES = {
    LIST: (12, 4), f"{LIST}?nhom=k1&loai=elderly": (12, 4), f"{LIST}?trang=2": (12, 4), "{facility}": (11, 9),
    f"{CHECK}?so=01/GP-SYT": (14, 14), CHECK: (0, 0), "/cong-khai/giay-phep/khoa/": (0, 0),
    "/cong-khai/thu-tuc/": (2, 1), "/cong-khai/thu-tuc/licence/": (3, 2),
    "/cong-khai/mau/to-khai-cap-giay-phep/": (1, 1),
}  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_kept():
    public_pages.forget()


def queries(client, address):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(address)
    assert response.status_code == 200, address
    return len(captured)


def _more(department, count):
    """As many facilities again, each with all that a page shows."""
    place, kind = communes(1)[0], ServiceType.objects.first()
    for number in range(count):
        unit = UnitFactory(name=f"Cơ sở {number}", parent=department)
        facility = FacilityFactory(unit=unit, commune=place, lat=10.9 + number / 100, lon=106.9)
        StaffFactory(facility=facility)
        authorise_facility(facility, groups=("k1", "k2"))
        FacilityModel.objects.create(facility=facility, code="day_care")
        PriceItem.objects.create(
            facility=facility, service_type=kind, per="ngày", price=1, valid_from=date(2026, 1, 1), basis="x"
        )


@pytest.mark.parametrize("address", PAGES)
def test_queries_do_not_grow_with_what_is_shown(client, department, home, licensed, address):
    licensed(home)
    where = address.replace("{facility}", f"{LIST}co-so/{home.pk}/")
    made, kept = queries(client, where), queries(client, where)
    _more(department, 12)
    for detail in range(5):
        PriceItem.objects.create(
            facility=home, service_type=ServiceType.objects.first(), per="ngày", detail=str(detail), price=1,
            valid_from=date(2026, 1, 1), basis="x",
        )  # fmt: skip
    public_pages.forget()
    assert (queries(client, where), queries(client, where)) == (made, kept)
    assert made <= PAGES[address][0]
    assert kept <= PAGES[address][1]


@pytest.mark.parametrize("address", [each for each in PAGES if "?so=" not in each])
def test_any_cache_may_keep_it_for_a_short_time(client, home, licensed, address):
    licensed(home)
    response = client.get(address.replace("{facility}", f"{LIST}co-so/{home.pk}/"))
    said = response.headers["Cache-Control"]
    assert said.startswith("public, max-age=")
    seconds = int(said.partition("=")[2])
    # Who may do what is never older than a minute; texts of the law five.
    register = address.startswith((f"{LIST}?", "{")) or address == LIST
    assert seconds == (60 if register else 300)
    assert "Vary" not in response.headers
    assert "Set-Cookie" not in response.headers
    assert not response.cookies
    assert response.headers["Content-Language"] == "vi"
    again = client.get(
        address.replace("{facility}", f"{LIST}co-so/{home.pk}/"), HTTP_IF_NONE_MATCH=response.headers["ETag"]
    )
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["Cache-Control"] == said
    weak = client.get(LIST, HTTP_IF_NONE_MATCH=f"W/{client.get(LIST).headers['ETag']}")
    assert weak.status_code == 304


@pytest.mark.parametrize("address", [*PAGES, "/cong-khai/thu-tuc/khong-co/", f"{CHECK}?so=khong-co", f"{CHECK}?ky=x"])
def test_nobody_is_asked_who_they_are(world, home, licensed, address):
    """The same bytes for a stranger, somebody signed in, another language, a dark screen; and no session is opened."""
    licensed(home)
    where = address.replace("{facility}", f"{LIST}co-so/{home.pk}/")
    stranger = Client()
    first = stranger.get(where)
    signed_in = Client()
    signed_in.force_login(world.user("manager"), backend="allauth.account.auth_backends.AuthenticationBackend")
    for name, value in (("django_language", "en"), ("dh_theme", "dark"), ("csrftoken", "x" * 32)):
        signed_in.cookies[name] = value
    before = dict(signed_in.session.items())
    public_pages.forget()
    with CaptureQueriesContext(connection) as captured:
        second = signed_in.get(where)
    assert second.content == first.content
    assert not any("django_session" in query["sql"] or "accounts_user" in query["sql"] for query in captured)
    assert not stranger.cookies
    assert "Vary" not in second.headers
    assert not second.cookies
    assert dict(signed_in.session.items()) == before


CHANGES = {
    "licence": lambda home: Licence.objects.filter(facility=home).update(
        state="suspended", mend_by=timezone.localdate() + timedelta(days=30), version=2
    ),
    "authority": lambda home: Authority.objects.filter(facility=home).update(
        stopped_on=timezone.localdate(), stop_reason="x", version=2
    ),
    "facility": lambda home: type(home).objects.filter(pk=home.pk).update(phone="02519999999", version=2),
    "price": lambda home: PriceItem.objects.create(
        facility=home,
        service_type=ServiceType.objects.first(),
        per="ngày",
        price=1,
        valid_from=date(2026, 1, 1),
        basis="x",
    ),
    "new": lambda home: authorise_facility(FacilityFactory(unit=UnitFactory(name="Cơ sở mới"))),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_shows_at_the_next_request(client, home, licensed, what):
    """What a process keeps is never older than the change itself; browsers have it for a minute at the most."""
    licensed(home)
    where = f"{LIST}co-so/{home.pk}/" if what == "price" else LIST
    first = client.get(where)
    assert client.get(where).headers["ETag"] == first.headers["ETag"]
    CHANGES[what](home)
    second = client.get(where, HTTP_IF_NONE_MATCH=first.headers["ETag"])
    assert second.status_code == 200
    assert second.headers["ETag"] != first.headers["ETag"]
    if what == "licence":
        assert "Bị tạm đình chỉ" in second.content.decode()


def test_midnight_is_a_change_too(client, home, licensed, monkeypatch):
    licensed(home)
    home.authorities.update(valid_to=timezone.localdate() + timedelta(days=1))
    assert "Hoa Mai" in client.get(LIST).content.decode()
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    assert "Hoa Mai" not in client.get(LIST).content.decode()


def test_a_licence_check_is_never_kept(client, home, licensed):
    licence = licensed(home)
    assert "Đang hiệu lực" in client.get(CHECK, {"so": licence.number}).content.decode()
    Licence.objects.filter(pk=licence.pk).update(state="suspended", mend_by=date(2027, 1, 1))
    response = client.get(CHECK, {"so": licence.number})
    assert "Bị tạm đình chỉ" in response.content.decode()
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers
