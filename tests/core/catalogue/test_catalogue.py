from datetime import date

import pytest

from core.catalogue.models import ClientGroup, ServiceType
from core.catalogue.selectors import client_group, client_groups, closure_codes, service_types

pytestmark = pytest.mark.django_db
BEFORE, SINCE = date(2026, 10, 4), date(2026, 10, 5)


def test_groups_change_with_the_decree():
    assert client_group("k1", BEFORE).basis.startswith("NĐ 20/2021")
    assert client_group("k1", SINCE).basis == "NĐ 335/2026/NĐ-CP Đ.5 k.1"
    assert client_group("k2", BEFORE).age_max == 22
    assert client_group("k2", SINCE).age_max is None
    assert client_group("k5c80", date(2025, 6, 30)) is not None
    assert client_group("k5c80", date(2025, 7, 1)) is None


@pytest.mark.parametrize("day", [date(2025, 1, 1), BEFORE, SINCE, date(2026, 11, 22)])
def test_on_any_day_a_code_holds_once(day):
    codes = list(client_groups(day).values_list("code", flat=True))
    assert len(codes) == len(set(codes))
    assert {"k1", "k2", "k3", "k4", "k5a", "k6", "k7", "k8", "f2d", "f4", "c1"} <= set(codes)


def test_ages():
    group = client_group("k1", SINCE)
    assert group.is_child
    assert group.takes_age(0)
    assert group.takes_age(15)
    assert not group.takes_age(16)
    assert not client_group("k5a", SINCE).takes_age(59)


def test_emergency_groups_are_those_of_urgent_help():
    urgent = set(client_groups(SINCE).filter(is_emergency=True).values_list("law_group", flat=True))
    assert urgent == {"urgent", "relief", "child"}


def test_closure_codes_in_the_order_of_the_law():
    assert [row.code for row in closure_codes(SINCE)] == ["a", "b", "c", "d", "đ", "e", "g", "h", "i", "k"]
    assert closure_codes(SINCE).get(code="e").requires == ["contact_tries", "home_visit"]


def test_every_domain_has_a_service():
    assert set(service_types().values_list("domain", flat=True)) == set(ServiceType.Domain.values)
    assert {row.domain for row in service_types(domain="papers")} == {"papers"}


def test_stored_codes_are_choices():
    for model, field in [(ClientGroup, "law_group"), (ClientGroup, "ministry_type"), (ServiceType, "provider_kind")]:
        allowed = {value for value, _label in model._meta.get_field(field).flatchoices}
        assert set(model.objects.values_list(field, flat=True)) <= allowed
