from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from core.reference import load_all


class Command(BaseCommand):
    help = "Brings the reference tables up to date with the files of this version."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--database", default="default")
        parser.add_argument("--force", action="store_true", help="load files that did not change as well")

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = load_all(options["database"], force=options["force"])
        for file, rows in loaded.items():
            self.stdout.write(_("%(file)s: %(rows)d dòng") % {"file": file, "rows": rows})
        if not loaded:
            self.stdout.write(_("Dữ liệu tham chiếu không có gì thay đổi."))
