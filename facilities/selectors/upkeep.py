"""What a facility should see to: papers and certificates that end, and what its description still lacks."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.enums import Role
from core.accounts.models import RoleAssignment, User
from core.clock import parameters
from core.errors import Reason
from facilities.enums import CareModel, LegalKind, Position
from facilities.models import Bed, Facility, StaffMember, WalletPaper

OVER = 0  # the reminder on the day after the last one


def marks(on: date | None = None) -> list[int]:
    """At how many days before the end a house is told, the most first, and once more when it is over."""
    days = [int(day) for day in parameters.value("facility.paper_reminders", on)]
    return sorted({*days, OVER}, reverse=True)


def mark_of(days: int, steps: Sequence[int]) -> int | None:
    """The reminder that is due `days` before the end (less than 0: it is over); None while it is too early."""
    if days < 0:
        return OVER
    return min((step for step in steps if step != OVER and days <= step), default=None)


def managers_of(unit_id: UUID) -> list[UUID]:
    """Who manages the facility of this unit today."""
    held = RoleAssignment.objects.filter(RoleAssignment.current(timezone.localdate()), role=Role.FACILITY, unit=unit_id)
    users = User.objects.filter(pk__in=held.values("user"), is_active=True)
    return list(users.order_by("id").values_list("pk", flat=True))


def _untold(column: str, reminded: str, today: date, steps: Sequence[int]) -> Q:
    """Whose end has come within a step that was not told yet."""
    wanted = Q(pk__in=[])
    for step in steps:
        last = today - timedelta(days=1) if step == OVER else today + timedelta(days=step)
        wanted |= Q(**{f"{column}__lte": last}) & (Q(**{f"{reminded}__isnull": True}) | Q(**{f"{reminded}__gt": step}))
    return wanted


def papers_to_tell(today: date) -> QuerySet[WalletPaper]:
    """Papers in force of open houses whose managers must be told today."""
    rows = WalletPaper.objects.filter(WalletPaper.current(), _untold("expires_on", "reminded", today, marks(today)))
    return rows.filter(_open_house(today)).order_by("expires_on", "id")


def certificates_to_tell(today: date) -> QuerySet[StaffMember]:
    """Practice certificates, of those who work there, of which the managers must be told today."""
    wanted = _untold("certificate_expires", "certificate_reminded", today, marks(today))
    return StaffMember.objects.filter(StaffMember.working(today), wanted, _open_house(today)).order_by(
        "certificate_expires", "id"
    )


def _open_house(today: date) -> Q:
    return Q(facility__closed_on__isnull=True) | Q(facility__closed_on__gt=today)


def ending(facility: Facility, today: date | None = None) -> list[tuple[date, Any]]:
    """(last day, paper or member) of what ends within the first reminder or is over, the first to end first."""
    day = today or timezone.localdate()
    horizon = day + timedelta(days=max(marks(day)))
    papers = WalletPaper.objects.filter(WalletPaper.current(), facility=facility, expires_on__lte=horizon)
    members = StaffMember.objects.filter(
        StaffMember.working(day), facility=facility, certificate_expires__lte=horizon
    ).defer("phone")
    found: list[tuple[date, Any]] = [(paper.expires_on, paper) for paper in papers if paper.expires_on]
    found += [(member.certificate_expires, member) for member in members if member.certificate_expires]
    return sorted(found, key=lambda pair: (pair[0], str(pair[1].pk)))


def lodges_people(facility: Facility, models: Iterable[str] | None = None) -> bool:
    """Whether people sleep there: by its models, else by its kind (NĐ 103/2017/NĐ-CP Đ.5)."""
    codes = set(models if models is not None else facility.care_models.values_list("code", flat=True))
    if codes:
        return bool(codes & {CareModel.COMPREHENSIVE, CareModel.RESIDENTIAL, CareModel.SHELTER})
    return facility.legal_kind not in (LegalKind.SOCIAL_WORK, LegalKind.OTHER)


def gaps(facility: Facility, base: str = "") -> list[Reason]:
    """What its description lacks for an application: each with the page where it is written, under `base`, the
    address of the facility's page. Six queries."""
    describe = f"/lam/facilities/facility/{facility.pk}/describe/"
    models = list(facility.care_models.values_list("code", flat=True))
    lodging = lodges_people(facility, models)
    staff = list(
        StaffMember.objects.filter(StaffMember.working(timezone.localdate()), facility=facility).values_list(
            "position", flat=True
        )
    )
    wanted: list[tuple[bool, str, str, str]] = [
        (not models, "models", _("Chưa chọn mô hình hoạt động."), describe),
        (lodging and not facility.zone, "zone", _("Chưa chọn khu vực (đô thị, nông thôn, miền núi)."), describe),
        (lodging and not facility.land_area, "land_area", _("Chưa ghi diện tích đất."), describe),
        (not facility.opening_hours, "opening_hours", _("Chưa ghi giờ làm việc, giờ đón tiếp."), describe),
        (not facility.phone, "phone", _("Chưa ghi điện thoại liên hệ."), describe),
        (lodging and not facility.amenities, "amenities", _("Chưa tả khu nhà, điện, nước."), describe),
        (
            lodging and not _beds(facility), "beds", _("Chưa ghi giường nào."), f"{base}nha-giuong/",
        ),
        (Position.DIRECTOR not in staff, "director", _("Chưa ghi người đứng đầu."), f"{base}nhan-su/"),
        (len(staff) < 2, "staff", _("Chưa ghi nhân viên nào ngoài người đứng đầu."), f"{base}nhan-su/"),
        (
            not facility.client_counts.exists(), "clients", _("Chưa ghi số người đang hoặc sẽ phục vụ theo nhóm."),
            f"/lam/facilities/facility/{facility.pk}/count_clients/",
        ),
        (
            not WalletPaper.objects.filter(WalletPaper.current(), facility=facility).exists(), "papers",
            _("Chưa có giấy tờ nào (thành lập, đất, phòng cháy chữa cháy…)."), f"{base}giay-to/",
        ),
        (not facility.prices.exists(), "prices", _("Chưa ghi dịch vụ và giá."), f"{base}dich-vu/"),
    ]  # fmt: skip
    return [Reason(code, text, fix) for missing, code, text, fix in wanted if missing]


def _beds(facility: Facility) -> bool:
    return Bed.objects.filter(facility=facility, closed_on__isnull=True).exists()


def over(day: date, today: date) -> bool:
    """The last day has passed."""
    return day < today
