"""`manage.py backup FOLDER`: database and papers into a new folder, while people work (docs/howto/backup.md)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from core.keeping import backup
from core.keeping.disk import stoppable
from core.keeping.errors import KeepingError


class Command(BaseCommand):
    help = "Sao lưu cơ sở dữ liệu và giấy tờ vào một thư mục mới, không cần dừng hệ thống. Khóa cất ở nơi khác."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", help="Thư mục sẽ được tạo, ví dụ /srv/sao-luu/2026-11-23.")
        parser.add_argument(
            "--base", action="store_true",
            help="PostgreSQL: chép cả cụm bằng pg_basebackup, để khôi phục đến một thời điểm cùng nhật ký lưu trữ.",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with stoppable():
                body = backup.make(Path(options["folder"]).absolute(), self.stdout.write, options["base"])
        except KeepingError as error:
            raise CommandError(str(error)) from None
        total = sum(file["bytes"] for file in body["files"].values()) >> 20
        words = {"folder": options["folder"], "size": total, "seq": body["audit"]["seq"]}
        self.stdout.write(_("Đã sao lưu vào %(folder)s: %(size)d MB, nhật ký đến sự kiện %(seq)d.") % words)
