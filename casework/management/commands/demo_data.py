"""`manage.py demo_data [--persons N]`: make the demo's people and histories, once."""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from casework.demo import build

MOST = 5000


def _persons(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= MOST:
        raise ArgumentTypeError(_("cần một số từ 1 đến %(most)d") % {"most": MOST})
    return int(text)


class Command(BaseCommand):
    help = "Tạo dữ liệu mẫu (chỉ ở chế độ dùng thử). Có dữ liệu rồi thì không làm gì."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--persons", type=_persons, default=1000, metavar="N", help="Số người, 1 đến 5000.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DH_DEMO:
            raise CommandError(_("Dữ liệu mẫu chỉ tạo được ở chế độ dùng thử (DH_DEMO)."))
        if build.is_there():
            self.stdout.write(_("Đã có dữ liệu, giữ nguyên."))
            return
        made = build.build(options["persons"], self._progress)
        self.stdout.write(
            _("Đã tạo %(persons)d người được trợ giúp, %(users)d người dùng, %(moves)d bước diễn biến.") % made
        )

    def _progress(self, done: int, all_of: int) -> None:
        percent = min(100, done * 100 // all_of)
        if percent >= getattr(self, "_told", -10) + 10:
            self._told = percent
            self.stdout.write(_("Dữ liệu mẫu: %(percent)d%%") % {"percent": percent})
            self.stdout.flush()
