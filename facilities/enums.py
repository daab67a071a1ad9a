"""The code lists of the register. Codes never change; labels are what officials say."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LegalKind(models.TextChoices):
    """The seven kinds of social-assistance facility (NĐ 103/2017/NĐ-CP Đ.5)."""

    ELDERLY = "elderly", _("Cơ sở chăm sóc người cao tuổi")
    CHILDREN = "children", _("Cơ sở chăm sóc trẻ em có hoàn cảnh đặc biệt")
    DISABLED = "disabled", _("Cơ sở chăm sóc người khuyết tật")
    MENTAL = "mental", _("Cơ sở chăm sóc và phục hồi chức năng người tâm thần")
    GENERAL = "general", _("Cơ sở bảo trợ xã hội tổng hợp")
    SOCIAL_WORK = "social_work", _("Trung tâm công tác xã hội")
    OTHER = "other", _("Cơ sở trợ giúp xã hội khác")


class Ownership(models.TextChoices):
    """NĐ 103/2017/NĐ-CP Đ.2."""

    PUBLIC = "public", _("Công lập")
    PRIVATE = "private", _("Ngoài công lập")


class BodyKind(models.TextChoices):
    HOSPITAL = "hospital", _("Bệnh viện, trạm y tế")
    LEGAL_AID = "legal_aid", _("Trung tâm trợ giúp pháp lý")
    SCHOOL = "school", _("Trường học, cơ sở dạy nghề")
    POLICE = "police", _("Công an")
    JOB_CENTRE = "job_centre", _("Trung tâm dịch vụ việc làm")
    OTHER = "other", _("Nơi khác")
