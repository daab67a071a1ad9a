"""Ground of the commands that read a list: say what it holds, and write it on --confirm.

Broken off while writing, the same command goes on where it was.
"""

import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, ClassVar

from django.core.files.uploadedfile import UploadedFile
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from core.access.actor import Actor
from core.accounts.models import User
from core.errors import DomainError, sentence
from core.lifecycle.engine import perform
from core.staging.models import BatchState, StagedList
from core.staging.pages import counted
from core.staging.reading import Progress

SHOWN = 20


class ImportCommand(BaseCommand):
    """`model` is the list, `role` the duty that reads it when --as is not given, `unnamed` what is said when there is
    not exactly one such person, `writing` the verb of the progress, `unwritten` what is said without --confirm."""

    model: ClassVar[type[StagedList]]
    role: ClassVar[str]
    unnamed: ClassVar[Any]
    writing: ClassVar[Any]
    unwritten: ClassVar[Any]
    upload_data: ClassVar[dict[str, Any]] = {}

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="Tệp xlsx, xls hoặc ods.")
        parser.add_argument("--as", dest="user", metavar="USER", default="", help="Nhập với tên người dùng này.")
        parser.add_argument("--confirm", action="store_true", help="Nhập vào hệ thống, không chỉ xem trước.")
        parser.add_argument("--rows", type=int, default=SHOWN, metavar="N", help="Số dòng cần xem lại được in ra.")

    def stage(self, batch: Any, progress: Progress, path: Path) -> None:
        """Read the file into lines."""
        raise NotImplementedError

    def write(self, batch: Any, progress: Progress) -> None:
        """Write what is left of the lines."""
        raise NotImplementedError

    def tell(self, batch: Any, results: dict[str, int]) -> None:
        """Say what was written."""
        raise NotImplementedError

    def refuse(self, path: Path) -> None:
        """Raise CommandError for a file that is not even opened."""

    def handle(self, *args: Any, **options: Any) -> None:
        actor, path = Actor.of(self._user(options["user"])), Path(options["file"])
        if not path.is_file():
            raise CommandError(_("Không mở được tệp. Hãy kiểm tra lại đường dẫn."))
        self.refuse(path)
        broken_off = self._broken_off(actor, path) if options["confirm"] else None
        if broken_off is not None:
            words = {"done": broken_off.rows_written, "all": broken_off.rows_seen}
            self.stdout.write(_("Lần nhập tệp này đã bị ngắt sau %(done)d trong %(all)d dòng, nay nhập tiếp.") % words)
            self._finish(broken_off)
            return
        batch = self._upload(actor, path)
        self.stage(batch, self._progress(_("Đọc")), path)
        batch = batch.again()
        if batch.state == BatchState.UNREADABLE:
            raise CommandError(batch.failure)
        self._table(batch, options["rows"])
        if not options["confirm"]:
            self.stdout.write(str(self.unwritten))
            return
        try:
            perform(batch, "write", by=actor, version=batch.version)
        except DomainError as error:
            raise CommandError(sentence(error)) from error
        self._finish(batch.again())

    def _finish(self, batch: Any) -> None:
        self.write(batch, self._progress(str(self.writing)))
        self.tell(batch, counted(batch, "result"))

    def _broken_off(self, actor: Actor, path: Path) -> Any:
        """The list of this very file whose writing this person had confirmed and which did not come to its end."""
        with path.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        rows = self.model._default_manager.filter(state=BatchState.WRITING, sha256=digest, confirmed_by=actor.user)
        found = rows.defer("content").first()
        return None if found is None else found.again()

    def _user(self, name: str) -> User:
        if name:
            user = User.objects.filter(username=name, is_active=True).first()
            if user is None:
                raise CommandError(_("Không có người dùng “%(name)s”.") % {"name": name})
            return user
        found = User.objects.filter(is_active=True, assignments__role=self.role).distinct()
        if found.count() != 1:
            raise CommandError(str(self.unnamed))
        return found.get()

    def _upload(self, actor: Actor, path: Path) -> Any:
        try:
            with path.open("rb") as content:
                file = UploadedFile(content, "list", size=path.stat().st_size)
                made = perform(self.model, "upload", by=actor, data=self.upload_data, files={"file": file})
        except DomainError as error:
            raise CommandError(sentence(error)) from error
        return self.model._default_manager.defer("content").get(pk=made.result["id"])

    def _progress(self, verb: str) -> Progress:
        told = [-10]

        def say(percent: int) -> None:
            if percent >= told[0] + 10:
                told[0] = percent
                self.stderr.write(f"{verb}: {percent}%")

        return say

    def _table(self, batch: Any, shown: int) -> None:
        labels = dict(batch.rows.model._meta.get_field("verdict").choices)
        for code, count in counted(batch, "verdict").items():
            self.stdout.write(f"{labels[code]:<16} {count:>8}")
        for notice in batch.notices:
            self.stdout.write(f"· {notice['text']}")
        for row in batch.rows.exclude(verdict="new").order_by("number")[:shown]:
            self.stdout.write(f"{row.sheet} {row.row_number:>6}  {row.get_verdict_display()}: {row.why}")
