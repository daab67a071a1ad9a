"""Hostile files from the form to the disk and back: refused with a sentence at the field, or kept and served so that
they do nothing; in bounded time and memory. Lists for the imports likewise."""

import json
import re
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path
from random import Random

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as property_settings
from hypothesis import strategies as st

from casework import tasks
from casework.models import ImportBatch
from core.documents.images import boxes, jpeg_parts, png_parts
from core.documents.metadata import without_metadata
from core.documents.models import Document
from core.documents.sniffing import EXTENSIONS, Refused, sniff
from core.errors import Invalid
from core.imports.problems import WorkbookError
from core.imports.workbook import open_workbook
from core.lifecycle.engine import perform
from tests.attack.pages_files import NAMES, SECRET, as_file, corpus
from tests.attack.pages_lists import HONEST, lists
from tests.attack.pages_walk import LONG, SEED
from tests.core.documents.files import chunk, heic, jpeg, pdf, png, segment
from tests.core.documents.test_metadata import photo, tiff
from tests.core.documents.test_sniffing import HOSTILE
from tests.factories.cases import Story
from tests.factories.world import build_world

pytestmark = pytest.mark.looks
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
VIETNAMESE = re.compile("[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE)
MOST_SECONDS, MOST_BYTES = 5, 300 * 2**20
PART = 30  # of the files go through the form, others each day; all are looked at
DISK = {"BACKEND": "django.core.files.storage.FileSystemStorage"}


@pytest.fixture
def form(db, settings, tmp_path):
    """(address of the upload, the one who uploads)."""
    options = {"location": str(tmp_path / "media")}
    settings.STORAGES = {**settings.STORAGES, "default": {**DISK, "OPTIONS": options}}
    world = build_world()
    case = Story(world).in_assessment().case
    client = Client()
    client.force_login(world.user("worker"), backend=BACKEND)
    return f"/them/casework/case/{case.pk}/documents/document/upload/", client


def sent(form, name, content):
    """(answer, the row or None), as if nothing had been sent before."""
    address, client = form
    before = set(Document.objects.values_list("pk", flat=True))
    answer = client.post(address, {"kind": "other", "file": as_file(name, content)})
    return answer, Document.objects.exclude(pk__in=before).first()


def at_the_field(answer):
    """The sentence beside the file."""
    found = answer.context["form"].errors.get("file", [])
    return found[0] if len(found) == 1 else ""


def test_each_hostile_file_is_refused_at_its_field_or_does_nothing(form):
    wrong, files = [], corpus()
    chosen = files if LONG else Random(SEED).sample(sorted(files), PART)
    for what in chosen:
        name, content, code = files[what]
        began = time.process_time()
        answer, kept = sent(form, name, content)
        if code == "kept":
            wrong += [f"{what}: {fault}" for fault in served(form[1], kept, content)]
        elif answer.status_code != 422 or kept is not None or not VIETNAMESE.search(at_the_field(answer)):
            wrong.append(f"{what}: {answer.status_code} {kept} {at_the_field(answer)!r}")
        if time.process_time() - began > MOST_SECONDS:
            wrong.append(f"{what}: {time.process_time() - began:.1f} s")
    assert wrong == [], f"DH_ATTACK_SEED={SEED}"
    assert len(files) >= 100 and len(files) + len(HOSTILE) >= 170


@pytest.mark.parametrize("part", range(4))
def test_each_hostile_file_is_known_for_what_it_is(part):
    for what, (_name, content, code) in list(corpus().items())[part::4]:
        began = time.process_time()
        try:
            got = "kept" if without_metadata(content, sniff(content).mime) else ""
        except Refused as refused:
            got = refused.code
        assert (what, got) == (what, code)
        assert time.process_time() - began < MOST_SECONDS, what


def served(client, kept, content):
    if kept is None:
        return ["was refused"]
    answer = client.get(f"/giay-to/{kept.pk}/")
    said = answer.headers
    name = f'attachment; filename="giay-to-{kept.pk.hex[-8:]}.{EXTENSIONS[kept.mime]}"'
    wanted = {
        "Content-Disposition": name, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
        "Content-Security-Policy": "sandbox; default-src 'none'", "Cross-Origin-Resource-Policy": "same-origin",
        "Content-Type": kept.mime, "X-Frame-Options": "DENY",
    }  # fmt: skip
    wrong = [f"{key}: {said.get(key)}" for key, value in wanted.items() if said.get(key) != value]
    expected = without_metadata(content, kept.mime)
    wrong += [] if answer.content == expected else ["other bytes than were sent"]
    return wrong + (["tells the place"] if SECRET in answer.content else [])


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_no_name_of_a_file_is_kept_or_leads_anywhere(form, name):
    answer, kept = sent(form, name, pdf())
    if kept is None:
        # Of a part without a name the server makes no file, and it reads no endless head.
        assert answer.status_code == (400 if len(name) > 1024 else 422)
        assert VIETNAMESE.search(answer.content.decode())
        return
    assert answer.status_code == 302
    assert re.fullmatch(r"documents/[0-9a-f]{2}/[0-9a-f]{32}", kept.path)
    stored = Path(default_storage.path(kept.path))
    assert stored.is_relative_to(default_storage.location) and stored.exists()
    assert served(form[1], kept, pdf()) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM documents_document")
        row = str(cursor.fetchall())
    assert "Kín" not in row and "passwd" not in row and "alert" not in row


def test_too_large_is_said_at_the_field(form, settings):
    settings.DH_UPLOAD_LIMIT_MB = 1
    answer, kept = sent(form, "anh.jpg", jpeg(after=b"\x00" * 2**20))
    assert (answer.status_code, kept) == (422, None) and "quá 1 MB" in at_the_field(answer)


def test_several_files_in_one_field_are_not_several_papers(form):
    address, client = form
    files = [as_file("a.pdf", pdf()), as_file("b.html", b"<script>")]
    assert client.post(address, {"kind": "other", "file": files}).status_code == 422
    assert Document.objects.count() == 0


# --- lists ---


@pytest.mark.django_db
def test_hostile_lists_are_refused_in_vietnamese_or_read_as_text():
    for what, (content, code) in lists().items():
        began = time.process_time()
        try:
            with open_workbook(content) as book:
                cells = [
                    value for name in book.readable_sheets for _no, row in book.sheet(name).rows() for value in row
                ]
            assert code == "" and not any("root:" in str(value) for value in cells), what
        except WorkbookError as error:
            assert (error.code, bool(VIETNAMESE.search(str(error)))) == (code, True), what
        assert time.process_time() - began < MOST_SECONDS, what


@pytest.mark.django_db
def test_hostile_lists_leave_no_row_and_no_traceback(world, caplog):
    """Sent by the page and read by the worker, as a steward would."""
    for what, (content, code) in lists().items():
        with transaction.atomic():
            file = SimpleUploadedFile("../ds.xlsx\x00.exe", content)
            try:
                batch = perform(ImportBatch, "upload", by=world.actor("steward"), files={"file": file})
            except Invalid as refused:
                assert VIETNAMESE.search(refused.errors["file"][0]), what
            else:
                tasks.stage(batch.record)
                batch.record.refresh_from_db()
                if code:
                    assert VIETNAMESE.search(batch.record.failure) and not batch.record.rows.exists(), what
            transaction.set_rollback(True)
    assert "Traceback" not in caplog.text and not [one for one in caplog.records if one.exc_info]


# --- memory and time, in a process of its own ---

METER = """
import json, pathlib, re, sys, time
import django
django.setup()
from core.documents.metadata import without_metadata
from core.documents.sniffing import Refused, sniff
from core.imports.problems import WorkbookError
from core.imports.workbook import open_workbook

def look(content):
    try:
        without_metadata(content, sniff(content).mime)
    except Refused:
        pass

def read(content):
    try:
        with open_workbook(content) as book:
            for name in book.readable_sheets:
                for _row in book.sheet(name).rows():
                    pass
    except WorkbookError:
        pass

def peak():
    status = pathlib.Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", status)[1]) * 1024

told = {"before": peak(), "count": 0, "slowest": 0.0, "name": "", "peaks": {}}
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    content, had, began = path.read_bytes(), peak(), time.process_time()
    (read if path.name.startswith("list") else look)(content)
    took = time.process_time() - began
    told["count"] += 1
    if peak() - had > 20 * 2**20:
        told["peaks"][path.name] = (peak() - had) // 2**20
    if took > told["slowest"]:
        told["slowest"], told["name"] = took, path.name
told["after"] = peak()
print(json.dumps(told))
"""
# Bytes of the largest files; in the long form as many as may be sent.
ROOM = settings.DH_UPLOAD_LIMIT_MB * 2**20 - 100_000 if LONG else 5 * 2**20


def large():
    """The heaviest to look at of each kind, one after the other."""
    many = ROOM // 220
    yield "jpeg of nothing behind", jpeg(after=b"\x00" * ROOM)
    yield "jpeg of segments", jpeg(extra=segment(0xFE, b"x" * 200) * many)
    yield "jpeg of markers", jpeg(extra=b"\xff" * ROOM)
    yield "png of one text", png(extra=chunk(b"tEXt", b"x" * ROOM))
    yield "png of chunks", png(extra=chunk(b"tEXt", b"x" * 150) * many)
    yield "heic of one box", heic(after=struct.pack(">I", ROOM) + b"free" + b"\x00" * (ROOM - 8))
    yield "heic of boxes", heic(after=(struct.pack(">I", 16) + b"free" + b"\x00" * 8) * many)
    yield "pdf of one text", pdf(b"(" + b"x" * ROOM + b")")
    yield "pdf of names", pdf(b"/A" * (ROOM // 2))
    yield "pdf of almost names", pdf(b"/J#61vaScrip" * (ROOM // 12))
    yield "pdf of streams", pdf(b"<< >>\nstream\nendstream\n" * 49_000)
    yield "pdf of brackets", pdf(b"<<" * (ROOM // 2))
    yield "pdf of sheets", pdf(b"/MediaBox [" * (ROOM // 11))
    packed = zlib.compress(b"a" * (60 * 2**20))
    yield "pdf that swells", pdf(b"5 0 obj\n<< /Filter /FlateDecode >>\nstream\n%s\nendstream\nendobj\n" % packed)


def test_looking_at_files_stays_small_and_quick(tmp_path):
    """The hungriest and the largest, each alone: seconds of the processor and the most memory that was ever held."""
    for name, content in large():
        (tmp_path / f"paper {name}").write_bytes(content)
    for name, (_sent, content, _code) in corpus().items():
        (tmp_path / f"paper {name}").write_bytes(content)
    for name, (content, _code) in lists().items():
        (tmp_path / f"list {name}").write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-c", METER, str(tmp_path)], cwd=settings.BASE_DIR, capture_output=True, text=True,
        timeout=300, check=False,
        env={"PATH": "", "DJANGO_SETTINGS_MODULE": "deploy.settings.test", "PYTHONPATH": str(settings.BASE_DIR)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["slowest"] < MOST_SECONDS and told["after"] < MOST_BYTES, told
    assert told["count"] > 140


# --- pictures that something happened to ---

PLACE = b"10.57N 106.49E"
PICTURES = [
    jpeg(extra=segment(0xE1, b"Exif\x00\x00" + tiff(turned=6)) + segment(0xFE, PLACE), after=PLACE),
    jpeg(extra=segment(0xE2, b"ICC_PROFILE\x00\x01\x01abc") + segment(0xEE, b"Adobe\x00\x64\x00\x00\x00\x00\x00")),
    png(extra=chunk(b"eXIf", tiff(turned=3)) + chunk(b"tEXt", b"x\x00" + PLACE) + chunk(b"pHYs", b"\x00" * 9)),
    photo(), photo(kind=b"mime"), photo(lambda content: 0, method=1), heic(),
]  # fmt: skip


@st.composite
def spoilt(draw):
    """A picture with bytes changed, cut out, put in, doubled or moved, at places that a parser looks at as well."""
    content = bytearray(draw(st.sampled_from(PICTURES)))
    for _change in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, max(0, len(content) - 1)))
        length = draw(st.integers(0, 16))
        what = draw(st.sampled_from(["set", "cut", "put", "double", "length"]))
        if what == "set":
            content[at : at + 1] = bytes([draw(st.integers(0, 255))])
        elif what == "cut":
            del content[at : at + length]
        elif what == "put":
            content[at:at] = draw(st.binary(min_size=0, max_size=16))
        elif what == "double":
            content[at:at] = content[at : at + length * 4]
        else:
            number = draw(st.sampled_from([0, 1, 2, 7, 8, 255, 65535, 2**31 - 1, 2**32 - 1]))
            content[at : at + 4] = struct.pack(">I", number)
    return bytes(content)


@given(spoilt())
@property_settings(
    max_examples=20_000 if LONG else 400, deadline=5000, suppress_health_check=list(HealthCheck), derandomize=not LONG
)
def test_a_spoilt_picture_is_refused_or_kept_without_what_it_tells(content):
    """Never another error; what is kept is a picture of the same kind and size, holds no metadata, and is kept the same
    when it is sent again."""
    try:
        mime = sniff(content).mime
        kept = without_metadata(content, mime)
    except Refused:
        return
    assert sniff(kept).mime == mime
    assert without_metadata(kept, mime) == kept
    assert len(kept) <= len(content) + 60
    assert telling(kept, mime) == []


def telling(content, mime):
    """The parts of a picture that tell more than the picture."""
    if mime == "image/jpeg":
        parts = [(part.marker, content[part.start : part.end]) for part in jpeg_parts(content)]
        return [marker for marker, body in parts if marker == 0xFE or (marker == 0xE1 and len(body) > 32)]
    if mime == "image/png":
        return [name for name, body in png_parts(content) if name in (b"tEXt", b"zTXt", b"iTXt", b"tIME")
                or (name == b"eXIf" and len(body) > 26)]  # fmt: skip
    return [name for name, _start, _end in boxes(content) if name in (b"mpvd", b"uuid", b"moov")]


def test_the_property_sees_what_is_left():
    assert telling(PICTURES[0], "image/jpeg") and telling(PICTURES[2], "image/png")
    assert HONEST.startswith(b"PK")
