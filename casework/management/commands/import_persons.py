"""`manage.py import_persons FILE.xlsx [--as USER] [--confirm]`: say what a list holds, and import it on --confirm."""

from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework import tasks
from casework.models import ImportBatch
from casework.services.import_writing import Writer
from core.accounts.enums import Role
from core.staging.command import ImportCommand
from core.staging.reading import Progress


class Command(ImportCommand):
    # The checks would load every page of the product, which a list of 100,000 lines has no memory for.
    requires_system_checks = ()
    help = "Đọc danh sách người từ tệp Excel và cho biết từng dòng; thêm --confirm để nhập."
    model, role = ImportBatch, Role.STEWARD
    unnamed = gettext_lazy("Ghi --as TÊN_ĐĂNG_NHẬP của cán bộ quản lý dữ liệu sẽ nhập.")
    writing = gettext_lazy("Nhập")
    unwritten = gettext_lazy("Chưa nhập gì. Thêm --confirm để nhập.")
    upload_data = {"at_hand": True}

    def stage(self, batch: ImportBatch, progress: Progress, path: Path) -> None:
        tasks.stage(batch, progress, path)

    def write(self, batch: ImportBatch, progress: Progress) -> None:
        Writer(batch).all(progress)

    def tell(self, batch: ImportBatch, results: dict[str, int]) -> None:
        words = {**results, "proposals": batch.rows.filter(proposal__isnull=False).count()}
        self.stdout.write(
            _("Đã tạo %(created)d người, giữ %(kept)d người đã có, không nhập %(left)d dòng, "
              "đề nghị tiếp quản %(proposals)d ca.") % words
        )  # fmt: skip
