"""The applicant's page and the authority's dossier open in every state, and nobody else's do."""

import pytest

from tests.factories.accreditation import STATES, Recognition

pytestmark = pytest.mark.django_db
STRANGERS = ("private2_manager", "worker", "supervisor", "manager", "commune_officer", "no_duty")


@pytest.mark.parametrize("state", STATES)
def test_an_application_opens_in_every_state(world, page, sign_in, state):
    row = Recognition(world).reach(state).reload()
    assert row.state == state
    mine = page("private_manager", f"/ho-so/{row.pk}/")
    assert row.number in mine and row.get_state_display() in mine
    assert page("private_manager", "/ho-so/").count(row.number) >= 1
    sent = row.first_submitted_at is not None
    for name in ("licensing", "head", "auditor"):
        assert sign_in(name).get(f"/tham-dinh/{row.pk}/").status_code == (200 if sent else 404)
        response = sign_in(name).get(f"/ho-so/{row.pk}/")
        assert (response.status_code, response.get("Location", "")) == (
            (302, f"/tham-dinh/{row.pk}/") if sent else (404, "")
        )
    for name in STRANGERS:
        for path in (f"/ho-so/{row.pk}/", f"/tham-dinh/{row.pk}/", f"/tham-dinh/{row.pk}/thuc-dia/"):
            assert sign_in(name).get(path).status_code == 404, (name, path)
    assert sign_in("private_manager").get(f"/tham-dinh/{row.pk}/").status_code in (403, 404)


@pytest.mark.parametrize("kind", ["register", "register_change", "small_facility", "adjust", "reissue", "dissolve"])
def test_every_kind_has_its_pages(world, page, kind):
    made = Recognition(world, kind)
    row = made.under_review().reload()
    assert row.get_kind_display() in page("private_manager", f"/ho-so/{row.pk}/")
    assert row.number in page(made.officer, f"/tham-dinh/{row.pk}/")
