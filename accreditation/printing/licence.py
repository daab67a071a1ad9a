"""Giấy phép hoạt động with its QR code, and giấy chứng nhận đăng ký thành lập."""

from dataclasses import replace
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from accreditation import signing
from accreditation.enums import LicenceKind, LicenceState
from accreditation.models import Licence, Registration
from accreditation.printing import heading
from accreditation.selectors.asked import group_names
from accreditation.selectors.licences import Phase, end_of, phase_of
from core.documents.printing.contracts import Signature
from core.documents.printing.recognition import LicencePaper, Line, RegistrationPaper
from core.web.display import vndate, vnnum
from facilities.enums import LegalKind

_PROCEDURES = {LicenceKind.LICENCE: "licence", LicenceKind.SMALL: "small_facility"}


def licence_paper(row: Licence, base: str) -> LicencePaper:
    """`base` is the beginning of our addresses. What is printed stands on the row since its issue; what has happened
    since is told in a box."""
    kind = row.application.kind if row.application else _PROCEDURES[LicenceKind(row.kind)]
    head = heading.head_of(row.to_unit, row.number, row.issued_on)
    taken_over = row.application is None
    if taken_over:
        head = replace(head, parent_body="", issuing_body=row.issuer)
    return LicencePaper(
        letterhead=head,
        heading=_("Giấy xác nhận đăng ký hoạt động") if row.kind == LicenceKind.SMALL else _("Giấy phép hoạt động"),
        authority=row.issuer if taken_over else heading.authority_of(row.to_unit),
        grounds=_grounds(row, kind), facility=row.facility_name, address=row.address, head_name=row.head_name,
        legal_kind=row.get_legal_kind_display(), tasks=row.tasks,
        groups=tuple(group_names(sorted(row.groups.values_list("code", flat=True)))),
        capacity="" if row.capacity is None else _("%(n)s người cùng lúc") % {"n": vnnum(row.capacity)},
        starts=row.starts_on, term=_term(row), conditions=row.conditions, replaces=_replaces(row), notice=_notice(row),
        code=" ".join(row.code[at : at + 4] for at in range(0, len(row.code), 4)),
        qr=signing.qr_svg(signing.check_url(base, signing.sign(row))),
        check_address=base.rstrip("/") + signing.CHECK_PATH,
        signature=_signature(row),
        recipients=_recipients(row), archive=_("VT, hồ sơ cấp phép"),
    )  # fmt: skip


def _signature(row: Licence) -> Signature:
    if row.application is None:
        return Signature(title=_("Người ký bản gốc"))
    return heading.signed_by(row.issued_by, row.to_unit)


def _grounds(row: Licence, kind: str) -> tuple[str, ...]:
    grounds = [heading.ground_of(heading.basis_of_procedure(kind, row.issued_on))]
    if row.application is not None:
        grounds.append(_("Xét hồ sơ số %(number)s") % {"number": row.application.number})
    return tuple(grounds)


def _recipients(row: Licence) -> tuple[str, ...]:
    commune = row.facility.commune
    if commune is None or row.facility.hidden_address:
        return (row.facility_name,)
    return row.facility_name, _("Ủy ban nhân dân %(commune)s") % {"commune": commune.label}


def _term(row: Licence) -> str:
    if row.ends_on is None:
        return _("không ghi thời hạn")
    return _("đến trước ngày %(day)s") % {"day": vndate(row.ends_on)}


def _replaces(row: Licence) -> str:
    former = row.predecessor
    if former is None:
        return ""
    return _("Giấy phép số %(number)s, ngày %(day)s") % {"number": former.number, "day": vndate(former.issued_on)}


def _notice(row: Licence) -> str:
    """What whoever holds the paper must know; empty while it holds as it stands."""
    today = timezone.localdate()
    lines = [_told(row, today)]
    if row.application is None:
        lines.append(_("In từ sổ theo giấy phép giấy của trước; không thay bản gốc."))
    told = [line for line in lines if line]
    return "\n".join([*told, _("In ngày %(day)s.") % {"day": vndate(today)}]) if told else ""


def _told(row: Licence, today: date) -> str:
    state = LicenceState(row.state)
    if state == LicenceState.ISSUED:
        return _("Chưa có hiệu lực trước ngày %(day)s.") % {"day": vndate(row.starts_on)}
    if state == LicenceState.SUSPENDED:
        return _("Đang bị tạm đình chỉ hoạt động.")
    if state == LicenceState.RESTRICTED:
        return _restricted(row)
    if state != LicenceState.ACTIVE:
        return _("Không còn hiệu lực: %(state)s.") % {"state": str(row.get_state_display()).lower()}
    phase = phase_of(row, today)
    if phase == Phase.GRACE:
        return _("Hết thời hạn, được hoạt động đến trước ngày %(day)s trong khi xét gia hạn.") % {
            "day": vndate(end_of(row, today))
        }
    return _("Đã hết thời hạn.") if phase == Phase.EXPIRED else ""


def _restricted(row: Licence) -> str:
    parts = []
    if row.limit_groups:
        parts.append(_("chỉ nhận nhóm: %(groups)s") % {"groups": "; ".join(group_names(row.limit_groups))})
    if row.limit_capacity is not None:
        parts.append(_("nhiều nhất %(n)s người") % {"n": vnnum(row.limit_capacity)})
    told = ", ".join(parts) or _("theo điều kiện kèm theo")
    return _("Đang bị thu hẹp phạm vi: %(what)s.") % {"what": told}


def registration_paper(row: Registration) -> RegistrationPaper:
    """The certificate as it was given."""
    application = row.application
    unit = application.to_unit if application else row.facility.unit
    facts = row.facts
    lines = (
        Line(_("Tên cơ sở"), str(facts.get("name") or row.facility.unit.name)),
        Line(_("Loại hình"), str(dict(LegalKind.choices).get(facts.get("legal_kind"), ""))),
        Line(
            _("Địa chỉ trụ sở"), _("được giữ kín") if row.facility.hidden_address else str(facts.get("address") or "")
        ),
        Line(_("Người đứng đầu"), str(facts.get("head_name") or "")),
        Line(_("Đối tượng phục vụ"), "\n".join(group_names(facts.get("groups") or []))),
        Line(_("Quy mô"), _("%(n)s người") % {"n": vnnum(facts["capacity"])} if facts.get("capacity") else ""),
    )
    head = heading.head_of(unit, row.number, row.issued_on)
    basis = heading.basis_of_procedure(application.kind if application else "register", row.issued_on)
    if application is None:
        head = replace(head, parent_body="", issuing_body=row.issuer)
    return RegistrationPaper(
        letterhead=head, authority=heading.authority_of(unit) if application else row.issuer,
        grounds=(heading.ground_of(basis),),
        lines=lines, replaces=_former(row), notice=_ended(row),
        signature=heading.signed_by(application.decided_by, unit) if application else Signature(),
        recipients=(str(facts.get("name") or row.facility.unit.name),),
    )  # fmt: skip


def _former(row: Registration) -> str:
    former = Registration.objects.filter(replaced_by=row).first()
    if former is None:
        return ""
    words = {"number": former.number, "day": vndate(former.issued_on)}
    return _("Giấy chứng nhận số %(number)s, ngày %(day)s") % words


def _ended(row: Registration) -> str:
    if row.ended_on is None:
        return ""
    return _("Không còn hiệu lực từ ngày %(day)s.") % {"day": vndate(row.ended_on)}
