"""The pages of lists: upload, progress, preview, decisions, confirmation, the supervisor's page."""

import uuid

from django.core.files.uploadedfile import SimpleUploadedFile

from casework.models import Case, ImportBatch, Person
from core.audit.models import ReadLog
from core.outbox.tasks import DBTaskResult

from .conftest import book, person

HOME = "/nhap-danh-sach/"


def upload(client, *lines):
    file = SimpleUploadedFile("list.xlsx", book(*lines))
    return client.post(HOME, {"file": file, "key": uuid.uuid4().hex})


def act(client, batch, action, **data):
    body = {"version": batch.version, "key": uuid.uuid4().hex, **data}
    return client.post(f"{HOME}{batch.pk}/lam/{action}/", body)


def test_from_upload_to_persons_in_the_browser(sign_in):
    client = sign_in("sibling_steward")
    assert client.get(HOME).status_code == 200
    answer = upload(client, person("Lý Thị Bông", 1950, paper="075150000123"), person("", 1950))
    batch = ImportBatch.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"{HOME}{batch.pk}/")
    assert "tien-do" in client.get(f"{HOME}{batch.pk}/").content.decode()
    assert client.get(f"{HOME}{batch.pk}/tien-do/").status_code == 200
    work = DBTaskResult.objects.get(task_path__endswith="read_list")
    work.task.call(**work.args_kwargs["kwargs"])
    assert client.get(f"{HOME}{batch.pk}/tien-do/")["HX-Refresh"] == "true"
    batch.refresh_from_db()
    shown = client.get(f"{HOME}{batch.pk}/").content.decode()
    assert "Lý Thị Bông" in shown and "Ô B4" in shown
    assert "075150000123" not in shown
    assert ReadLog.objects.filter(field_class="read:rows", root_id=batch.pk).exists()
    only = client.get(f"{HOME}{batch.pk}/", {"loai": "error"}).content.decode()
    assert "Lý Thị Bông" not in only
    assert act(client, batch, "write").status_code == 302
    work = DBTaskResult.objects.get(task_path__endswith="write_list")
    work.task.call(**work.args_kwargs["kwargs"])
    assert Person.objects.count() == 1
    assert "Đã tạo 1 người" in client.get(f"{HOME}{batch.pk}/").content.decode()


def test_no_file_is_said_at_the_field(sign_in, world):
    answer = sign_in("sibling_steward").post(HOME, {"key": "k"})
    assert answer.status_code == 422
    assert "Chọn một tệp." in answer.content.decode()


def test_a_line_that_looks_like_somebody(sign_in, staged, write):
    write(staged(person("Lý Thị Bông", 1950)))
    batch = staged(person("Ly Thi Bong", 1950, hamlet="Ấp 9"))
    client = sign_in("sibling_steward")
    assert "Là người khác" in client.get(f"{HOME}{batch.pk}/").content.decode()
    assert act(client, batch, "decide", row=str(batch.rows.get().pk), accepted="on").status_code == 302
    assert batch.rows.get().accepted
    assert "Nhập thành người mới" in client.get(f"{HOME}{batch.pk}/").content.decode()


def test_columns_are_asked(sign_in, staged):
    headings = ["STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD", "Xã, phường", "Cán bộ"]
    batch = staged(("Mót", 1944, "Nam", "", "", "Chờ giấy tờ"), headings=headings)
    client = sign_in("sibling_steward")
    assert "Cột G" in client.get(f"{HOME}{batch.pk}/").content.decode()
    assert act(client, batch, "choose", col_G="note").status_code == 302
    assert DBTaskResult.objects.filter(task_path__endswith="read_list").count() == 1


def test_who_may_open_the_pages(sign_in, staged):
    batch = staged(person("Mót", 1944))
    for other in ("steward", "intake", "supervisor"):
        assert sign_in(other).get(f"{HOME}{batch.pk}/").status_code == 404
        assert act(sign_in(other), batch, "write").status_code in (403, 404)
    for stranger in ("worker", "manager", "chair", "sysadmin"):
        assert sign_in(stranger).get(HOME).status_code in (403, 404)
    supervisor = sign_in("sibling_supervisor")
    assert supervisor.get(f"{HOME}{batch.pk}/").status_code == 200
    assert act(supervisor, batch, "write").status_code in (403, 404)
    assert not Person.objects.exists()


def test_the_supervisor_confirms_the_cases_together(sign_in, world, staged, write):
    world.user("sibling_worker").full_name = "Lê Quốc Huy"
    world.user("sibling_worker").save()
    lines = [
        person(f"Lý Thị Số {number}", 1950, case=(f"{number}/2024", "03/02/2024", "Lê Quốc Huy"))
        for number in (1, 2, 3)
    ]
    batch = write(staged(*lines))
    supervisor = sign_in("sibling_supervisor")
    where = f"{HOME}{batch.pk}/ca/"
    assert "Lý Thị Số 1" in supervisor.get(where).content.decode()
    chosen = [str(row.proposal) for row in batch.rows.order_by("number")[:2]]
    answer = supervisor.post(where, {"proposal": chosen, "key": "k1"}, follow=True)
    assert "Đã tiếp quản 2 ca." in answer.content.decode()
    assert set(Case.objects.values_list("old_number", "state")) == {("1/2024", "active"), ("2/2024", "active")}
    left = answer.content.decode()
    assert "Lý Thị Số 3" in left and "Lý Thị Số 1" not in left
    assert sign_in("sibling_steward").get(where).status_code in (403, 404)
