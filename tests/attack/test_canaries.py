"""What must stay between few: put in by the ordinary commands, looked for everywhere else — as it lies on the disk, in
logs, queues, mails, events, headers — and nothing that was typed makes the server ask for an address or open a file.

Who is shown which column on which page is proved over the whole province by tests/browser/test_hostile_text.py.
"""

import http.server
import logging
import threading
from io import BytesIO

import pypdf
import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from accreditation.printing import forms
from casework.models import Case, ImportBatch, WorkEntry
from core.audit.models import Event
from core.documents.models import Document
from core.errors import Invalid
from core.lifecycle.engine import perform
from core.lifecycle.models import IdempotencyKey
from core.outbox.tasks import DBTaskResult
from tests.attack.pages_files import docx, link, pdf, relations
from tests.attack.pages_lists import HONEST
from tests.casework.imports.books import rezip
from tests.factories.accreditation import Recognition, people
from tests.factories.cases import Story
from tests.factories.licences import Licences
from tests.factories.referrals import ReferralStory, authorise

pytestmark = pytest.mark.django_db
ONCE = pytest.mark.skipif(connection.vendor != "sqlite", reason="the same on every database")
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
# What is sealed, word by word as it is typed; the digits stand in nobody's number by chance.
SECRETS = {
    "problem": "CHIMKIN sự việc", "reporter": "CHIMKIN người báo", "reporter_phone": "0919283746",
    "phone": "0928374651", "address": "Số 9 ngõ CHIMKIN",
}  # fmt: skip
ALL = ("CHIMKIN", "0919283746", "0928374651", "919283746", "928374651")
NAME = "Trần Thị Chimlo"  # names are not sealed (docs/adr): found on the disk, but in no log


def client_of(world, who):
    client = Client(raise_request_exception=False)
    client.force_login(world.user(who), backend=BACKEND)
    return client


@pytest.fixture
def kept_on_disk(settings, tmp_path):
    options = {"location": str(tmp_path)}
    disk = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": disk}
    return tmp_path


@pytest.fixture
def story(world, kept_on_disk, caplog):
    """A case with a canary in everything that is sealed, while every logger says all it can."""
    caplog.set_level(logging.DEBUG)
    authorise(world)
    told = ReferralStory(world).register(name=NAME, **SECRETS)
    told.screen_in(note="CHIMKIN dặn dò")
    assessment = told.draft_assessment()
    answers = told.answers(assessment)
    sealed = {
        name: f"CHIMKIN {name}" for name in answers if name.endswith("_need") or name in ("summary", "risk_reason")
    }
    told.do("worker", "answer", assessment, **{**answers, **sealed})
    told.do("worker", "lock", assessment)
    told.do("worker", "assess_done")
    plan = told.draft_plan(provider="own+other")
    told.submit(plan)
    told.approve(plan)
    told.agree(plan)
    told.make("worker", WorkEntry, "add", kind="visit", text="CHIMKIN đến nhà", with_whom="CHIMKIN dì")
    told.make("worker", WorkEntry, "add", kind="counselling", text="CHIMKIN chuyện riêng", confidential=True)
    referral = told.sent(need="CHIMKIN cần chỗ ở")
    told.do("manager", "ask", referral, note="CHIMKIN hỏi")
    told.do("worker", "answer", referral, note="CHIMKIN đáp")
    told.do("manager", "decline", referral, reason="full", note="CHIMKIN từ chối")
    file = SimpleUploadedFile("CHIMKIN.pdf", pdf(b"7 0 obj\n(CHIMKIN trong giay)\nendobj\n"))
    data = {"kind": "medical", "title": "CHIMKIN giấy khám"}
    perform(Document, "upload", by=world.actor("worker"), data=data, files={"file": file}, parent=told.case)
    told.do("worker", "edit_safety_note", safety_note="CHIMKIN chó dữ")
    return told


# --- as it lies on the disk ---


def on_disk():
    """Every byte that the database would give away: the file of SQLite, or each table of PostgreSQL as text."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        return connection.connection.serialize()
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT one::text FROM {connection.ops.quote_name(table)} AS one")
            found += [text for (text,) in cursor.fetchall()]
    return "\n".join(found).encode()


def test_a_stolen_disk_tells_nothing_that_is_sealed(story, kept_on_disk):
    stolen = on_disk()
    assert NAME.encode() in stolen, "the search must be able to find"
    found = {word for word in ALL if word.encode() in stolen or word.encode("utf-16-le") in stolen}
    assert found == set()
    files = [path for path in kept_on_disk.rglob("*") if path.is_file()]
    assert files and not any(b"CHIMKIN" in path.read_bytes() or "CHIMKIN" in str(path) for path in files)
    assert default_storage.location == str(kept_on_disk)


def test_neither_logs_nor_queues_nor_events_tell_it(story, caplog):
    records = caplog.get_records("setup")
    told = {
        "log": "".join(f"{one.getMessage()} {one.args} {one.exc_text}" for one in records),
        "queue": str(list(DBTaskResult.objects.values())),
        "events": str(list(Event.objects.values("verb", "data", "reason", "source", "target"))),
        "answers kept for repetition": str(list(IdempotencyKey.objects.values())),
        "notices": str(list(apps.get_model("worklist.Notice").objects.values())),
        "work": str(list(apps.get_model("worklist.WorkItem").objects.values())),
        "reads": str(list(apps.get_model("audit.ReadLog").objects.values())),
        "mail": "".join(one.subject + one.body for one in mail.outbox),
    }
    assert Event.objects.count() > 15 and DBTaskResult.objects.exists() and records
    words = (*ALL, NAME, "Chimlo")
    assert {place: [word for word in words if word in text] for place, text in told.items()} == dict.fromkeys(told, [])


@ONCE
def test_what_goes_wrong_is_logged_without_what_was_typed(world, story, caplog, monkeypatch):
    """A failure in the middle of a form: the answer and the log say that it failed, not what was sent."""

    def fail(*_args, **_kwargs):
        raise RuntimeError("as if a disk were full")

    monkeypatch.setattr("core.audit.chain.record", fail)
    address = f"/them/casework/case/{story.case.pk}/casework/workentry/add/"
    caplog.clear()
    answer = client_of(world, "worker").post(
        f"{address}?q=CHIMKIN", {"kind": "call", "text": "CHIMKIN gọi", "key": "k"}
    )
    assert answer.status_code == 500 and "CHIMKIN" not in answer.content.decode()
    assert "as if a disk were full" in caplog.text and "CHIMKIN" not in caplog.text
    assert settings.ADMINS == [] and mail.outbox == []  # Django would mail the whole form


@ONCE
def test_addresses_searched_for_are_in_no_log(world, story, caplog):
    """The machines' own lines name the path, never the query."""
    caplog.clear()
    client = client_of(world, "worker")
    client.post("/tim/", {"q": SECRETS["phone"]})
    for path in ("/ca/?q=", "/tim/?q=", "/khong-co/?q=", "/api/v1/persons/?q=", "/dang-nhap/?next=/"):
        client.get(f"{path}CHIMKIN")
    assert "CHIMKIN" not in caplog.text and SECRETS["phone"] not in caplog.text


@ONCE
@pytest.mark.parametrize("who", ["sysadmin", "leader", "sibling_worker", "private_manager"])
def test_who_has_no_part_in_the_case_reads_nothing_of_it(world, story, who):
    """All routes that take a record, with the keys of this story."""
    client, case = client_of(world, who), story.case
    rows = [case, case.person, *case.plans.all(), *case.assessments.all(), *WorkEntry.objects.filter(case=case)]
    papers = list(Document.objects.filter(root_id=case.pk))
    paths = ["/", "/ca/", "/tim/", "/thong-bao/", "/mang-luoi/", f"/ca/{case.pk}/", f"/ca/{case.pk}/giay-to/"]
    paths += [f"/nguoi/{case.person_id}/", f"/nguoi/{case.person_id}/so-giay-to/", f"/ca/{case.pk}/ban-giao/"]
    paths += [f"/in/phieu-tiep-nhan/{case.pk}/", *(f"/giay-to/{paper.pk}/" for paper in papers)]
    for resource in ("cases", "persons", "entries", "referrals", "papers"):
        paths += [f"/api/v1/{resource}/", *(f"/api/v1/{resource}/{row.pk}/" for row in rows)]
    for path in paths:
        answer = client.get(path)
        text = answer.content.decode(errors="ignore") + str(dict(answer.headers))
        assert not any(word in text for word in (*ALL, "Chimlo")), (who, path)
    assert "CHIMKIN" in client_of(world, "worker").get(f"/ca/{case.pk}/dich-vu/").content.decode()


@ONCE
def test_why_a_licence_was_limited_is_between_the_two(world):
    """What stands on a licence everybody reads; what an inspection found, those whom it concerns."""
    row = Licences(people(world)).restricted(limit_reason="CHIMKIN kết luận")
    for who in ("private_manager", "licensing", "head", "auditor"):
        assert "CHIMKIN" in client_of(world, who).get(f"/giay-phep/{row.pk}/").content.decode(), who
    for who in ("worker", "intake", "supervisor", "manager", "leader", "steward", "sibling_worker", "chair2"):
        answer = client_of(world, who).get(f"/giay-phep/{row.pk}/")
        assert answer.status_code == 200 and "CHIMKIN" not in answer.content.decode(), who


# --- nothing that was typed is fetched or opened ---


@pytest.fixture
def listener():
    """A server of this machine that nobody may ask: (its address, what was asked)."""
    asked = []

    class Ear(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        do_HEAD = do_POST = do_OPTIONS = do_GET

        def log_message(self, *_args):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Ear)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


@ONCE
def test_the_ear_hears(listener):
    import urllib.request

    address, asked = listener
    urllib.request.urlopen(f"{address}/x").close()
    assert asked == ["/x"]


def bait(address):
    """Text that Typst, Word, a browser or a spreadsheet might take for something to fetch or to open."""
    return (
        f'#image("{address}/a.png") #read("/etc/passwd") #include "/etc/passwd" #import "@preview/a:1.0.0" '
        '#eval("1+1") '
        f'#json("{address}/b") @{address}/c <img src={address}/d> {{{{ 7*7 }}}} {{% include "/etc/passwd" %}} '
        f"file:///etc/passwd \\\\127.0.0.1\\share ../../../etc/passwd =WEBSERVICE({address}/e) #panic() */ // ] $ ` \\"
    )


def pages_of_pdf(content):
    return "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages)


@ONCE
def test_what_is_printed_is_only_text(world, listener):
    address, asked = listener
    told = Story(world).in_planning(name="Trần Thị #read Hoa", problem=bait(address), address=bait(address)[:200])
    worker = client_of(world, "worker")
    answer = worker.get(f"/in/phieu-tiep-nhan/{told.case.pk}/")
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/pdf"
    text = " ".join(pages_of_pdf(answer.content).split())
    assert "#read(" in text and "#eval(" in text and "#image(" in text and "root:x:" not in text
    plan = told.draft_plan()
    told.do("worker", "edit", plan, client_view=bait(address), summary=bait(address))
    answer = worker.get(f"/in/ke-hoach/{plan.pk}/")
    assert answer.status_code == 200 and "root:x:" not in pages_of_pdf(answer.content)
    assert asked == []


@ONCE
def test_a_filled_form_of_word_is_only_text(world, listener):
    address, asked = listener
    made = Recognition(people(world)).draft(tasks=bait(address)[:1000], name="Nhà {{ 7*7 }} #read")
    for name in forms.names():
        content = forms.form(name, made.application)
        assert b"root:x:" not in content and b"<img" not in content
    assert asked == []


@ONCE
@pytest.mark.parametrize("what", ["picture", "template", "entity", "object"])
def test_a_paper_that_leads_elsewhere_is_not_followed(world, listener, what):
    address, asked = listener
    told = Story(world).in_assessment()
    content = {
        "picture": docx(("word/_rels/document.xml.rels", relations(link("image", f"{address}/a.png")))),
        "template": docx(("word/_rels/settings.xml.rels", relations(link("attachedTemplate", f"{address}/a.dotm")))),
        "entity": docx(("word/a.xml", f'<!DOCTYPE a [<!ENTITY b SYSTEM "{address}/a.dtd">]><a>&b;</a>')),
        "object": pdf(f"7 0 obj\n<< /S /URI /URI ({address}/a) >>\nendobj\n".encode()),
    }[what]
    file = {"file": SimpleUploadedFile("a.docx", content)}
    asking = {"by": world.actor("worker"), "data": {"kind": "other"}, "files": file, "parent": told.case}
    if what == "object":
        row = perform(Document, "upload", **asking).record
        client_of(world, "worker").get(f"/giay-to/{row.pk}/")
    else:
        with pytest.raises(Invalid):
            perform(Document, "upload", **asking)
    assert asked == []


@ONCE
@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "[Content_Types].xml"]
)
@pytest.mark.parametrize("way", ["SYSTEM", "PUBLIC", "ENTITY", "PARAMETER"])
def test_a_list_that_leads_elsewhere_is_not_followed(world, listener, part, way):
    from casework import tasks

    address, asked = listener
    kinds = {
        "SYSTEM": f'<!DOCTYPE a SYSTEM "{address}/a.dtd">', "PUBLIC": f'<!DOCTYPE a PUBLIC "x" "{address}/a.dtd">',
        "ENTITY": f'<!DOCTYPE a [<!ENTITY b SYSTEM "{address}/b">]>',
        "PARAMETER": f'<!DOCTYPE a [<!ENTITY % b SYSTEM "{address}/c"> %b;]>',
    }  # fmt: skip
    content = rezip(HONEST, {part: lambda old: with_head(old, kinds[way])})
    try:
        row = perform(
            ImportBatch, "upload", by=world.actor("steward"), files={"file": SimpleUploadedFile("a.xlsx", content)}
        )
    except Invalid:
        pass
    else:
        tasks.stage(row.record)
        row.record.refresh_from_db()
        assert "root:x:" not in str(row.record.columns) + row.record.failure
    assert asked == [] and Case.objects.count() == 0


def with_head(body, head):
    start, rest = body.split(b"?>", 1) if body.startswith(b"<?xml") else (b"<?xml version='1.0'", body)
    return start + b"?>" + head.encode() + rest
