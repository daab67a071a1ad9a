"""What a file is, by its content: PDF, JPEG, PNG, HEIC, DOCX or XLSX, each checked as deep as is needed to know that it
is only that and does nothing. Names and types that the sender states are not looked at.
"""

import re
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXTENSIONS = {
    "application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "image/heic": "heic", DOCX: "docx", XLSX: "xlsx",
}  # fmt: skip
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SCRIPT = re.compile(rb"(?i)<\s*(?:script|html|svg|iframe|\?php|!doctype\s+html)")
_HEAD = 4096
_ZIP_END, _ZIP_ENTRY = b"PK\x05\x06", b"PK\x01\x02"
_ZIP_TAIL = 22 + 0xFFFF


class Refused(Exception):
    """The file is not taken. `code` is stable, `text` says in Vietnamese why and what to do."""

    def __init__(self, code: str, text: str):
        self.code, self.text = code, text
        super().__init__(code)


@dataclass(frozen=True)
class Kind:
    mime: str

    @property
    def extension(self) -> str:
        return EXTENSIONS[self.mime]


def limit_bytes() -> int:
    return int(settings.DH_UPLOAD_LIMIT_MB) * 1024 * 1024


def sniff(content: bytes) -> Kind:
    """The kind of the file, or Refused."""
    from core.documents import images, office, pdfs

    if not content:
        raise Refused("empty", _("Tệp trống. Chọn lại tệp."))
    if len(content) > limit_bytes():
        raise too_large()
    if content.startswith(b"%PDF-"):
        pdfs.check(content)
        return Kind("application/pdf")
    if content.startswith(b"PK\x03\x04"):
        return Kind(office.check(content))
    if content.startswith(_OLD_OFFICE):
        text = _("Tệp Word, Excel đời cũ hoặc có mật khẩu không được nhận. Mở tệp rồi lưu thành .docx, .xlsx hoặc PDF.")
        raise Refused("old_office", text)
    for magic, mime, look in images.KINDS:
        if magic(content):
            look(content)
            return Kind(mime)
    raise Refused("unknown_kind", _("Chỉ nhận tệp PDF, ảnh (JPG, PNG, HEIC), Word (.docx) và Excel (.xlsx)."))


def too_large() -> Refused:
    limit = {"limit": settings.DH_UPLOAD_LIMIT_MB}
    return Refused(
        "too_large", _("Tệp quá %(limit)s MB. Chụp hoặc quét lại nhỏ hơn, hoặc chia thành nhiều tệp.") % limit
    )


def broken() -> Refused:
    return Refused("broken", _("Tệp bị hỏng hoặc không đúng định dạng. Mở thử trên máy, lưu lại rồi gửi."))


def bomb() -> Refused:
    return Refused("bomb", _("Tệp nở ra quá lớn khi mở nên không được nhận. Lưu lại với cỡ nhỏ hơn rồi gửi."))


def refuse_second_face(content: bytes) -> None:
    """A file that is also something else: a page with a script at its head, or a ZIP (JAR, DOCX) at its end."""
    if _SCRIPT.search(content, 0, _HEAD):
        raise two_faces()
    end = content.rfind(_ZIP_END, max(0, len(content) - _ZIP_TAIL))
    if end >= 0 and _ZIP_ENTRY in content[:end]:
        raise two_faces()


def two_faces() -> Refused:
    return Refused(
        "two_kinds", _("Tệp vừa là loại này vừa là loại khác nên không được nhận. Lưu lại bằng chương trình mở nó.")
    )
