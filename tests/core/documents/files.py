"""Honest and hostile files, built here byte by byte."""

import io
import struct
import zipfile
import zlib

REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


# --- PNG ---
def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width=2, height=2, extra=b"", after=b""):
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\x00" + b"\x7f" * min(width, 8) for _row in range(min(height, 8))))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", pixels) + chunk(b"IEND", b"") + after


# --- JPEG ---
def segment(marker, body):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body


def jpeg(width=4, height=3, extra=b"", after=b"", sized=True):
    frame = segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00") if sized else b""
    scan = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\xff\x00\x34\xff\xd0\x56"
    exif = segment(0xE1, b"Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08")
    return b"\xff\xd8" + segment(0xE0, b"JFIF\x00\x01\x01") + exif + extra + frame + scan + b"\xff\xd9" + after


# --- HEIC ---
def box(name, body):
    return struct.pack(">I", len(body) + 8) + name + body


def heic(width=4032, height=3024, brand=b"heic", after=b""):
    extent = box(b"ispe", b"\x00" * 4 + struct.pack(">II", width, height))
    kinds = box(b"ftyp", brand + b"\x00" * 4 + b"mif1heic")
    return kinds + box(b"meta", b"\x00" * 4 + extent) + box(b"mdat", b"x") + after


# --- PDF ---
def pdf(objects=b"", head=b"%PDF-1.7\n", tail=b"%%EOF\n", pages=1, box="0 0 595 842"):
    sheets = b"".join(
        b"%d 0 obj\n<< /Type /Page /MediaBox [%s] >>\nendobj\n" % (10 + at, box.encode()) for at in range(pages)
    )
    return (
        head + b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R /OpenAction [10 0 R /XYZ null null 0] >>\nendobj\n"
        b"2 0 obj\n<< /Type /Pages /Count 1 >>\nendobj\n"
        + sheets
        + objects
        + b"trailer\n<< /Root 1 0 R >>\nstartxref\n9\n"
        + tail
    )


def stream(dictionary, body):
    return b"5 0 obj\n<< %s /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (dictionary, len(body), body)


def object_stream(inner, filters=b"/Filter /FlateDecode", name=b"ObjStm"):
    return stream(b"/Type /" + name + b" /N 1 /First 4 " + filters, zlib.compress(inner))


# --- Office ---
def archive(parts, comment=b"", compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as made:
        made.comment = comment
        for name, body in parts:
            made.writestr(name, body)
    return out.getvalue()


def types(main):
    return (
        f'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/x" ContentType="application/vnd.openxmlformats-officedocument.{main}.main+xml"/></Types>'
    )


def relations(*links):
    return f'<?xml version="1.0"?><Relationships>{"".join(links)}</Relationships>'


def link(kind, target, mode="External"):
    return f'<Relationship Id="r1" Type="{REL}/{kind}" Target="{target}" TargetMode="{mode}"/>'


def docx(*more, content_types=None, document="<w:document>Xin chào</w:document>", **options):
    parts = [
        ("[Content_Types].xml", content_types or types("wordprocessingml.document")), ("_rels/.rels", relations()),
        ("word/document.xml", document), *more,
    ]  # fmt: skip
    return archive(parts, **options)


def xlsx(*more):
    return archive([("[Content_Types].xml", types("spreadsheetml.sheet")), ("xl/workbook.xml", "<workbook/>"), *more])


def with_flag(content, flag):
    """Set a bit of the general purpose flag in every entry, in both places where it stands."""
    changed = bytearray(content)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(mark)
        while at >= 0:
            changed[at + offset] |= flag
            at = changed.find(mark, at + 4)
    return bytes(changed)
