"""`manage.py audit_verify`: walk the chain and hold it against the heads that were kept outside the database."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.audit import anchor, chain, heads

SAID = {
    "unreadable": gettext_lazy("không đọc được, hoặc không phải do hệ thống này ký"),
    "cut": gettext_lazy("nhật ký đã bị cắt: sự kiện %(seq)s không còn"),
    "changed": gettext_lazy("nhật ký đã bị sửa: sự kiện %(seq)s nay khác"),
    "backwards": gettext_lazy("sự kiện %(seq)s nằm trước đầu chuỗi đã giữ ở dòng trên"),
}


class Command(BaseCommand):
    help = "Kiểm tra cả chuỗi nhật ký và đối chiếu với các đầu chuỗi đã giữ ngoài cơ sở dữ liệu."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--heads", action="append", default=[], metavar="FILE",
            help="Tệp đầu chuỗi lấy từ máy khác, dòng cũ trước; lặp lại được. Mặc định: DH_AUDIT_HEAD_FILE.",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        # Heads are read before the chain, so that none of them is ahead of it.
        files = heads.given(options["heads"])
        count, broken = chain.verify()
        said = [_("Sự kiện %(seq)s không nối đúng vào chuỗi.") % {"seq": seq} for seq in broken]
        for path, lines in files.items():
            for finding in anchor.compare(lines):
                words = str(SAID[finding.code]) % {"seq": finding.seq}
                said.append(
                    _("%(file)s, dòng %(line)s: %(what)s.") % {"file": path, "line": finding.line, "what": words}
                )
        for line in said:
            self.stderr.write(line)
        if said:
            raise CommandError(_("Nhật ký không còn nguyên vẹn: %(number)s chỗ sai.") % {"number": len(said)})
        kept = sum(map(len, files.values()))
        self.stdout.write(
            _("Nhật ký nguyên vẹn: %(count)s sự kiện, %(heads)s đầu chuỗi.") % {"count": count, "heads": kept}
        )
