"""`manage.py restore FOLDER`: put a backup back, compare it with its checksums, verify it (docs/howto/backup.md)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.translation import gettext as _

from core.audit import anchor
from core.keeping import restoring
from core.keeping.disk import stoppable
from core.keeping.errors import KeepingError
from core.keeping.manifest import Manifest


class Command(BaseCommand):
    help = "Khôi phục một bản sao lưu vào chỗ trống, sau khi kiểm tra chữ ký và mọi tệp. Dừng hệ thống trước khi chạy."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", help="Thư mục của bản sao lưu.")
        parser.add_argument("--replace", action="store_true", help="Thay dữ liệu đang có; phải gõ tên cơ sở dữ liệu.")
        parser.add_argument("--check", action="store_true", help="Chỉ kiểm tra bản sao lưu, không khôi phục.")
        parser.add_argument("--no-verify", action="store_true", help="Không chạy manage.py verify sau khi khôi phục.")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(options["folder"]).absolute()
        try:
            body = restoring.check(folder)
            words = {"at": body["made_at"], "seq": body["audit"]["seq"]}
            self.stdout.write(_("Bản sao lưu nguyên vẹn, tạo lúc %(at)s, nhật ký đến sự kiện %(seq)d.") % words)
            if options["check"]:
                return
            restoring.fits(body)
            if options["replace"]:
                self._confirm()
            with stoppable():
                restoring.restore(folder, body, self.stdout.write, options["replace"])
        except KeepingError as error:
            raise CommandError(str(error)) from None
        connection.close()
        self._afterwards(body, options["no_verify"])

    def _confirm(self) -> None:
        """Typed, because what is replaced is gone."""
        found = restoring.occupied()
        if not found:
            return
        name = Path(str(connection.settings_dict["NAME"])).name
        for line in found:
            self.stdout.write(line)
        try:
            typed = input(_("Dữ liệu đang có sẽ mất. Gõ tên cơ sở dữ liệu (%(name)s) để thay: ") % {"name": name})
        except EOFError:
            typed = ""
        if typed.strip() != name:
            raise KeepingError(_("Không đúng tên cơ sở dữ liệu: không thay gì."))

    def _afterwards(self, body: Manifest, unverified: bool) -> None:
        lost = self._furthest() - body["audit"]["seq"]
        if lost > 0:
            text = _("Sau bản sao lưu này đã có thêm %(lost)d sự kiện; chúng không còn. Cất tệp đầu chuỗi cũ đi.")
            self.stdout.write(text % {"lost": lost})
        if restoring.behind(body):
            self.stdout.write(_("Bản sao lưu cũ hơn phiên bản này: chạy manage.py migrate, rồi manage.py verify."))
        elif not unverified:
            # Heads that were kept since are ahead of the backup, as was just said: without them.
            call_command("verify", no_heads=True, stdout=self.stdout, stderr=self.stderr)

    def _furthest(self) -> int:
        """How far the audit chain had come, as the kept heads tell."""
        if not settings.DH_AUDIT_HEAD_FILE:
            return 0
        for line in reversed(anchor.kept(Path(settings.DH_AUDIT_HEAD_FILE))):
            try:
                return anchor.read(line).seq
            except anchor.NoHead:
                continue
        return 0
