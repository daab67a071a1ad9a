"""`manage.py import_facilities FILE.xlsx [--as USER] [--confirm]`: say what a register of facilities holds, and write
it on --confirm. Licences and founding decisions then wait for the head, on the page of the register.

Broken off while writing, the same command goes on where it was: every chunk of lines is one transaction.
"""

import hashlib
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count
from django.utils.translation import gettext as _

from accreditation import tasks
from accreditation.models.listing import ListStage, RegisterList, RegisterRow, RowResult, RowVerdict
from accreditation.selectors.listing import waiting
from accreditation.services.listing_writing import sentence
from core.access.actor import Actor
from core.accounts.enums import Role
from core.accounts.models import User
from core.errors import DomainError
from core.lifecycle.engine import perform

SHOWN = 20


class Command(BaseCommand):
    help = "Đọc danh sách cơ sở và giấy phép từ tệp Excel và cho biết từng dòng; thêm --confirm để ghi vào sổ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="Tệp xlsx, xls hoặc ods.")
        parser.add_argument("--as", dest="user", metavar="USER", default="", help="Nhập với tên người dùng này.")
        parser.add_argument("--confirm", action="store_true", help="Ghi vào sổ, không chỉ xem trước.")
        parser.add_argument("--rows", type=int, default=SHOWN, metavar="N", help="Số dòng cần xem lại được in ra.")

    def handle(self, *args: Any, **options: Any) -> None:
        actor, path = Actor.of(self._user(options["user"])), Path(options["file"])
        if not path.is_file():
            raise CommandError(_("Không mở được tệp. Hãy kiểm tra lại đường dẫn."))
        if path.stat().st_size > tasks.REGISTER_LIMITS.file_bytes:
            raise CommandError(_("Tệp quá lớn cho một danh sách cơ sở."))
        content = path.read_bytes()
        broken_off = self._broken_off(actor, content) if options["confirm"] else None
        if broken_off is not None:
            words = {"done": broken_off.rows_written, "all": broken_off.rows_seen}
            self.stdout.write(_("Lần nhập tệp này đã bị ngắt sau %(done)d trong %(all)d dòng, nay nhập tiếp.") % words)
            self._write(broken_off)
            return
        try:
            file = SimpleUploadedFile("list", content)
            made = perform(RegisterList, "upload", by=actor, files={"file": file}).result["id"]
        except DomainError as error:
            raise CommandError(sentence(error)) from error
        register = self._again(made)
        tasks.stage_register(register, self._progress(_("Đọc")))
        register = self._again(made)
        if register.stage == ListStage.UNREADABLE:
            raise CommandError(register.failure)
        self._table(register, options["rows"])
        if not options["confirm"]:
            self.stdout.write(_("Chưa ghi gì. Thêm --confirm để ghi vào sổ."))
            return
        try:
            perform(register, "write", by=actor, version=register.version)
        except DomainError as error:
            raise CommandError(sentence(error)) from error
        self._write(self._again(made))

    def _again(self, pk: Any) -> RegisterList:
        return RegisterList.objects.defer("content").select_related("confirmed_by", "unit").get(pk=pk)

    def _broken_off(self, actor: Actor, content: bytes) -> RegisterList | None:
        """The register of this very file whose writing this person had confirmed and which did not come to its end."""
        digest = hashlib.sha256(content).hexdigest()
        left = RegisterList.objects.filter(stage=ListStage.WRITING, sha256=digest, confirmed_by=actor.user)
        found = left.values_list("pk", flat=True).first()
        return None if found is None else self._again(found)

    def _user(self, name: str) -> User:
        if name:
            user = User.objects.filter(username=name, is_active=True).first()
            if user is None:
                raise CommandError(_("Không có người dùng “%(name)s”.") % {"name": name})
            return user
        officers = User.objects.filter(is_active=True, assignments__role=Role.LICENSING).distinct()
        if officers.count() != 1:
            raise CommandError(_("Ghi --as TÊN_ĐĂNG_NHẬP của chuyên viên cấp phép sẽ nhập."))
        return officers.get()

    def _progress(self, verb: str) -> tasks.Progress:
        told = [-10]

        def say(percent: int) -> None:
            if percent >= told[0] + 10:
                told[0] = percent
                self.stderr.write(f"{verb}: {percent}%")

        return say

    def _write(self, register: RegisterList) -> None:
        tasks.write_rows(register, self._progress(_("Ghi")))
        results = dict(register.rows.values_list("result").annotate(Count("id")).order_by())
        words = {code.value: results.get(code.value, 0) for code in RowResult}
        self.stdout.write(
            _("Đã ghi %(created)d cơ sở vào sổ, giữ %(kept)d cơ sở đã có, không nhập %(left)d dòng.") % words
        )
        self.stdout.write(
            _("%(count)d giấy phép, quyết định thành lập chờ người có thẩm quyền xác nhận: /nhap-co-so/%(pk)s/giay-to/")
            % {"count": waiting(register).count(), "pk": register.pk}
        )

    def _table(self, register: RegisterList, shown: int) -> None:
        counts = dict(register.rows.values_list("verdict").annotate(Count("id")).order_by())
        for verdict in RowVerdict:
            self.stdout.write(f"{verdict.label:<16} {counts.get(verdict.value, 0):>8}")
        for notice in register.notices:
            self.stdout.write(f"· {notice['text']}")
        for row in register.rows.exclude(verdict=RowVerdict.NEW).order_by("number")[:shown]:
            self.stdout.write(f"{row.sheet} {row.row_number:>6}  {row.get_verdict_display()}: {_why(row)}")


def _why(row: RegisterRow) -> str:
    payload = json.loads(row.payload)
    return payload["why"] or " ".join(payload["errors"])
