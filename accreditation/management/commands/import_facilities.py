"""`manage.py import_facilities FILE.xlsx [--as USER] [--confirm]`: say what a register of facilities holds, and write
it on --confirm. Licences and founding decisions then wait for the head, on the page of the register."""

from pathlib import Path

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accreditation import tasks
from accreditation.models.listing import RegisterList
from accreditation.selectors.listing import waiting
from accreditation.services.listing_writing import Writer
from core.accounts.enums import Role
from core.staging.command import ImportCommand
from core.staging.reading import Progress


class Command(ImportCommand):
    help = "Đọc danh sách cơ sở và giấy phép từ tệp Excel và cho biết từng dòng; thêm --confirm để ghi vào sổ."
    model, role = RegisterList, Role.LICENSING
    unnamed = gettext_lazy("Ghi --as TÊN_ĐĂNG_NHẬP của chuyên viên cấp phép sẽ nhập.")
    writing = gettext_lazy("Ghi")
    unwritten = gettext_lazy("Chưa ghi gì. Thêm --confirm để ghi vào sổ.")

    def refuse(self, path: Path) -> None:
        if path.stat().st_size > tasks.REGISTER_LIMITS.file_bytes:
            raise CommandError(_("Tệp quá lớn cho một danh sách cơ sở."))

    def stage(self, batch: RegisterList, progress: Progress, path: Path) -> None:
        tasks.stage_register(batch, progress)

    def write(self, batch: RegisterList, progress: Progress) -> None:
        Writer(batch).all(progress)

    def tell(self, batch: RegisterList, results: dict[str, int]) -> None:
        self.stdout.write(
            _("Đã ghi %(created)d cơ sở vào sổ, giữ %(kept)d cơ sở đã có, không nhập %(left)d dòng.") % results
        )
        self.stdout.write(
            _("%(count)d giấy phép, quyết định thành lập chờ người có thẩm quyền xác nhận: /nhap-co-so/%(pk)s/giay-to/")
            % {"count": waiting(batch).count(), "pk": batch.pk}
        )
