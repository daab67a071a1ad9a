"""What a facility may apply for now: each procedure that is handed in here, with the reasons why it may not yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from accreditation.enums import APPLICATION_OPEN, LIVING, ApplicationKind, LicenceKind
from accreditation.models import Application, Licence, Procedure, ProcedureComponent, Registration
from core.clock import parameters
from core.errors import Reason
from facilities.enums import Ownership
from facilities.models import Facility

K = ApplicationKind


@dataclass(frozen=True)
class Option:
    """`papers`: what is always asked for, in its order; `reasons` empty where it may be applied for."""

    procedure: Procedure
    papers: tuple[ProcedureComponent, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class _Standing:
    """What a facility has: decides what may be asked for."""

    facility: Facility
    registration: Registration | None
    licence: Licence | None
    coming: Licence | None
    small_max: int
    open: dict[str, Application]


def options(facility: Facility, on: date | None = None) -> list[Option]:
    """Every procedure of the day, in its order. Six queries."""
    day = on or timezone.localdate()
    standing = _standing(facility, day)
    papers: dict[str, list[ProcedureComponent]] = {}
    for component in ProcedureComponent.objects.filter(ProcedureComponent.on(day), when=""):
        papers.setdefault(component.procedure, []).append(component)
    rows = Procedure.objects.filter(Procedure.on(day), online=True)
    return [Option(row, tuple(papers.get(row.code, ())), tuple(_reasons(row, standing))) for row in rows]


def _standing(facility: Facility, day: date) -> _Standing:
    licences = list(Licence.objects.filter(facility=facility, state__in=[*LIVING, "issued"]))
    waiting = Application.objects.filter(facility=facility, state__in=APPLICATION_OPEN)
    return _Standing(
        facility=facility,
        registration=Registration.objects.filter(facility=facility, ended_on__isnull=True).first(),
        licence=next((row for row in licences if row.state in LIVING), None),
        coming=next((row for row in licences if row.state not in LIVING), None),
        small_max=parameters.held("licence.small_capacity_max", day).number("times"),
        open={row.kind: row for row in waiting},
    )


def _reasons(procedure: Procedure, has: _Standing) -> list[Reason]:
    """The first reason is enough: what else stands in the way shows when it is gone."""
    return [*_always(procedure, has), *_by_kind(procedure.code, has)][:1]


def _always(procedure: Procedure, has: _Standing) -> Iterator[Reason]:
    if has.facility.closed_on is not None:
        yield Reason("closed", _("Cơ sở đã thôi hoạt động."))
    if has.facility.ownership == Ownership.PUBLIC:
        yield Reason("public", _("Cơ sở công lập hoạt động theo quyết định thành lập, không qua thủ tục này."))
    if not procedure.switched_on:
        yield Reason("switched_off", _("Chưa áp dụng: %(why)s.") % {"why": procedure.note or procedure.article})
    row = has.open.get(procedure.code)
    if row is not None:
        words = _("Hồ sơ %(number)s cùng loại đang mở.") % {"number": row.number}
        yield Reason("open_already", words, f"/ho-so/{row.pk}/")


def _by_kind(kind: str, has: _Standing) -> Iterator[Reason]:
    capacity, held = has.facility.capacity, has.licence or has.coming
    small = capacity is not None and capacity <= has.small_max
    if kind == K.REGISTER and has.registration is not None:
        yield Reason("registered", _("Cơ sở đã có giấy chứng nhận %(n)s.") % {"n": has.registration.number})
    if kind == K.REGISTER_CHANGE and has.registration is None:
        yield Reason("not_registered", _("Cơ sở chưa có giấy chứng nhận đăng ký thành lập trong hệ thống."))
    if kind in (K.REGISTER, K.LICENCE, K.SMALL) and held is not None:
        yield Reason("licensed", _("Cơ sở đã có giấy phép %(n)s.") % {"n": held.number})
    if kind == K.SMALL and capacity is not None and not small:
        words = _("Chỉ dành cho cơ sở nhận nhiều nhất %(max)d người; cơ sở ghi quy mô %(n)d người.")
        yield Reason("too_big", words % {"max": has.small_max, "n": capacity})
    if kind == K.LICENCE and small:
        words = _("Cơ sở nhận dưới %(n)d người đăng ký hoạt động với UBND xã, phường.")
        yield Reason("small", words % {"n": has.small_max + 1})
    if kind in (K.ADJUST, K.REISSUE, K.RENEW):
        yield from _of_licence(kind, has.licence)
    if kind == K.DISSOLVE and has.registration is None and held is None:
        yield Reason("nothing", _("Cơ sở chưa được đăng ký hay cấp phép."))


def _of_licence(kind: str, licence: Licence | None) -> Iterator[Reason]:
    if licence is None:
        yield Reason("not_licensed", _("Cơ sở chưa có giấy phép đang dùng."))
    elif kind != K.REISSUE and licence.kind == LicenceKind.SMALL:
        yield Reason("small", _("Giấy xác nhận của cơ sở dưới 10 đối tượng không có thủ tục này."))
    elif kind == K.RENEW and licence.ends_on is None:
        yield Reason("no_term", _("Giấy phép không ghi thời hạn nên không phải gia hạn."))
