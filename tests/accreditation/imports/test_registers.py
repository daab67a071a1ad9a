"""A register from upload to licences in force: nothing before the officer confirms, nothing granted before the head."""

from datetime import date
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accreditation import tasks
from accreditation.models import Licence, Registration
from accreditation.models.listing import RegisterList, RowResult
from accreditation.selectors.listing import waiting
from accreditation.services.listing_writing import Writer
from core.accounts.models import Unit
from core.audit.models import Event
from core.errors import Blocked, Denied, NotVisible
from core.lifecycle.engine import perform
from core.lifecycle.models import Proposal
from facilities.models import Authority, Facility
from tests.casework.imports.books import xlsx

pytestmark = pytest.mark.django_db

HEAD = ["STT", "Tên cơ sở", "Loại hình", "Công lập/Ngoài công lập", "Địa chỉ", "Xã, phường", "Người đứng đầu",
        "Điện thoại", "Số QĐ thành lập", "Ngày QĐ thành lập", "Cơ quan cấp QĐ thành lập", "Số giấy phép",
        "Ngày cấp giấy phép", "Đối tượng phục vụ", "Quy mô", "Số người đang ở", "Ngày hết hạn", "Ghi chú"]  # fmt: skip


def line(name, **more):
    values = {
        "kind": "Trẻ em", "owner": "Ngoài công lập", "address": "12 Hùng Vương", "commune": "", "head": "Nguyễn Hữu An",
        "phone": "02513822288", "qd": "15/GCN-SLĐTBXH", "qd_day": "05/03/2018", "qd_by": "Sở LĐTBXH",
        "gp": "12/GP-SLĐTBXH", "gp_day": "09/04/2018", "groups": "Trẻ em mồ côi", "size": 45, "now": 38, "end": "",
        "note": "", **more,
    }  # fmt: skip
    return [None, name, *values.values()]


PUBLIC = {"owner": "Công lập", "kind": "Tổng hợp", "qd": "1234/QĐ-UBND", "qd_by": "UBND tỉnh", "gp": "", "gp_day": "",
          "groups": "Đối tượng bảo trợ xã hội", "size": 320}  # fmt: skip


@pytest.fixture
def staged(world):
    def stage(*lines, who="licensing") -> RegisterList:
        file = SimpleUploadedFile("ds.xlsx", xlsx({"DS": [["DANH SÁCH CƠ SỞ"], HEAD, *lines]}))
        made = perform(RegisterList, "upload", by=world.actor(who), files={"file": file}).record
        tasks.stage_register(made)
        return RegisterList.objects.get(pk=made.pk)

    return stage


@pytest.fixture
def write(world):
    def confirm(register, who="licensing") -> RegisterList:
        perform(register, "write", by=world.actor(who), version=register.version)
        Writer(RegisterList.objects.get(pk=register.pk)).all()
        return RegisterList.objects.get(pk=register.pk)

    return confirm


@pytest.fixture
def sign_in(world):
    def make(name):
        client = Client()
        client.force_login(world.user(name))
        return client

    return make


def confirm_all(client, register):
    """What the head's one press sends."""
    rows = [str(row.pk) for row in waiting(register)]
    return client.post(reverse("register_papers", args=[register.pk]), {"row": rows, "key": "k1"}, follow=True)


def facility(name):
    return Facility.objects.select_related("unit").get(unit__name=name)


def test_nothing_enters_before_the_officer_confirms(staged):
    before = Facility.objects.count(), Unit.objects.count(), Proposal.objects.count()
    register = staged(line("Mái ấm An Bình"), line("Trung tâm Bảo trợ tổng hợp", **PUBLIC))
    assert (register.state, register.rows_seen) == ("ready", 2)
    assert list(register.rows.values_list("verdict", flat=True)) == ["new", "new"]
    assert before == (Facility.objects.count(), Unit.objects.count(), Proposal.objects.count())


def test_written_under_the_right_parent_with_its_founding_paper(world, staged, write):
    commune = world.communes[0]
    write(staged(line("Mái ấm An Bình", commune=commune.label), line("Trung tâm Bảo trợ tổng hợp", **PUBLIC)))
    home = facility("Mái ấm An Bình")
    assert (home.unit.kind, home.unit.parent, home.unit.code) == ("private_facility", world.units["department"], "MAAB")
    assert (home.legal_kind, home.capacity, home.phone, home.commune) == ("children", 45, "02513822288", commune)
    assert home.founded_on == date(2018, 3, 5)
    assert "Số người đang ở theo danh sách: 38" in home.note
    assert Registration.objects.get(facility=home).number == "15/GCN-SLĐTBXH"
    assert facility("Trung tâm Bảo trợ tổng hợp").unit.kind == "public_facility"
    assert not Authority.objects.filter(
        facility__unit__name__in=["Mái ấm An Bình", "Trung tâm Bảo trợ tổng hợp"]
    ).exists()
    events = Event.objects.filter(verb="facility.enter_from_list")
    assert {event.actor for event in events} == {world.user("licensing")}


def test_the_head_confirms_all_papers_with_one_press(world, staged, write, sign_in):
    lines = [line(f"Mái ấm Số {number}", gp=f"{number}/GP-SYT", qd=f"{number}/GCN-SYT") for number in range(1, 8)]
    register = write(staged(*lines, line("Trung tâm Bảo trợ tổng hợp", **PUBLIC)))
    assert waiting(register).count() == 8
    assert not Licence.objects.exists()
    page = confirm_all(sign_in("head"), register).content.decode()
    assert "Đã xác nhận 8 cơ sở" in page
    assert waiting(register).count() == 0
    licence = Licence.objects.get(number="3/GP-SYT")
    assert (licence.state, licence.capacity, licence.issued_on) == ("active", 45, date(2018, 4, 9))
    assert sorted(licence.groups.values_list("code", flat=True)) == ["f1a", "k1"]
    assert Authority.objects.get(facility=licence.facility).paper_number == "3/GP-SYT"
    public = Authority.objects.get(paper_number="1234/QĐ-UBND")
    assert (public.capacity, public.valid_from, public.set_by) == (320, date(2018, 3, 5), world.user("head"))
    assert "f1c" in public.groups.values_list("code", flat=True)


def test_a_second_import_makes_no_doubles(staged, write, sign_in):
    lines = [line("Mái ấm An Bình"), line("Trung tâm Bảo trợ tổng hợp", **PUBLIC)]
    write(staged(*lines))
    again = write(staged(*lines))
    assert list(again.rows.values_list("verdict", "result")) == [("known", RowResult.KEPT)] * 2
    assert waiting(again).count() == 0
    assert "Đã trình ở lần nhập trước" in again.rows.first().paper_note
    assert Facility.objects.filter(unit__name="Mái ấm An Bình").count() == 1
    first = RegisterList.objects.order_by("created_at").first()
    confirm_all(sign_in("head"), first)
    third = write(staged(*lines))
    notes = list(third.rows.values_list("paper_note", flat=True))
    assert notes == ["Đã có giấy phép trong sổ.", "Đã có phạm vi được nhận."]


def test_a_line_twice_and_one_that_looks_like_another(world, staged, write):
    commune = world.communes[0].label
    write(staged(line("Mái ấm An Bình", commune=commune)))
    register = staged(
        line("Cơ sở bảo trợ xã hội An Bình", commune=commune, gp="2/GP"),
        line("Mái ấm Hai", gp="3/GP"),
        line("Mái ấm Hai"),
    )
    assert list(register.rows.values_list("verdict", flat=True)) == ["likely", "new", "error"]
    likely = register.rows.first()
    data = {"row": str(likely.pk), "accepted": True}
    perform(register, "decide", by=world.actor("licensing"), version=register.version, data=data)
    write(RegisterList.objects.get(pk=register.pk))
    assert facility("Cơ sở bảo trợ xã hội An Bình")
    assert Facility.objects.filter(unit__name="Mái ấm Hai").count() == 1


def test_without_its_decision_a_likely_line_stays_out(world, staged, write):
    commune = world.communes[0].label
    write(staged(line("Mái ấm An Bình", commune=commune)))
    register = write(
        staged(line("Cơ sở bảo trợ xã hội An Bình", commune=commune, gp="2/GP"), line("Mái ấm Ba", gp="4/GP"))
    )
    assert list(register.rows.values_list("result", flat=True)) == ["left", "created"]


def test_what_is_missing_for_the_licence_is_said(staged, write):
    register = write(staged(
        line("Mái ấm Không Phép", gp="", gp_day=""), line("Mái ấm Hết Hạn", gp="9/GP-SYT", end="01/01/2020"),
        line("Mái ấm Nhóm Lạ", gp="10/GP-SYT", groups="người vô gia cư"),
        line("Trung tâm Không Số", **{**PUBLIC, "qd": ""}),
    ))  # fmt: skip
    notes = list(register.rows.values_list("paper_note", flat=True))
    assert "số giấy phép, ngày cấp giấy phép, cơ quan cấp giấy phép" in notes[0]
    assert "đã hết hiệu lực" in notes[1]
    assert "nhóm đối tượng" in notes[2]
    assert "số quyết định thành lập" in notes[3]
    assert waiting(register).count() == 0
    assert Facility.objects.filter(unit__name__startswith="Mái ấm").count() == 3


def test_the_address_of_a_shelter_is_sealed_and_leaves_the_list(world, staged, write, sign_in):
    register = staged(line("Nhà tạm lánh Bình Yên", kind="Khác", address="99 Đường Kín", groups="bạo lực gia đình"))
    page = sign_in("licensing").get(reverse("register_list", args=[register.pk])).content.decode()
    assert "99 Đường Kín" not in page
    assert "giữ kín" in page
    register = write(register)
    shelter = facility("Nhà tạm lánh Bình Yên")
    assert (shelter.hidden_address, shelter.address, shelter.safe_address) == (True, "", "99 Đường Kín")
    assert "99 Đường Kín" not in register.rows.get().payload
    assert not Event.objects.filter(data__icontains="Đường Kín").exists()


def test_a_small_home_of_a_commune_goes_to_the_commune(world, staged, write, sign_in):
    register = write(staged(line(
        "Mái ấm Nhỏ", gp="3/GXN-UBND ngày 01/02/2025 của UBND phường Một", gp_day="", size="dưới 10",
        commune=world.communes[0].label,
    )))  # fmt: skip
    row = register.rows.get()
    assert row.paper_note == "" or "nhiều nhất 9" in row.paper_note
    register = write(staged(line(
        "Mái ấm Nhỏ Hai", gp="4/GXN-UBND ngày 01/02/2025 của UBND phường Một", gp_day="", size=8,
        commune=world.communes[0].label,
    )))  # fmt: skip
    confirm_all(sign_in("head"), register)
    licence = Licence.objects.get(number="4/GXN-UBND")
    assert (licence.kind, licence.to_unit) == ("small", world.units["commune"])


def test_broken_off_it_goes_on(world, staged, monkeypatch):
    lines = [line(f"Mái ấm Số {number}", gp=f"{number}/GP-SYT", qd=f"{number}/GCN") for number in range(1, 46)]
    register = staged(*lines)
    perform(register, "write", by=world.actor("licensing"), version=register.version)
    writer = Writer(RegisterList.objects.get(pk=register.pk))
    assert writer.next_chunk() == 20  # and then the worker is killed
    assert RegisterList.objects.get(pk=register.pk).state == "writing"
    assert Writer(register.again()).all() == 25
    register = RegisterList.objects.get(pk=register.pk)
    assert (register.state, register.rows_written, register.content) == ("done", 45, None)
    assert Facility.objects.filter(unit__name__startswith="Mái ấm Số").count() == 45
    assert waiting(register).count() == 45


def test_who_may(world, staged):
    for who in ("head", "private_manager", "steward", "supervisor", "leader"):
        with pytest.raises((Denied, NotVisible)):
            staged(line("Mái ấm An Bình"), who=who)
    register = staged(line("Mái ấm An Bình"))
    for who in ("head", "private_manager"):
        with pytest.raises((Denied, NotVisible)):
            perform(register, "write", by=world.actor(who), version=register.version)
    perform(register, "write", by=world.actor("licensing"), version=register.version)
    register.refresh_from_db()
    with pytest.raises(Blocked):
        perform(register, "write", by=world.actor("licensing"), version=register.version)


def test_pages(world, staged, sign_in, write):
    register = staged(line("Mái ấm An Bình"), line("Mái ấm Lỗi", gp_day="31/02/2020", gp="7/GP"))
    officer = sign_in("licensing")
    page = officer.get(reverse("register_list", args=[register.pk])).content.decode()
    assert "Ghi vào sổ cơ sở" in page
    assert "31/02/2020" in page
    assert officer.get(reverse("register_papers", args=[register.pk])).status_code in (403, 404)
    assert sign_in("private_manager").get(reverse("register_list", args=[register.pk])).status_code in (403, 404)
    register = write(register)
    head = sign_in("head")
    assert "Mái ấm An Bình" in head.get(reverse("register_papers", args=[register.pk])).content.decode()
    assert "Đã ghi 1 cơ sở" in officer.get(reverse("register_list", args=[register.pk])).content.decode()
    upload = SimpleUploadedFile("ds.xlsx", b"not a workbook")
    made = officer.post(reverse("register_lists"), {"file": upload, "key": "a"})
    assert made.status_code == 302
    assert officer.post(reverse("register_lists"), {"key": "b"}).status_code == 422


def test_a_file_that_is_no_register_says_why(world):
    file = SimpleUploadedFile("x.xlsx", b"PK nothing")
    made = perform(RegisterList, "upload", by=world.actor("licensing"), files={"file": file}).record
    tasks.stage_register(made)
    register = RegisterList.objects.get(pk=made.pk)
    assert (register.state, register.content) == ("unreadable", None)
    assert register.failure


def test_the_command(world, tmp_path):
    path = tmp_path / "ds.xlsx"
    path.write_bytes(xlsx({"DS": [HEAD, line("Mái ấm An Bình"), line("Trung tâm Bảo trợ tổng hợp", **PUBLIC)]}))
    out = StringIO()
    call_command("import_facilities", str(path), stdout=out, stderr=StringIO())
    assert "Chưa ghi gì" in out.getvalue()
    assert not Facility.objects.filter(unit__name="Mái ấm An Bình").exists()
    call_command("import_facilities", str(path), "--confirm", stdout=out, stderr=StringIO())
    assert "Đã ghi 2 cơ sở vào sổ" in out.getvalue()
    assert "2 giấy phép, quyết định thành lập chờ" in out.getvalue()
    with pytest.raises(CommandError, match="Không mở được"):
        call_command("import_facilities", str(tmp_path / "none.xlsx"), stdout=out)
    with pytest.raises(CommandError, match="Không có người dùng"):
        call_command("import_facilities", str(path), "--as", "nobody", stdout=out)
