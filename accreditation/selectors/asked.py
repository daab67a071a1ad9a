"""What an application asks for, and who is told what, in words."""

from typing import Any

from django.utils.translation import gettext as _

from accreditation.enums import Change
from accreditation.models import Application
from core.catalogue.selectors import client_groups
from core.places.models import Commune
from core.web.display import vnnum
from facilities.enums import LegalKind


def told(application: Application) -> list[tuple[str, str]]:
    """Label and value of all that is asked for, in the order of the form; two queries at most."""
    asked = application.asked
    rows = [
        (_("Điều chỉnh"), _labels(Change, asked.get("changes"))),
        (_("Tên cơ sở"), asked.get("name")),
        (_("Loại hình"), _labels(LegalKind, [asked.get("legal_kind")])),
        (_("Xã, phường"), _commune(asked.get("commune"))),
        (_("Địa chỉ"), asked.get("address")),
        (_("Người đứng đầu"), asked.get("head_name")),
        (_("Nhóm được nhận"), "; ".join(group_names(asked.get("groups") or []))),
        (_("Quy mô"), _("%(n)s người cùng lúc") % {"n": vnnum(asked["capacity"])} if asked.get("capacity") else ""),
        (_("Có người ở nội trú"), _yes(asked.get("residential"))),
        (_("Nhiệm vụ, dịch vụ"), asked.get("tasks")),
        (_("Người sáng lập nước ngoài"), _("Có") if asked.get("foreign") else ""),
        (_("Nhà, đất thuê hoặc mượn"), _("Có") if asked.get("rented") else ""),
        (_("Giải thể từ ngày"), _day(asked.get("dissolve_on"))),
        (_("Lý do"), asked.get("reason")),
    ]
    return [(label, str(value)) for label, value in rows if value]


def group_names(codes: list[str]) -> list[str]:
    """The names of client groups as the law has them today; a code that is no more stands as it is."""
    if not codes:
        return []
    names = dict(client_groups().filter(code__in=codes).values_list("code", "name"))
    return [str(names.get(code, code)) for code in codes]


def _labels(choices: Any, codes: list[str | None] | None) -> str:
    labels = dict(choices.choices)
    return "; ".join(str(labels[code]) for code in codes or [] if code in labels)


def _commune(code: Any) -> str:
    row = Commune.objects.filter(pk=code).first() if code else None
    return row.label if row is not None else ""


def _yes(value: bool | None) -> str:
    return "" if value is None else _("Có") if value else _("Không")


def _day(text: str | None) -> str:
    year, _first, rest = (text or "").partition("-")
    month, _second, day = rest.partition("-")
    return f"{day}/{month}/{year}" if day else ""
