"""Who acts: the duties of lifecycles.md, each held at a unit from a day to a day."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    INTAKE = "intake_officer", _("Cán bộ tiếp nhận")
    WORKER = "social_worker", _("Nhân viên công tác xã hội")
    SUPERVISOR = "supervisor", _("Kiểm huấn viên")
    FACILITY = "facility_manager", _("Quản lý cơ sở")
    LICENSING = "licensing_officer", _("Chuyên viên cấp phép")
    HEAD = "deciding_head", _("Người có thẩm quyền quyết định")
    COMMUNE = "commune_chair", _("Chủ tịch UBND xã, phường")
    STEWARD = "data_steward", _("Cán bộ quản lý dữ liệu")
    LEADER = "leader", _("Lãnh đạo")
    AUDITOR = "auditor", _("Cán bộ kiểm tra")
    SYSADMIN = "sysadmin", _("Quản trị hệ thống")
    SYSTEM = "system", _("Hệ thống")

    @property
    def in_sentence(self) -> str:
        """The label inside a sentence; abbreviations keep their capitals ("chủ tịch UBND xã, phường")."""
        label = str(self.label)
        return label[:1].lower() + label[1:]


class UnitKind(models.TextChoices):
    DEPARTMENT = "department", _("Sở")
    CENTRE = "centre", _("Trung tâm công tác xã hội")
    COMMUNE = "commune", _("UBND xã, phường")
    PUBLIC = "public_facility", _("Cơ sở công lập")
    PRIVATE = "private_facility", _("Cơ sở ngoài công lập")


class WorkerGrade(models.TextChoices):
    """Grades whose caseload is capped by TT 09/2024/TT-BLĐTBXH Đ.6 (parameter `caseload.cap`)."""

    SENIOR = "senior", _("Công tác xã hội viên chính")
    STANDARD = "standard", _("Công tác xã hội viên")
    ASSISTANT = "assistant", _("Nhân viên công tác xã hội")
