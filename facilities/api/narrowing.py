"""What narrows a list of the register. A ValueError's sentence is the 400 answer."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.api.records import Filter
from core.catalogue.models import ClientGroup
from core.folding import fold


def named(column: str) -> Filter:
    def narrow(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        if len(fold(text)) < 2:
            raise ValueError(_("Gõ ít nhất 2 chữ."))
        return rows.filter(**{f"{column}__contains": fold(text)})

    return narrow


def one_of(column: str, codes: list[str]) -> Filter:
    def narrow(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        if text not in codes:
            raise ValueError(_("Giá trị không dùng được. Chọn: %(allowed)s.") % {"allowed": ", ".join(codes)})
        return rows.filter(**{column: text})

    return narrow


def key(column: str) -> Filter:
    def narrow(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        try:
            return rows.filter(**{column: UUID(text)})
        except ValueError as error:
            raise ValueError(_("Cần một mã (UUID).")) from error

    return narrow


def yes_no(column: str) -> Filter:
    def narrow(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(**{column: _flag(text)})

    return narrow


def open_today(column: str) -> Filter:
    """Whether it is in use today: its day of closing lies ahead, or there is none."""

    def narrow(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        running = Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__gt": timezone.localdate()})
        return rows.filter(running if _flag(text) else ~running)

    return narrow


def ends_within(column: str) -> Filter:
    """What ends within that many days, or has ended."""

    def narrow(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        if not (text.isascii() and text.isdigit() and len(text) <= 4):
            raise ValueError(_("Cần một số ngày."))
        return rows.filter(**{f"{column}__lte": timezone.localdate() + timedelta(days=int(text))})

    return narrow


def on_day(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Dated rows that hold on a day."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(_("Cần một ngày dạng 2026-12-31.")) from error
    return rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)


def group(column: str) -> Filter:
    def narrow(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        if not ClientGroup.objects.filter(code=text).exists():
            raise ValueError(_("Không có nhóm đối tượng này."))
        return rows.filter(**{column: text})

    return narrow


def commune(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(commune_id=text)


def _flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(_("Giá trị không dùng được. Chọn: %(allowed)s.") % {"allowed": "true, false"})
    return text == "true"
