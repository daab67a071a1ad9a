"""`manage.py verify`: whether everything that is stored is whole; exit code 1 when anything is not."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from core.audit import heads as kept_heads
from core.keeping import verify
from core.keeping.verify import Result
from core.web.display import vnnum


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ArgumentTypeError(_("cần một số nguyên từ 1 trở lên"))
    return int(text)


class Command(BaseCommand):
    help = "Kiểm tra dữ liệu còn nguyên vẹn: nhật ký, diễn biến, quy tắc, niêm phong, tệp. Không ghi gì."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--sample", type=_positive, default=verify.SAMPLE, metavar="N",
            help="Mở thử niêm phong và tệp của N dòng mỗi bảng (mặc định %(default)s).",
        )  # fmt: skip
        parser.add_argument("--all", action="store_true", help="Mở hết, không lấy mẫu.")
        parser.add_argument(
            "--heads", action="append", default=[], metavar="FILE",
            help="Tệp đầu chuỗi lấy từ máy khác; lặp lại được. Mặc định: DH_AUDIT_HEAD_FILE.",
        )  # fmt: skip
        parser.add_argument(
            "--only",
            action="append",
            default=[],
            metavar="MÃ",
            help="Chỉ các mục có mã bắt đầu như vậy: chain, paths, …",
        )
        parser.add_argument("--no-heads", action="store_true", help="Không đối chiếu đầu chuỗi đã giữ.")
        parser.add_argument("--json", action="store_true", help="In một dòng JSON mỗi mục, cho máy đọc.")

    def handle(self, *args: Any, **options: Any) -> None:
        # Heads are read before the chain, so that none of them is ahead of it.
        heads = [] if options["no_heads"] else list(kept_heads.given(options["heads"]).values())
        sample = None if options["all"] else options["sample"]
        show = self._as_json if options["json"] else self._as_line
        if not options["json"]:
            self.stdout.write(f"{_('Đã kiểm'):>12} {_('Sai'):>6} {_('Giây'):>8}  {_('Nội dung')}")
        wrong = done = 0
        for result in verify.run(options["only"], heads=heads, sample=sample):
            show(result)
            wrong, done = wrong + result.wrong, done + 1
        if not done:
            raise CommandError(_("Không có mục nào mang mã đó."))
        if wrong:
            raise CommandError(_("Dữ liệu không còn nguyên vẹn: %(number)s chỗ sai.") % {"number": vnnum(wrong)})
        if not options["json"]:
            self.stdout.write(_("Dữ liệu nguyên vẹn: %(number)s mục, không chỗ nào sai.") % {"number": vnnum(done)})

    def _as_line(self, result: Result) -> None:
        seconds = f"{result.seconds:.1f}".replace(".", ",")
        self.stdout.write(f"{vnnum(result.checked):>12} {vnnum(result.wrong):>6} {seconds:>8}  {result.says}")
        for sentence in result.sentences():
            self.stdout.write(f"{'':>28}  - {sentence}")
        if result.wrong > len(result.shown):
            more = vnnum(result.wrong - len(result.shown))
            self.stdout.write(f"{'':>28}  - " + _("và %(number)s chỗ nữa") % {"number": more})
        self.stdout.flush()

    def _as_json(self, result: Result) -> None:
        found = [{"code": code, "key": key, "detail": detail} for code, key, detail in result.shown]
        self.stdout.write(
            json.dumps({
                "check": result.code, "checked": result.checked, "wrong": result.wrong,
                "seconds": round(result.seconds, 3), "findings": found,
            })
        )  # fmt: skip
