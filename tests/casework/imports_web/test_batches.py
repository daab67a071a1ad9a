"""From a file to persons: nothing before the confirmation, nobody twice, running cases for a second person."""

import datetime as dt
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from casework import tasks
from casework.models import Case, Contact, ImportBatch, ImportRow, Person
from core.access.engine import visible
from core.audit.models import Event
from core.errors import Blocked, Denied, NotVisible
from core.lifecycle.engine import perform
from core.lifecycle.models import Proposal

from .conftest import book, person


def verdicts(batch):
    return [row.verdict for row in batch.rows.order_by("number")]


def test_nothing_is_written_before_it_is_confirmed(staged):
    batch = staged(person("Lý Thị Bông", dt.date(1950, 9, 5)), person("Mót", 1944))
    assert (batch.state, batch.rows_seen, verdicts(batch)) == ("ready", 2, ["new", "new"])
    assert not Person.objects.exists()


def test_lines_lie_sealed(staged):
    staged(person("Lý Thị Bông", "1950", paper="075150000123"))
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT payload, fingerprint FROM casework_importrow")
        payload, fingerprint = cursor.fetchone()
        cursor.execute("SELECT content FROM casework_importbatch")
        content = bytes(cursor.fetchone()[0])
    assert payload.startswith("v1.") and "075150000123" not in payload + fingerprint
    assert not content.startswith(b"PK")


def test_confirmed_lines_are_persons_of_the_unit(world, staged, write):
    batch = write(staged(person("Lý Thị Bông", dt.date(1950, 9, 5), paper="75150000123")))
    assert (batch.state, batch.percent, batch.content) == ("done", 100, None)
    one = Person.objects.get()
    assert (one.name, one.birth_year, one.birth_month, one.birth_day) == ("Lý Thị Bông", 1950, 9, 5)
    assert (one.id_number, one.sex, one.name_folded) == ("075150000123", "female", "ly thi bong")
    assert one.household.status == "poor"
    assert Contact.objects.get(person=one).is_guardian
    event = Event.objects.get(verb="person.import")
    assert (event.subject_id, event.actor_id) == (one.pk, world.user("sibling_steward").pk)
    assert "Bông" not in json.dumps(event.data)
    assert list(visible(world.actor("sibling_steward"), Person)) == [one]
    for other in ("steward", "intake", "worker", "supervisor", "sibling_worker"):
        assert not visible(world.actor(other), Person).exists()


def test_a_second_import_makes_nobody_twice(staged, write):
    lines = [person("Lý Thị Bông", 1950, paper="075150000123"), person("Mót", 1944, hamlet="Ấp 3")]
    write(staged(*lines))
    again = staged(*lines, person("Điểu Lớ", 1960))
    assert verdicts(again) == ["known", "known", "new"]
    write(again)
    assert sorted(Person.objects.values_list("name", flat=True)) == sorted(["Lý Thị Bông", "Mót", "Điểu Lớ"])


def test_two_batches_staged_before_either_is_written(staged, write):
    first, second = staged(person("Mót", 1944)), staged(person("Mót", 1944))
    write(first)
    write(second)
    assert Person.objects.count() == 1
    assert [row.result for row in second.rows.all()] == ["kept"]


def test_a_run_that_was_broken_off_goes_on(world, staged, monkeypatch):
    from casework.services import import_writing

    batch = staged(*(person(f"Lý Thị Số {number}", 1950) for number in range(5)))
    perform(batch, "write", by=world.actor("sibling_steward"), version=batch.version)
    monkeypatch.setattr(import_writing.Writer, "CHUNK", 2)
    import_writing.Writer(ImportBatch.objects.get(pk=batch.pk)).next_chunk()
    assert Person.objects.count() == 2
    tasks.write_list.call(batch=str(batch.pk))
    assert Person.objects.count() == 5
    assert tasks.write_list.call(batch=str(batch.pk)) == 0


def test_somebody_alike_waits_for_a_decision(world, staged, write):
    write(staged(person("Lý Thị Bông", 1950)))
    batch = staged(person("Ly Thi Bong", 1950, hamlet="Ấp 9"))
    row = batch.rows.get()
    assert row.verdict == "likely" and row.person_id
    write(batch)
    assert Person.objects.count() == 1
    batch = staged(person("Ly Thi Bong", 1950, hamlet="Ấp 9"))
    steward = world.actor("sibling_steward")
    perform(
        batch, "decide", by=steward, version=batch.version, data={"row": str(batch.rows.get().pk), "accepted": True}
    )
    write(ImportBatch.objects.get(pk=batch.pk))
    assert Person.objects.count() == 2


def test_errors_name_their_cell_and_are_left_out(staged, write):
    batch = staged(person("", 1950), person("Lý Thị Bông", "31/02/1950"), person("Mót", 1944), person("Mót", 1944))
    rows = list(batch.rows.order_by("number"))
    assert [row.verdict for row in rows] == ["error", "error", "new", "error"]
    assert "B3" in json.loads(rows[0].payload)["errors"][0]
    assert "C4" in json.loads(rows[1].payload)["errors"][0]
    assert "lặp lại" in json.loads(rows[3].payload)["why"]
    batch = write(batch)
    assert Person.objects.count() == 1
    assert list(batch.rows.order_by("number").values_list("result", flat=True)) == ["left", "left", "created", "left"]


def test_a_list_of_errors_alone_is_not_written(world, staged):
    batch = staged(person("", 1950))
    with pytest.raises(Blocked) as refusal:
        perform(batch, "write", by=world.actor("sibling_steward"), version=batch.version)
    assert [reason.code for reason in refusal.value.reasons] == ["nothing_to_write"]


def test_running_cases_wait_for_the_supervisor(world, staged, write):
    world.user("sibling_worker").full_name = "Lê Quốc Huy"
    world.user("sibling_worker").save()
    running = ("12/2024", "03/02/2024", "Lê Quốc Huy")
    batch = write(staged(
        person("Lý Thị Bông", 1950, case=running), person("Mót", 1944, case=("13/2024", "03/02/2024", "Ai Đó")),
        person("Điểu Lớ", 1960, case=("14/2024", "", "Lê Quốc Huy")),
    ))  # fmt: skip
    first, second, third = batch.rows.order_by("number")
    assert first.proposal and not Case.objects.exists()
    assert second.case_note and third.case_note and second.proposal is None
    proposal = Proposal.objects.get(pk=first.proposal)
    perform(proposal, "confirm", by=world.actor("sibling_supervisor"), version=proposal.version)
    case = Case.objects.get()
    assert (case.state, case.old_number, case.person_id) == ("active", "12/2024", first.person_id)
    again = write(staged(person("Lý Thị Bông", 1950, case=running)))
    assert again.rows.get().proposal is None
    assert Proposal.objects.count() == 1


def test_an_open_proposal_is_not_made_again(world, staged, write):
    world.user("sibling_worker").full_name = "Lê Quốc Huy"
    world.user("sibling_worker").save()
    line = person("Lý Thị Bông", 1950, case=("12/2024", "03/02/2024", "Lê Quốc Huy"))
    write(staged(line))
    write(staged(line))
    assert Proposal.objects.count() == 1


def test_only_data_steward_and_intake_bring_lists(world, staged):
    from django.core.files.uploadedfile import SimpleUploadedFile

    for who in ("worker", "supervisor", "manager", "chair", "leader", "auditor", "sysadmin"):
        with pytest.raises(Denied):
            perform(
                ImportBatch, "upload", by=world.actor(who),
                files={"file": SimpleUploadedFile("x.xlsx", book(person("Mót")))},
            )  # fmt: skip
    with pytest.raises(NotVisible):
        file = SimpleUploadedFile("x.xlsx", book(person("Mót")))
        perform(ImportBatch, "upload", by=world.actor("no_duty"), files={"file": file})
    batch = staged(person("Mót", 1944))
    for other in ("steward", "intake", "supervisor"):
        with pytest.raises(NotVisible):
            perform(batch, "write", by=world.actor(other), version=batch.version)


def test_what_is_no_workbook_says_so(world):
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("x.xlsx", b"<html><table></table></html>")
    made = perform(ImportBatch, "upload", by=world.actor("sibling_steward"), files={"file": file}).record
    tasks.stage(made)
    made = ImportBatch.objects.get(pk=made.pk)
    assert made.state == "unreadable" and "Excel" in made.failure and made.content is None


def test_doubtful_columns_are_asked_and_read_again(world, staged):
    headings = ["STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD", "Xã, phường", "Cán bộ"]
    batch = staged(("Mót", 1944, "Nam", "", "", "Chờ giấy tờ"), headings=headings)
    (column,) = batch.doubtful_columns
    assert (column["letter"], {choice["target"] for choice in column["choices"]}) == ("G", {"case_worker", "note"})
    perform(
        batch, "choose", by=world.actor("sibling_steward"), version=batch.version, data={"col_G": "note"}
    )  # fmt: skip
    tasks.read_list.call(batch=str(batch.pk))
    batch = ImportBatch.objects.get(pk=batch.pk)
    assert json.loads(batch.rows.get().payload)["values"]["note"] == "Chờ giấy tờ"
    assert batch.state == "ready" and ImportRow.objects.count() == 1


def test_the_command_tells_and_writes_only_when_told_to(world, tmp_path):
    path = tmp_path / "danh-sach.xlsx"
    path.write_bytes(book(person("Lý Thị Bông", 1950), person("", 1950)))
    out = StringIO()
    call_command("import_persons", str(path), "--as", "sibling_steward", stdout=out, stderr=StringIO())
    assert "Người mới" in out.getvalue() and "Ô B4" in out.getvalue()
    assert not Person.objects.exists()
    call_command("import_persons", str(path), "--as", "sibling_steward", "--confirm", stdout=out, stderr=StringIO())
    assert "Đã tạo 1 người" in out.getvalue()
    assert Person.objects.count() == 1
    for wrong in (["--as", "worker"], ["--as", "khong-co"], []):
        with pytest.raises(CommandError):
            call_command("import_persons", str(path), *wrong, stdout=out, stderr=StringIO())
    with pytest.raises(CommandError):
        call_command("import_persons", str(tmp_path / "none.xlsx"), "--as", "sibling_steward", stdout=out)
