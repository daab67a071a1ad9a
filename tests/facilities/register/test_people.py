"""Staff, prices and the wallet of papers."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.access.engine import fields_readable, visible
from core.audit.models import Event
from core.documents.models import Document
from core.errors import Blocked, Denied, Invalid
from core.lifecycle.engine import perform
from facilities.models import Facility, PriceItem, StaffMember, WalletPaper
from tests.core.documents.files import jpeg, pdf
from tests.factories import houses
from tests.factories.houses import change, day, make

pytestmark = pytest.mark.django_db


@pytest.fixture
def fm(world):
    return world.actor("private_manager")


@pytest.fixture
def facility(world):
    return houses.register(world)


def codes(refused):
    return [reason.code for reason in refused.value.reasons]


def on(shift):
    return timezone.localdate() + timedelta(days=shift)


def asked_of(member, **changes):
    """The whole form of a member, as a client sends it."""
    return {
        "full_name": member.full_name, "position": member.position, "works_from": f"{member.works_from:%d/%m/%Y}",
        "full_time": "on", **changes,
    }  # fmt: skip


# Staff


def test_one_person_heads_the_house_on_a_day(fm, facility):
    first = houses.member(fm, facility, "director", full_name="Nguyễn Thị Mai")
    facility.refresh_from_db()
    assert facility.head_name == "Nguyễn Thị Mai"
    with pytest.raises(Blocked) as refused:
        houses.member(fm, facility, "director", full_name="Lê B")
    assert codes(refused) == ["other_director"]
    deputy = houses.member(fm, facility, "deputy", full_name="Lê B")
    with pytest.raises(Blocked):
        change(fm, deputy, "edit", **asked_of(deputy, position="director"))
    change(fm, first, "leave", left_on=day(10))
    with pytest.raises(Blocked):
        houses.member(fm, facility, "director", full_name="Trần C", works_from=day(5))
    houses.member(fm, facility, "director", full_name="Trần C", works_from=day(10))
    facility.refresh_from_db()
    assert facility.head_name == "Trần C"


def test_the_database_holds_one_director_too(facility):
    plain = {"facility": facility, "position": "director", "works_from": on(-5)}
    StaffMember.objects.create(full_name="A", **plain)
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffMember.objects.create(full_name="B", **plain)


def test_leaving_is_said_once_and_not_before_coming(fm, facility):
    member = houses.member(fm, facility, works_from=day(-10))
    with pytest.raises(Invalid):
        change(fm, member, "leave", left_on=day(-11))
    change(fm, member, "leave")
    assert member.left_on == timezone.localdate()
    with pytest.raises(Blocked) as refused:
        change(fm, member, "leave")
    assert codes(refused) == ["left"]


def test_a_certificate_has_a_number(fm, facility):
    with pytest.raises(Invalid) as refused:
        houses.member(fm, facility, certificate_expires=day(30))
    assert list(refused.value.errors) == ["certificate_number"]


def test_a_phone_is_read_by_the_house_and_the_officer_and_kept_by_who_may_not(world, fm, facility):
    member = houses.member(fm, facility, phone="0912345678")
    readers = {who for who in world.users if "phone" in fields_readable(world.actor(who), member)}
    assert readers == {"private_manager", "licensing"}
    seen = {who for who in world.users if visible(world.actor(who), StaffMember).exists()}
    assert seen == {
        "private_manager", "licensing", "head", "steward", "sibling_steward", "auditor", "sibling_auditor",
    }  # fmt: skip
    change(world.actor("steward"), member, "edit", **asked_of(member, qualification="Điều dưỡng"))
    assert (member.qualification, member.phone) == ("Điều dưỡng", "0912345678")
    change(fm, member, "edit", **asked_of(member))
    assert member.phone == ""


def test_an_account_of_another_house_is_no_choice(world, fm, facility):
    member = houses.member(fm, facility, user=world.user("private_worker").pk)
    assert member.user == world.user("private_worker")
    with pytest.raises(Invalid):
        houses.member(fm, facility, user=world.user("public_worker").pk)


# Prices


def test_a_new_price_ends_the_former_one(fm, facility):
    first = houses.price(fm, facility, 5_000_000)
    second = houses.price(fm, facility, 5_500_000, valid_from=day(10))
    first.refresh_from_db()
    assert (first.valid_to, first.version) == (on(10), 2)
    assert Event.objects.get(subject_id=second.pk).data["ends"] == str(first.pk)
    other = houses.price(fm, facility, 200_000, per="ngày", valid_from=day(10))
    assert other.valid_to is None and PriceItem.objects.filter(valid_to__isnull=True).count() == 2


def test_prices_of_a_service_never_overlap(fm, facility):
    houses.price(fm, facility, valid_from=day(30))
    for start, end in ((day(0), ""), (day(0), day(31)), (day(30), "")):
        with pytest.raises(Blocked) as refused:
            houses.price(fm, facility, valid_from=start, valid_to=end)
        assert codes(refused) == ["overlaps"]
    houses.price(fm, facility, valid_from=day(0), valid_to=day(30))
    rows = list(PriceItem.objects.order_by("valid_from"))
    assert all(a.valid_to <= b.valid_from for a, b in zip(rows, rows[1:], strict=False))


def test_what_people_have_paid_by_is_not_rewritten(fm, facility):
    charged, coming = houses.price(fm, facility), houses.price(fm, facility, valid_from=day(5))
    with pytest.raises(Blocked) as refused:
        change(fm, charged, "edit", price="1", basis="x")
    assert codes(refused) == ["charged"]
    assert change(fm, coming, "edit", price="6.000.000", basis="QĐ 1").price == 6_000_000


def test_a_price_ends_once_and_is_not_made_longer(fm, facility):
    item = houses.price(fm, facility)
    with pytest.raises(Invalid):
        change(fm, item, "end", valid_to=day(-60))
    change(fm, item, "end", valid_to=day(20))
    with pytest.raises(Blocked) as refused:
        change(fm, item, "end", valid_to=day(21))
    assert codes(refused) == ["longer"]
    change(fm, item, "end")
    with pytest.raises(Blocked) as refused:
        change(fm, item, "end")
    assert codes(refused) == ["ended"]


@pytest.mark.parametrize(("field", "value"), [("price", "-5"), ("price", "đắt"), ("basis", ""), ("per", "")])
def test_a_price_that_says_too_little_is_refused(fm, facility, field, value):
    with pytest.raises(Invalid) as refused:
        houses.price(fm, facility, **{field: value})
    assert list(refused.value.errors) == [field]


# Papers


def upload(content, name="a.pdf"):
    return {"file": SimpleUploadedFile(name, content)}


def test_a_paper_keeps_its_file_under_the_facility(world, fm, facility):
    made = make(fm, facility, WalletPaper, files=upload(pdf()), kind="land", number="GCN 12", expires_on=day(300))
    made.refresh_from_db()
    document = made.document
    assert (document.root_id, document.subject_id) == (facility.pk, made.pk)
    assert document.title == "Giấy tờ đất, nhà, hợp đồng thuê GCN 12"
    event = Event.objects.get(subject_id=document.pk)
    assert event.cause_id == Event.objects.get(subject_id=made.pk).id and event.data["sha256"] == document.sha256
    readers = {who for who in world.users if visible(world.actor(who), Document).filter(pk=document.pk).exists()}
    assert readers == {
        "private_manager", "licensing", "head", "steward", "sibling_steward", "auditor", "sibling_auditor",
    }  # fmt: skip


def test_a_new_file_takes_the_place_of_the_former(fm, facility):
    made = make(fm, facility, WalletPaper, files=upload(pdf()), kind="fire")
    made.refresh_from_db()
    old = made.document
    perform(made, "edit", by=fm, version=made.version, data={"kind": "fire", "number": "2"}, files=upload(pdf(pages=2)))
    made.refresh_from_db()
    old.refresh_from_db()
    assert made.document_id != old.pk and old.withdrawn_at is not None
    change(fm, made, "edit", kind="fire", number="3")
    assert made.document_id is not None and made.document.withdrawn_at is None


def test_a_renewed_paper_replaces_the_former(world, fm, facility):
    old = houses.paper(fm, facility, expires=day(5))
    with pytest.raises(Invalid) as refused:
        houses.paper(fm, facility, "food", replaces=old.pk)
    assert "replaces" in refused.value.errors
    new = houses.paper(fm, facility, expires=day(900), replaces=old.pk)
    old.refresh_from_db()
    assert old.replaced_by == new
    with pytest.raises(Invalid):
        houses.paper(fm, facility, replaces=old.pk)  # it has one already
    for action, data in (("edit", {"kind": "fire"}), ("withdraw", {"note": "x"})):
        with pytest.raises(Blocked) as blocked:
            change(fm, old, action, **data)
        assert codes(blocked) == ["replaced"]
    other = houses.register(world, "public")
    with pytest.raises(Invalid):
        houses.paper(world.actor("manager"), other, replaces=new.pk)


def test_a_withdrawn_paper_takes_its_file_along(fm, facility):
    made = make(fm, facility, WalletPaper, files=upload(pdf()), kind="other")
    change(fm, made, "withdraw", note="Nộp nhầm")
    assert made.withdrawn_on == timezone.localdate()
    made.document.refresh_from_db()
    assert made.document.withdrawn_at is not None


def test_days_of_a_paper_are_in_order(fm, facility):
    with pytest.raises(Invalid) as refused:
        houses.paper(fm, facility, issued_on=day(-1), expires=day(-2))
    assert "expires_on" in refused.value.errors


# Pictures and the profile


def test_a_picture_is_a_picture(fm, facility):
    with pytest.raises(Invalid) as refused:
        make(fm, facility, Document, "add_photo", files=upload(pdf()), title="Bếp")
    assert "file" in refused.value.errors
    made = make(fm, facility, Document, "add_photo", files=upload(jpeg(), "a.jpg"), title="Bếp")
    assert (made.kind, made.root_id) == ("photo", facility.pk)
    change(fm, made, "withdraw", note="Mờ quá")
    assert not visible(fm, Document).filter(pk=made.pk).exists()


def test_a_house_describes_itself_and_no_other(world, fm, facility):
    change(fm, facility, "describe", **houses.PROFILE, lat="10.9574", lon="106.8427")
    assert (facility.land_area, facility.zone, facility.lat) == (900, "rural", 10.9574)
    assert [str(model) for model in facility.care_models.all()] == ["Chăm sóc nội trú"]
    event = Event.objects.filter(verb="facility.describe").latest("seq")
    assert {"zone", "land_area", "care_models"} <= set(event.data["changed"])
    change(fm, facility, "describe", **{**houses.PROFILE, "care_models": ["shelter", "day_care"]})
    assert [model.code for model in facility.care_models.all()] == ["day_care", "shelter"]
    with pytest.raises(Denied):
        change(world.actor("manager"), facility, "describe", **houses.PROFILE)
    with pytest.raises(Invalid) as refused:
        change(fm, facility, "describe", **houses.PROFILE, lat="10.9")
    assert "lon" in refused.value.errors


def test_clients_are_counted_by_care_group(fm, facility):
    change(fm, facility, "count_clients", infant="3", elderly="0", mental="")
    assert list(facility.client_counts.values_list("care_group", "number")) == [("infant", 3)]
    change(fm, facility, "count_clients", elderly="12")
    assert list(facility.client_counts.values_list("care_group", "number")) == [("elderly", 12)]
    with pytest.raises(Invalid):
        change(fm, facility, "count_clients", elderly="-1")


def test_every_change_has_its_event_under_the_facility(world):
    made = houses.house(world)
    for model in (StaffMember, PriceItem, WalletPaper, Facility):
        for row in model.objects.all():
            verbs = Event.objects.filter(subject_id=row.pk, root_id=made.pk).values_list("version", flat=True)
            assert sorted(verbs)[-1] in (row.version, row.version - 1)
