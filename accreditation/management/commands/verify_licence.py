"""Say whether a licence is ours: `manage.py verify_licence TEXT --key PUBLIC_KEY`. Needs no database."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import override

from accreditation import signing


class Command(BaseCommand):
    help = "Verify the signed text of a licence (or the address in its QR code) with a public key."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("text", help="DH1.… or the whole address from the QR code; - prints our public key")
        parser.add_argument("--key", default="", help="the issuer's public key, base64; ours by default")

    def handle(self, *args: Any, **options: Any) -> None:
        with override("vi"):
            self._run(options["text"], options["key"])

    def _run(self, text: str, key: str) -> None:
        if text == "-":
            self.stdout.write(signing.public_key())
            return
        if "://" in text:
            text = parse_qs(urlsplit(text).query).get("ky", [""])[0]
        try:
            found = signing.verify(text, key)
        except signing.BadSignature as error:
            raise CommandError(str(error)) from None
        rows = {
            _("Số"): found.number, _("Mã tra cứu"): found.code, _("Cơ sở"): found.facility,
            _("Cơ quan cấp"): found.issuer, _("Nhóm đối tượng"): ", ".join(found.groups),
            _("Quy mô"): found.capacity if found.capacity is not None else _("không ghi"),
            _("Hiệu lực từ"): f"{found.starts_on:%d/%m/%Y}",
            _("Đến trước"): f"{found.ends_on:%d/%m/%Y}" if found.ends_on else _("không thời hạn"),
            _("Tình trạng khi ký"): found.state, _("Ký ngày"): f"{found.signed_on:%d/%m/%Y}",
        }  # fmt: skip
        self.stdout.write(_("Chữ ký đúng."))
        for label, value in rows.items():
            self.stdout.write(f"{label}: {value}")
