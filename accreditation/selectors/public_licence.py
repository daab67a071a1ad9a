"""What a licence is today, for whoever holds the paper: what it says that names no person, and where it stands.

Why it was narrowed, suspended or revoked, by whom, and what was applied for stays with the parties.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accreditation.enums import LIVING, LicenceState
from accreditation.models import Licence
from accreditation.selectors.licences import end_of
from accreditation.selectors.public_register import NARROWED, SUSPENDED, UNREAD, Standing, group_names, listed_one

S = LicenceState
LONGEST = 60
IN_FORCE = Standing("active", gettext_lazy("Đang hiệu lực"), "yes", "ok")
NOT_YET = Standing("issued", gettext_lazy("Chưa đến ngày hiệu lực"), "later", "info")
ENDED = Standing("ended", gettext_lazy("Đã hết thời hạn"), "no", "danger")
_STANDING = {
    S.RESTRICTED: NARROWED,
    S.SUSPENDED: SUSPENDED,
    S.REVOKED: Standing("revoked", gettext_lazy("Đã bị thu hồi"), "no", "danger"),
    S.SURRENDERED: Standing("surrendered", gettext_lazy("Đã trả lại"), "no", "danger"),
    S.SUPERSEDED: Standing("superseded", gettext_lazy("Đã thay bằng giấy phép khác"), "no", "warn"),
}
_WORTHLESS = (S.REVOKED, S.SURRENDERED, S.SUPERSEDED)


@dataclass(frozen=True)
class Checked:
    """`facility` is its page in the list, None where it is not listed; `works` whether one may rely on it today."""

    number: str
    code: str
    kind: str
    facility_name: str
    hidden: bool
    address: str
    legal_kind: str
    capacity: int | None
    groups: tuple[str, ...]
    group_codes: tuple[str, ...]
    tasks: str
    issuer: str
    issued_on: date
    starts_on: date
    ends_on: date | None
    standing: Standing
    works: bool
    sentences: tuple[str | Promise, ...]
    successor: str
    facility: UUID | None


def by_number_or_code(text: str, on: date | None = None) -> Checked | None:
    """The licence of that number or code, however spaced and in whatever case; None for everything else."""
    plain = normal(text)
    if not plain or len(plain) > LONGEST:
        return None
    return _first(Licence.objects.filter(Q(number__iexact=plain) | Q(code__iexact=plain.replace(" ", ""))), on)


def by_code(code: str, number: str, on: date | None = None) -> Checked | None:
    """The licence that a signed text names; both must fit."""
    return _first(Licence.objects.filter(code=code, number=number), on)


def normal(text: str) -> str:
    """One form of what was typed: NFC, capitals, single spaces, none around "/" and "-", nothing unprintable."""
    plain = "".join(char for char in unicodedata.normalize("NFC", text) if char.isprintable() or char.isspace())
    plain = re.sub(r"\s*([/-])\s*", r"\1", " ".join(plain.split()))
    # A lone half of a pair cannot be asked of the database.
    return plain.encode("utf-8", "ignore").decode().upper()


def _first(rows: QuerySet[Licence], on: date | None) -> Checked | None:
    rows = rows.select_related("facility").defer(*UNREAD, "facility__safe_address", "facility__head_name")
    found = rows.prefetch_related("groups").first()
    return _checked(found, on or timezone.localdate()) if found is not None else None


def _checked(row: Licence, day: date) -> Checked:
    names = group_names(day)
    codes = tuple(group.code for group in row.groups.all())
    successor = row.successors.filter(state__in=LIVING).values_list("number", flat=True).first()
    standing = _standing(row, day)
    shown = listed_one(row.facility_id, day)
    hidden = row.facility.hidden_address
    return Checked(
        number=row.number, code=row.code, kind=str(row.get_kind_display()), facility_name=row.facility_name,
        hidden=hidden, address="" if hidden else row.address, legal_kind=str(row.get_legal_kind_display()),
        capacity=row.capacity, groups=tuple(names.get(code, code) for code in codes), group_codes=codes,
        tasks=row.tasks, issuer=row.issuer, issued_on=row.issued_on, starts_on=row.starts_on, ends_on=row.ends_on,
        standing=standing, works=standing in (IN_FORCE, NARROWED), sentences=tuple(_sentences(row, standing, names)),
        successor=successor or "", facility=shown.id if shown else None,
    )  # fmt: skip


def _standing(row: Licence, day: date) -> Standing:
    if row.state in _WORTHLESS:
        return _STANDING[S(row.state)]
    end = end_of(row, day)
    if end is not None and end <= day:
        return ENDED
    if row.state == S.ISSUED or row.starts_on > day:
        return NOT_YET
    return _STANDING.get(S(row.state), IN_FORCE)


def _sentences(row: Licence, standing: Standing, names: dict[str, str]) -> list[str]:
    """What has to be known beside the word."""
    said = []
    if standing is NOT_YET:
        said.append(_("Có hiệu lực từ ngày %(day)s.") % {"day": _day(row.starts_on)})
    if standing is ENDED and row.ends_on:
        said.append(_("Không còn hiệu lực từ ngày %(day)s.") % {"day": _day(row.ends_on)})
    if standing is NARROWED:
        said += _limits(row, names)
    if row.state == S.SUSPENDED:
        said.append(_("Cơ sở không được tiếp nhận thêm người trong thời gian bị tạm đình chỉ."))
        if row.suspended_at:
            said.append(_("Bị tạm đình chỉ từ ngày %(day)s.") % {"day": _day(timezone.localdate(row.suspended_at))})
    if row.state in _WORTHLESS and row.ended_at:
        said.append(_("Không còn hiệu lực từ ngày %(day)s.") % {"day": _day(timezone.localdate(row.ended_at))})
    return said


def _limits(row: Licence, names: dict[str, str]) -> list[str]:
    said = []
    if row.limit_groups:
        groups = "; ".join(names.get(code, code) for code in row.limit_groups)
        said.append(_("Chỉ còn được nhận: %(groups)s.") % {"groups": groups})
    if row.limit_capacity is not None:
        said.append(_("Chỉ còn được nhận nhiều nhất %(number)s người.") % {"number": row.limit_capacity})
    return said


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
