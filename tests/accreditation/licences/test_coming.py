"""How a licence comes: taken over from paper, issued, replaced; decisions on applications and certificates."""

import pytest
from django.utils import timezone

from accreditation.models import Decision, Licence, Registration
from accreditation.services import granting
from core.errors import Blocked, Denied, DomainError, Invalid, NotVisible
from core.lifecycle.engine import available, perform, system_perform
from core.lifecycle.models import Proposal
from tests.factories.cases import GROUP, day
from tests.factories.licences import OTHER_GROUP

pytestmark = pytest.mark.django_db


def test_a_paper_licence_is_entered_and_confirmed(desk, world):
    asked = perform(
        Licence, "take_over", by=world.actor("licensing"), data=desk.paper(), parent=desk.facility
    ).record  # fmt: skip
    assert isinstance(asked, Proposal)
    assert not Licence.objects.exists()
    perform(asked, "confirm", by=world.actor("head"), version=asked.version)
    row = Licence.objects.get()
    assert (row.state, row.number, row.facility_name, row.capacity) == ("active", "77/GP-LĐTBXH", "Mái ấm tư nhân", 25)
    assert row.address == "12 đường Hoa Sen"
    assert sorted(row.groups.values_list("code", flat=True)) == sorted([GROUP, OTHER_GROUP])
    assert len(row.code) == 16
    assert row.authority.valid_from == row.starts_on


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ends_on": "01/01/2020"}, "ends_on"),
        ({"starts_on": "01/01/2020"}, "starts_on"),
        ({"groups": []}, "groups"),
        ({"groups": ["khong-co"]}, "groups"),
        ({"capacity": 0}, "capacity"),
        ({"kind": "small", "capacity": 12}, "capacity"),
        ({"issued_on": "01/01/2200"}, "issued_on"),
        ({"source": ""}, "source"),
    ],
)
def test_a_paper_licence_that_cannot_be(desk, world, change, field):
    with pytest.raises(Invalid) as refused:
        perform(
            Licence, "take_over", by=world.actor("licensing"), data=desk.paper(**change), parent=desk.facility
        )  # fmt: skip
    assert field in refused.value.errors


def test_a_second_licence_or_a_known_number_is_not_taken_over(desk, world):
    desk.active()
    for number, code in (("77/GP-LĐTBXH", "number_taken"), ("78/GP", "has_licence")):
        with pytest.raises(Blocked) as refused:
            perform(
                Licence, "take_over", by=world.actor("licensing"), data=desk.paper(number=number), parent=desk.facility
            )  # fmt: skip
        assert code in {reason.code for reason in refused.value.reasons}


def test_a_public_facility_has_no_licence(world):
    from tests.factories.licences import Licences

    public = Licences(world, "public", ownership="public")
    with pytest.raises(Blocked) as refused:
        public.active()
    assert "public" in {reason.code for reason in refused.value.reasons}


def test_a_hidden_address_is_not_printed(world):
    from tests.factories.licences import Licences

    shelter = Licences(world, hidden_address=True)
    assert shelter.active().address == ""
    shelter.facility.refresh_from_db()
    assert shelter.facility.safe_address == "12 đường Hoa Sen"
    issued = shelter.granted("adjust", note="")
    assert issued.address == ""


# --- issue ---
def test_a_licence_comes_from_an_approved_application_only(desk, world):
    with pytest.raises(Blocked) as refused:
        perform(Licence, "issue", by=world.actor("head"))
    assert refused.value.reasons[0].code == "no_application"
    for user in set(world.users) - {"head", "chair", "chair2"}:
        with pytest.raises((Denied, NotVisible)):
            perform(Licence, "issue", by=world.actor(user))
    with pytest.raises(Blocked):
        desk.decided(granting.grant, desk.application(state="refused"))
    application = desk.application()
    desk.decided(granting.grant, application)
    with pytest.raises(Blocked) as refused:
        desk.decided(granting.grant, application)
    assert "issued" in {reason.code for reason in refused.value.reasons}


def test_numbers_and_codes_are_never_used_again(desk):
    numbers, codes = [], []
    for _round in range(3):
        row = desk.granted()
        numbers.append(row.number)
        codes.append(row.code)
        desk.revoked(row)
    year = timezone.localdate().year
    assert numbers == [f"{n}/{year}/GPHĐ-SYT" for n in (1, 2, 3)]
    assert len(set(codes)) == 3
    assert all(set(code) <= set("23456789BCDFGHJKMNPQRSTVWXYZ") for code in codes)


def test_a_number_that_a_paper_bears_is_left_out(desk):
    year = timezone.localdate().year
    row = desk.active(number=f"1/{year}/GPHĐ-SYT")
    desk.revoked(row)
    assert desk.granted().number == f"2/{year}/GPHĐ-SYT"


def test_the_register_follows_the_licence(desk):
    row = desk.decided(
        granting.grant,
        desk.application(name="Nhà dưỡng lão Bình An", head_name="Phạm Văn Tám", address="9 đường Mới", capacity=40),
    )
    desk.facility.refresh_from_db()
    facility = desk.facility
    facility.unit.refresh_from_db()
    assert (facility.unit.name, facility.head_name, facility.address, facility.capacity) == (
        "Nhà dưỡng lão Bình An", "Phạm Văn Tám", "9 đường Mới", 40,
    )  # fmt: skip
    assert row.facility_name == "Nhà dưỡng lão Bình An"


def test_the_successor_takes_the_place_of_the_former(desk):
    former = desk.active()
    later = desk.granted("adjust", capacity=40)
    former.refresh_from_db()
    assert (former.state, later.state) == ("superseded", "active")
    assert later.predecessor == former
    assert later.number != former.number


def test_a_successor_waits_for_its_day(desk):
    former = desk.active()
    later = desk.issued(groups=[GROUP])
    former.refresh_from_db()
    assert (former.state, later.state) == ("active", "issued")
    with pytest.raises(Blocked) as refused:
        system_perform(later, "activate")
    assert refused.value.reasons[0].code == "not_yet"
    with pytest.raises(Blocked):
        desk.granted("adjust")  # one waits already
    with pytest.raises(Blocked) as refused:
        desk.step("surrender", former)
    assert refused.value.reasons[0].code == "waiting"


def test_nothing_goes_round_a_suspension_or_a_revocation(desk):
    former = desk.active()
    later = desk.issued()
    desk.suspended(former)
    Licence.objects.filter(pk=later.pk).update(starts_on=timezone.localdate())
    with pytest.raises(Blocked) as refused:
        system_perform(later, "activate")
    assert refused.value.reasons[0].code == "suspended"
    with pytest.raises(Blocked):
        desk.granted("reissue")
    desk.revoked(former)
    later.refresh_from_db()
    assert later.state == "revoked"


def test_a_revoked_successor_leaves_its_place(desk):
    former = desk.active()
    desk.revoked(desk.issued())
    later = desk.granted("adjust")
    former.refresh_from_db()
    assert (former.state, later.state) == ("superseded", "active")


# --- decisions on applications ---
def test_conditional_met_and_unmet(desk):
    application = desk.application(state="conditional")
    row = desk.decided(granting.grant_conditional, application, conditions="Sửa cầu thang.", limit_capacity=5)
    assert (row.state, row.limit_capacity, row.limit_reason) == ("restricted", 5, "Sửa cầu thang.")
    desk.decided(granting.widen, application)
    row.refresh_from_db()
    assert row.state == "active"
    desk.decided(granting.widen, application)  # again: nothing
    desk.decided(granting.take_back, application, note="Không làm.")
    row.refresh_from_db()
    assert row.state == "revoked"
    assert Decision.objects.get(kind="revoke").facts["reason"] == "conditions"


def test_a_suspended_licence_is_not_widened(desk):
    application = desk.application(state="conditional")
    row = desk.decided(granting.grant_conditional, application, conditions="Sửa cầu thang.")
    desk.suspended(row)
    with pytest.raises(Blocked):
        desk.decided(granting.widen, application)


def test_a_small_home_is_the_communes(world):
    from tests.factories.licences import Licences

    home = Licences(world, office="commune")
    row = home.decided(granting.grant, home.application("small_facility", capacity=8), by="chair")
    assert (row.kind, row.number) == ("small", f"1/{timezone.localdate().year}/GPHĐ-XA1")
    home.do("chair", "suspend", row, immediate=True, danger="Cháy", mend_by=day(30), note="Cháy bếp.")
    assert Decision.objects.get().number == f"1/{timezone.localdate().year}/QĐ-XA1"
    with pytest.raises(DomainError):
        home.do("head", "revoke", row, reason="idle", note="x")


def test_certificates_replace_each_other_and_end(desk):
    first = desk.decided(granting.grant, desk.application("register", name="Mái ấm Một"))
    second = desk.decided(granting.grant, desk.application("register_change", name="Mái ấm Hai"))
    first.refresh_from_db()
    assert first.replaced_by == second
    assert first.ended_on == timezone.localdate()
    assert second.facts["name"] == "Mái ấm Hai"
    assert first.number != second.number
    assert Registration.objects.filter(ended_on=None).count() == 1


def test_a_certificate_names_no_hidden_address(world):
    from tests.factories.licences import Licences

    shelter = Licences(world, hidden_address=True)
    made = shelter.decided(granting.grant, shelter.application("register", address="12 đường Hoa Sen"))
    assert "Hoa Sen" not in str(made.facts)


@pytest.mark.parametrize("with_licence", [True, False])
def test_dissolved(desk, with_licence):
    desk.decided(granting.grant, desk.application("register"))
    row = desk.active() if with_licence else None
    waiting = desk.issued() if with_licence else None
    desk.decided(granting.grant, desk.application("dissolve"))
    desk.facility.refresh_from_db()
    assert desk.facility.closed_on == timezone.localdate()
    assert not Registration.objects.filter(ended_on=None).exists()
    if row and waiting:
        row.refresh_from_db()
        waiting.refresh_from_db()
        assert (row.state, waiting.state) == ("surrendered", "revoked")
    with pytest.raises(Blocked) as refused:
        desk.granted()
    assert "facility_closed" in {reason.code for reason in refused.value.reasons}


def test_each_action_says_what_is_missing(desk, world):
    row = desk.active()
    found = {one.spec.name: one for one in available(world.actor("private_manager"), row)}
    assert found["reply_suspension"].status == "missing"
    assert found["suspend"].status == "not_you"
    assert found["reinstate"].status == "wrong_state"
