"""A paper from the form to the storage and back, as each of the persons who might want it."""

import hashlib
import uuid
from datetime import timedelta
from types import ModuleType

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import include, path
from django.utils import timezone

from core.audit import chain
from core.audit.models import Event, ReadLog
from core.documents import services, vault
from core.documents.models import Document, DocumentKind
from core.documents.selectors import documents_of, kinds_on_file
from core.errors import Blocked, Denied, Invalid, NotVisible
from core.lifecycle.engine import perform
from core.outbox.tasks import DBTaskResult
from core.sealed import SealBroken
from tests.core.documents.files import docx, jpeg, pdf, segment
from tests.factories.cases import Story

NAME = "CMND Nguyen Van Kin.pdf"
VERB = "document.withdraw"
TITLE = "Giấy xác nhận của bà Kín"


@pytest.fixture(autouse=True)
def on_disk(settings, tmp_path):
    """Files as in use, in a folder of the test's own."""
    disk = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path / "media")}}
    settings.STORAGES = {**settings.STORAGES, "default": disk}


@pytest.fixture
def story(world):
    return Story(world).in_assessment()


@pytest.fixture
def add(world, story):
    """`add("worker", content, key=…)` hands in a paper and returns the outcome."""

    def hand_in(by="worker", content=None, key="", case=None, **data):
        upload = SimpleUploadedFile(NAME, pdf() if content is None else content, "text/html")
        return perform(
            Document,
            "upload",
            by=world.actor(by),
            data={"kind": "medical", "title": TITLE, **data},
            files={"file": upload},
            parent=case or story.case,
            key=key,
        )

    return hand_in


@pytest.fixture
def browser(world, settings):
    urls = ModuleType("papers_only_urls")
    urls.urlpatterns = [
        path("", include("core.documents.urls")),
        path("accounts/", include("allauth.urls")),
    ]
    settings.ROOT_URLCONF = urls

    def of(name):
        client = Client()
        client.force_login(world.user(name), backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return of


class TestUpload:
    def test_what_is_kept(self, add, story, world):
        document = Document.objects.get(pk=add().record.pk)
        assert (document.root_model, document.root_id) == ("casework.Case", story.case.pk)
        assert (document.subject_model, document.subject_id) == ("casework.Case", story.case.pk)
        assert document.title == TITLE
        assert (document.kind, document.mime, document.size) == ("medical", "application/pdf", len(pdf()))
        assert document.sha256 == hashlib.sha256(pdf()).hexdigest()
        assert document.uploaded_by == world.user("worker")
        assert document.root == story.case
        assert vault.get(document) == pdf()

    def test_at_rest_nothing_can_be_read(self, add):
        document = add().record
        with default_storage.open(document.path) as stored:
            box = stored.read()
        assert pdf()[20:60] not in box and b"%PDF" not in box
        assert "Kin" not in document.path and document.pk.hex in document.path
        with connection.cursor() as cursor:
            cursor.execute("SELECT title, path, mime FROM documents_document")
            (title, where, mime) = cursor.fetchone()
        assert title.startswith("v1.") and "Kin" not in where and mime == "application/pdf"

    def test_a_picture_is_kept_without_its_place(self, add):
        place = b"10.57N 106.49E"
        document = add(content=jpeg(extra=segment(0xFE, place), after=place)).record
        kept = vault.get(document)
        assert place not in kept and kept.startswith(b"\xff\xd8")
        assert (document.size, document.sha256) == (len(kept), hashlib.sha256(kept).hexdigest())

    def test_its_event_vouches_for_the_content_and_names_nobody(self, add, story):
        document = add().record
        event = Event.objects.get(subject_id=document.pk)
        assert (event.verb, event.root_id) == ("document.upload", story.case.pk)
        assert event.data["sha256"] == document.sha256
        assert "Kín" not in str(event.data) and "Kin" not in str(event.data)
        assert chain.verify()[1] == []

    def test_sent_twice_is_kept_once(self, add):
        first = add(key="one")
        assert add(key="one").result == first.result
        assert Document.objects.count() == 1

    @pytest.mark.parametrize("content", [b"MZ" + b"\x00" * 80, b"<svg/>", b"", docx(("word/vbaProject.bin", b"x"))])
    def test_a_file_that_is_refused_leaves_nothing(self, add, content):
        with pytest.raises(Invalid) as refused:
            add(content=content)
        assert set(refused.value.errors) == {"file"}
        assert Document.objects.count() == 0

    def test_too_large(self, add, settings):
        settings.DH_UPLOAD_LIMIT_MB = 1
        with pytest.raises(Invalid) as refused:
            add(content=jpeg(after=b"\x00" * 2**20))
        assert "quá 1 MB" in refused.value.errors["file"][0]

    def test_infected(self, add, settings):
        settings.DH_VIRUS_SCANNER = "false"
        with pytest.raises(Invalid) as refused:
            add()
        assert "mã độc" in refused.value.errors["file"][0]
        assert Document.objects.count() == 0

    def test_without_a_file(self, world, story):
        with pytest.raises(Invalid) as refused:
            perform(Document, "upload", by=world.actor("worker"), data={"kind": "other"}, parent=story.case)
        assert refused.value.errors["file"] == ["Chọn tệp cần gửi."]

    @pytest.mark.parametrize(
        ("name", "error"),
        [
            ("colleague", NotVisible),
            ("sibling_worker", NotVisible),
            ("manager", NotVisible),
            ("auditor", Denied),
            ("steward", Denied),
            ("intake", Denied),
            ("no_duty", NotVisible),
        ],
    )
    def test_who_may_not(self, add, name, error, story):
        with pytest.raises(error):
            add(by=name)
        assert Document.objects.count() == 0

    def test_the_one_who_took_the_call_may_until_it_is_screened(self, world, add):
        waiting = Story(world).register()
        add(by="intake", case=waiting.case)
        assert documents_of(world.actor("intake"), waiting.case).count() == 1
        waiting.screen_in()
        assert documents_of(world.actor("intake"), waiting.case).count() == 0

    def test_not_into_a_file_that_was_a_mistake(self, world, add):
        mistake = Story(world).register()
        mistake.do("supervisor", "void", note="Nhập nhầm người.", reason="duplicate")
        with pytest.raises(Blocked) as blocked:
            add(by="supervisor", case=mistake.case)
        assert blocked.value.reasons[0].code == "case_ended"


class TestEmergencyAtTheDesk:
    """Who opened it hands in what came with the person, until the supervisor has reviewed the opening."""

    @pytest.fixture
    def opened(self, world):
        return Story(world).emergency()

    def test_adds_and_sees_her_own_alone(self, world, add, opened, browser):
        mine = add(by="intake", case=opened.case).record
        other = add(by="supervisor", case=opened.case).record
        assert list(documents_of(world.actor("intake"), opened.case)) == [mine]
        assert browser("intake").get(f"/giay-to/{mine.pk}/").status_code == 200
        assert browser("intake").get(f"/giay-to/{other.pk}/").status_code == 404
        assert documents_of(world.actor("supervisor"), opened.case).count() == 2

    def test_not_after_the_review(self, world, add, opened):
        add(by="intake", case=opened.case)
        opened.do("supervisor", "review_emergency", confirmed="yes", note="Đúng là khẩn cấp.")
        with pytest.raises(Denied):
            add(by="intake", case=opened.case)
        assert not documents_of(world.actor("intake"), opened.case).exists()

    def test_not_what_another_opened(self, world, add):
        theirs = Story(world).emergency(by="worker")
        with pytest.raises((Denied, NotVisible)):
            add(by="intake", case=theirs.case)


class TestWithdrawing:
    @pytest.fixture
    def withdraw(self, world):
        def take_back(document, by="worker", **data):
            data = data or {"note": "Giấy của người khác, nộp nhầm hồ sơ."}
            return perform((Document, document.pk), "withdraw", by=world.actor(by), version=1, data=data)

        return take_back

    def aged(self, document, **age):
        Document.objects.filter(pk=document.pk).update(created_at=timezone.now() - timedelta(**age))

    def test_is_no_longer_shown_nor_counted(self, add, withdraw, story, world, browser):
        document, other = add().record, add(kind="handover_minutes").record
        withdraw(document)
        for name in ("worker", "supervisor"):
            assert list(documents_of(world.actor(name), story.case)) == [other]
            assert browser(name).get(f"/giay-to/{document.pk}/").status_code == 404
        assert kinds_on_file(story.case) == {"handover_minutes"}

    def test_leaves_the_bytes_and_an_event(self, add, withdraw, story, world):
        document = add().record
        withdraw(document)
        document.refresh_from_db()
        assert (document.withdrawn_by, document.version) == (world.user("worker"), 2)
        assert services.sweep(timezone.now() + timedelta(days=9)) == 0
        assert vault.get(document) == pdf()
        event = Event.objects.get(verb="document.withdraw")
        assert (event.subject_id, event.root_id) == (document.pk, story.case.pk)
        assert event.data == {"kind": "medical", "sha256": document.sha256} and "nhầm hồ sơ" in event.note
        assert chain.verify()[1] == []

    def test_not_without_a_reason(self, add, withdraw):
        with pytest.raises(Invalid) as refused:
            withdraw(add().record, note=" ")
        assert set(refused.value.errors) == {"note"}

    def test_not_twice(self, add, withdraw):
        document = add().record
        withdraw(document)
        with pytest.raises(NotVisible):
            withdraw(document)

    def test_by_the_sender_within_a_day(self, add, withdraw):
        document = add().record
        self.aged(document, hours=25)
        with pytest.raises(Denied) as refused:
            withdraw(document)
        assert [reason.code for reason in refused.value.reasons] == ["late_for_the_sender"]
        self.aged(document, hours=23)
        withdraw(document)

    def test_by_the_supervisor_at_any_time(self, add, withdraw, world):
        document = add().record
        self.aged(document, days=400)
        withdraw(document, by="supervisor")
        notice = DBTaskResult.objects.get(task_path__endswith="deliver_notices", args_kwargs__kwargs__kind=VERB)
        assert notice.args_kwargs["kwargs"]["users"] == [str(world.user("worker").pk)]

    @pytest.mark.parametrize(
        "name", ["colleague", "intake", "sibling_supervisor", "manager", "auditor", "steward", "no_duty"]
    )
    def test_by_nobody_else(self, add, withdraw, name):
        document = add().record
        with pytest.raises(NotVisible):
            withdraw(document, by=name)
        document.refresh_from_db()
        assert document.withdrawn_at is None

    def test_a_colleague_who_took_over_reads_but_does_not_withdraw(self, add, withdraw, story, world):
        document = add().record
        story.do("supervisor", "reassign", worker=world.user("colleague").pk, note="Chuyển ca.")
        story.do("colleague", "accept_handover")
        with pytest.raises(Denied):
            withdraw(document, by="colleague")
        with pytest.raises(NotVisible):
            withdraw(document, by="worker")


class TestVault:
    def test_a_file_in_the_place_of_another_does_not_open(self, add):
        one, other = add().record, add(content=jpeg()).record
        one.path = other.path
        with pytest.raises(SealBroken):
            vault.get(one)

    def test_a_changed_file_does_not_open(self, add):
        document = add().record
        with default_storage.open(document.path) as stored:
            box = bytearray(stored.read())
        box[-1] ^= 1
        default_storage.delete(document.path)
        default_storage.save(document.path, SimpleUploadedFile("x", bytes(box)))
        with pytest.raises(SealBroken):
            vault.get(document)

    def test_what_a_failed_transaction_left_is_swept_after_a_day(self, add):
        document = add().record
        stray = Document(id=uuid.uuid4())
        left = vault.put(stray, b"x")
        assert services.sweep() == 0
        assert services.sweep(timezone.now() + timedelta(days=2)) == 1
        assert not default_storage.exists(left) and default_storage.exists(document.path)


READERS = {
    "worker": 200,
    "supervisor": 200,
    "colleague": 404,
    "intake": 404,
    "sibling_supervisor": 404,
    "manager": 404,
    "chair": 404,
    "auditor": 404,
    "steward": 404,
    "leader": 404,
    "sysadmin": 404,
    "no_duty": 404,
}


class TestDownload:
    def test_headers_and_log(self, add, story, browser):
        document = add().record
        response = browser("worker").get(f"/giay-to/{document.pk}/")
        assert response.status_code == 200 and response.content == pdf()
        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Disposition"] == f'attachment; filename="giay-to-{document.pk.hex[-8:]}.pdf"'
        assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Cache-Control"] == "no-store"
        row = ReadLog.objects.get(model="documents.Document", field_class="file")
        assert (row.ids, row.root_id, row.actor.username) == ([str(document.pk)], story.case.pk, "worker")

    @pytest.mark.parametrize(("name", "status"), READERS.items())
    def test_who(self, add, world, story, browser, name, status):
        document = add().record
        assert browser(name).get(f"/giay-to/{document.pk}/").status_code == status
        listed = documents_of(world.actor(name), story.case).count()
        assert listed == (1 if status == 200 else 0)
        assert ReadLog.objects.filter(field_class="file").count() == listed

    def test_right_ends_with_the_case_given_to_another(self, add, story, world, browser):
        document = add().record
        story.do("supervisor", "reassign", worker=world.user("colleague").pk, note="Chuyển ca.")
        story.do("colleague", "accept_handover")
        assert browser("worker").get(f"/giay-to/{document.pk}/").status_code == 404
        assert browser("colleague").get(f"/giay-to/{document.pk}/").status_code == 200

    def test_nobody_without_signing_in_and_nothing_that_is_not_there(self, add, browser, client):
        document = add().record
        assert client.get(f"/giay-to/{document.pk}/").status_code == 302
        assert browser("worker").get(f"/giay-to/{uuid.uuid4()}/").status_code == 404
        assert browser("worker").post(f"/giay-to/{document.pk}/").status_code == 405

    def test_a_lost_file_is_said(self, add, browser):
        document = add().record
        default_storage.delete(document.path)
        response = browser("worker").get(f"/giay-to/{document.pk}/")
        assert response.status_code == 409
        assert "khôi phục từ bản sao lưu" in response.content.decode()


def test_list_and_kinds(add, story, world, django_assert_num_queries):
    add()
    add(kind="handover_minutes", title="")
    actor = world.actor("supervisor")
    actor.tree("supervisor")
    with django_assert_num_queries(1):
        rows = list(documents_of(actor, story.case))
        assert [row.uploaded_by.username for row in rows] == ["worker", "worker"]
    assert [str(row) for row in rows] == ["Biên bản bàn giao", "Giấy tờ y tế, khuyết tật"]
    assert kinds_on_file(story.case) == {"medical", "handover_minutes"}


def test_papers_that_a_closure_asks_for_are_kinds(db):
    """`ClosureCode.requires` also names facts that are no papers."""
    from core.catalogue.models import ClosureCode

    facts = {"contact_tries", "home_visit", "safety_check"}
    asked = {name for row in ClosureCode.objects.all() for name in row.requires}
    assert asked - facts <= set(DocumentKind.values)
