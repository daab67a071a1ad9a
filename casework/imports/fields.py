"""Field codes that a column of a list of persons can be mapped to (`core.imports.targets` says what a target is)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.imports.targets import ORDINAL, field_of, mark_of

__all__ = ["FIELDS", "FILLED_DOWN", "IDENTITY", "JOINED", "ORDINAL", "field_of", "is_target", "label", "mark_of"]

FIELDS = {
    "name": _("Họ và tên"),
    "name_family": _("Họ và tên đệm"),
    "name_given": _("Tên"),
    "birth": _("Ngày, tháng, năm sinh"),
    "birth_male": _("Ngày, tháng, năm sinh (cột Nam)"),
    "birth_female": _("Ngày, tháng, năm sinh (cột Nữ)"),
    "birth_day": _("Ngày sinh (chỉ ngày)"),
    "birth_month": _("Tháng sinh"),
    "birth_year": _("Năm sinh"),
    "sex": _("Giới tính"),
    "id_number": _("Số định danh cá nhân"),
    "id_old": _("Số CMND (9 số)"),
    "id_date": _("Ngày cấp giấy tờ"),
    "phone": _("Số điện thoại"),
    "ethnicity": _("Dân tộc"),
    "commune": _("Xã, phường"),
    "hamlet": _("Ấp, khu phố, thôn, tổ"),
    "address": _("Địa chỉ"),
    "address_old": _("Địa chỉ cũ"),
    "group": _("Nhóm đối tượng"),
    "disability_type": _("Dạng khuyết tật"),
    "disability_level": _("Mức độ khuyết tật"),
    "household_status": _("Hộ nghèo, cận nghèo"),
    "household_head": _("Chủ hộ"),
    "guardian_name": _("Người giám hộ, chăm sóc"),
    "guardian_phone": _("Điện thoại người giám hộ"),
    "needs": _("Nhu cầu"),
    "note": _("Ghi chú"),
    "case_old_number": _("Số hồ sơ cũ"),
    "case_opened": _("Ngày mở hồ sơ"),
    "case_worker": _("Người phụ trách"),
    "case_status": _("Tình trạng hồ sơ"),
}

# Fields whose text may come from several columns, with what joins it.
JOINED = {"name": " ", "hamlet": ", ", "address": ", ", "address_old": ", ", "note": "; ", "needs": "; ", "group": "; "}

# Fields whose value may stand once for several rows, in cells merged downwards.
FILLED_DOWN = frozenset(
    ("commune", "hamlet", "address", "address_old", "group", "household_status", "household_head", "case_worker")
)

# Columns that tell a person from a line of text or a sum.
IDENTITY = frozenset(
    ("birth", "birth_male", "birth_female", "birth_year", "birth_day", "sex", "id_number", "id_old", "phone")
)


def is_target(target: str) -> bool:
    return not target or target == ORDINAL or field_of(target) in FIELDS


def label(field: str) -> str:
    """The field's name for the user."""
    return str(FIELDS.get(field, field))
