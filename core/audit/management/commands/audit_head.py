"""`manage.py audit_head`: the signed head of the chain, to be kept on another machine."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from core.audit import anchor


class Command(BaseCommand):
    help = "In đầu chuỗi nhật ký đã ký, một dòng, để giữ ở máy khác; --keep thì ghi và gửi đi theo cấu hình."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--keep", action="store_true", help="Ghi vào DH_AUDIT_HEAD_FILE, gửi DH_AUDIT_HEAD_COMMAND."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["keep"]:
            self.stdout.write(anchor.write(anchor.current()))
            return
        try:
            findings = anchor.keep()
        except anchor.NotKept as error:
            raise CommandError(
                _("Chưa ghi hoặc chưa gửi được đầu chuỗi nhật ký (%(what)s).") % {"what": error}
            ) from None
        if findings:
            raise CommandError(_("Chuỗi nhật ký không khớp với đầu chuỗi đã giữ. Chạy: manage.py audit_verify"))
