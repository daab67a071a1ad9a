"""`manage.py import_persons FILE.xlsx [--as USER] [--confirm]`: say what a list holds, and import it on --confirm.

Broken off while writing, the same command goes on where it was: every 500 lines are one transaction.
"""

import hashlib
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count
from django.utils.translation import gettext as _

from casework import tasks
from casework.models import BatchState, ImportBatch, ImportRow, Verdict
from core.access.actor import Actor
from core.accounts.enums import Role
from core.accounts.models import User
from core.errors import Blocked, Denied, DomainError, Invalid
from core.lifecycle.engine import perform

SHOWN = 20


class Command(BaseCommand):
    # The checks would load every page of the product, which a list of 100,000 lines has no memory for.
    requires_system_checks = ()
    help = "Đọc danh sách người từ tệp Excel và cho biết từng dòng; thêm --confirm để nhập."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="Tệp xlsx, xls hoặc ods.")
        parser.add_argument("--as", dest="user", metavar="USER", default="", help="Nhập với tên người dùng này.")
        parser.add_argument("--confirm", action="store_true", help="Nhập vào hệ thống, không chỉ xem trước.")
        parser.add_argument("--rows", type=int, default=SHOWN, metavar="N", help="Số dòng cần xem lại được in ra.")

    def handle(self, *args: Any, **options: Any) -> None:
        actor, path = Actor.of(self._user(options["user"])), Path(options["file"])
        if not path.is_file():
            raise CommandError(_("Không mở được tệp. Hãy kiểm tra lại đường dẫn."))
        broken_off = self._broken_off(actor, path) if options["confirm"] else None
        if broken_off is not None:
            self.stdout.write(
                _("Lần nhập tệp này đã bị ngắt sau %(done)d trong %(all)d dòng, nay nhập tiếp.")
                % {"done": broken_off.rows_written, "all": broken_off.rows_seen}
            )
            self._write(broken_off)
            return
        batch = self._upload(actor, path)
        tasks.stage(batch, self._progress(_("Đọc")), path)
        batch = self._again(batch)
        if batch.state == BatchState.UNREADABLE:
            raise CommandError(batch.failure)
        self._table(batch, options["rows"])
        if not options["confirm"]:
            self.stdout.write(_("Chưa nhập gì. Thêm --confirm để nhập."))
            return
        try:
            perform(batch, "write", by=actor, version=batch.version)
        except DomainError as error:
            raise CommandError(_sentence(error)) from error
        self._write(self._again(batch))

    def _broken_off(self, actor: Actor, path: Path) -> ImportBatch | None:
        """The batch of this very file whose writing this person had confirmed and which did not come to its end."""
        with path.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        left = ImportBatch.objects.filter(state=BatchState.WRITING, sha256=digest, confirmed_by=actor.user)
        found = left.values_list("pk", flat=True).first()
        return None if found is None else self._again(ImportBatch(pk=found))

    def _write(self, batch: ImportBatch) -> None:
        tasks.write(batch, self._progress(_("Nhập")))
        results = dict(batch.rows.values_list("result").annotate(Count("id")).order_by())
        proposals = batch.rows.filter(proposal__isnull=False).count()
        self.stdout.write(
            _("Đã tạo %(created)d người, giữ %(kept)d người đã có, không nhập %(left)d dòng, "
              "đề nghị tiếp quản %(proposals)d ca.")
            % {"created": results.get("created", 0), "kept": results.get("kept", 0), "left": results.get("left", 0),
               "proposals": proposals}
        )  # fmt: skip

    def _again(self, batch: ImportBatch) -> ImportBatch:
        return ImportBatch.objects.defer("content").select_related("confirmed_by", "unit").get(pk=batch.pk)

    def _user(self, name: str) -> User:
        if name:
            user = User.objects.filter(username=name, is_active=True).first()
            if user is None:
                raise CommandError(_("Không có người dùng “%(name)s”.") % {"name": name})
            return user
        stewards = User.objects.filter(is_active=True, assignments__role=Role.STEWARD).distinct()
        if stewards.count() != 1:
            raise CommandError(_("Ghi --as TÊN_ĐĂNG_NHẬP của cán bộ quản lý dữ liệu sẽ nhập."))
        return stewards.get()

    def _upload(self, actor: Actor, path: Path) -> ImportBatch:
        try:
            with path.open("rb") as content:
                file = UploadedFile(content, "list", size=path.stat().st_size)
                made = perform(ImportBatch, "upload", by=actor, data={"at_hand": True}, files={"file": file}).result[
                    "id"
                ]
        except DomainError as error:
            raise CommandError(_sentence(error)) from error
        return ImportBatch.objects.defer("content").get(pk=made)

    def _progress(self, verb: str) -> tasks.Progress:
        told = [-10]

        def say(percent: int) -> None:
            if percent >= told[0] + 10:
                told[0] = percent
                self.stderr.write(f"{verb}: {percent}%")

        return say

    def _table(self, batch: ImportBatch, shown: int) -> None:
        counts = dict(batch.rows.values_list("verdict").annotate(Count("id")).order_by())
        for verdict in Verdict:
            self.stdout.write(f"{verdict.label:<16} {counts.get(verdict.value, 0):>8}")
        for notice in batch.notices:
            self.stdout.write(f"· {notice['text']}")
        doubtful = batch.rows.exclude(verdict=Verdict.NEW).order_by("number")[:shown]
        for row in doubtful:
            self.stdout.write(f"{row.sheet} {row.row_number:>6}  {row.get_verdict_display()}: {_why(row)}")


def _why(row: ImportRow) -> str:
    payload = json.loads(row.payload)
    return payload["why"] or " ".join(payload["errors"])


def _sentence(error: DomainError) -> str:
    if isinstance(error, Invalid):
        return " ".join(text for texts in error.errors.values() for text in texts)
    if isinstance(error, Blocked | Denied):
        return " ".join(str(reason.text) for reason in error.reasons)
    return _("Người dùng này không được nhập danh sách.")
