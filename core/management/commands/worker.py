"""`manage.py worker`: run the tasks of the outbox and the periodic jobs until told to stop."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext as _

from core.outbox.worker import Worker


class Command(BaseCommand):
    help = "Chạy các việc nền và việc định kỳ cho đến khi có lệnh dừng (Ctrl-C)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--drain", action="store_true", help="Làm hết việc đang chờ rồi thoát.")

    def handle(self, *args: Any, **options: Any) -> None:
        from core.outbox import chores  # noqa: F401  (registers core's periodic jobs)

        autodiscover_modules("tasks")
        worker = Worker(drain=options["drain"])
        worker.listen()
        self.stdout.write(_("Tiến trình nền đã chạy."))
        worker.run()
        self.stdout.write(_("Tiến trình nền đã dừng."))
