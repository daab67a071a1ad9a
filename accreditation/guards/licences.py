"""Conditions of a licence that look at other tables, or at the day."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from accreditation.enums import LIVING, ApplicationState, LicenceState
from accreditation.models import Licence
from accreditation.selectors.licences import residents
from core.errors import Reason
from core.lifecycle.actions import Act

_GIVES_WAY = (LicenceState.ACTIVE, LicenceState.RESTRICTED)


def _page(licence: Licence) -> str:
    return f"/giay-phep/{licence.pk}/"


def application_approved(licence: Licence, act: Act) -> Iterable[Reason]:
    """A licence comes from the decision on an application, once; there is no other way."""
    application = licence.application if licence.application_id else None
    if application is None or application.state not in (ApplicationState.APPROVED, ApplicationState.CONDITIONAL):
        yield Reason("no_application", _("Giấy phép chỉ được cấp theo hồ sơ đã chấp thuận."))
    elif Licence.objects.filter(application=application).exclude(state=LicenceState.REVOKED).exists():
        yield Reason("issued", _("Hồ sơ %(number)s đã được cấp giấy phép.") % {"number": application.number})


def facility_open(licence: Licence, act: Act) -> Iterable[Reason]:
    closed = licence.facility.closed_on if licence.facility_id else None
    if closed is not None:
        yield Reason("facility_closed", _("Cơ sở đã giải thể từ ngày %(day)s.") % {"day": f"{closed:%d/%m/%Y}"})


def predecessor_in_force(licence: Licence, act: Act) -> Iterable[Reason]:
    """A suspended licence is first let work again or revoked; nothing goes round a suspension."""
    held = Licence.objects.filter(facility=licence.facility_id, state__in=LIVING).first()
    if held is not None and held.state == LicenceState.SUSPENDED:
        yield Reason(
            "suspended", _("Giấy phép %(number)s đang bị đình chỉ: cho hoạt động trở lại hoặc thu hồi trước.")
            % {"number": held.number}, _page(held),
        )  # fmt: skip


def none_waiting(licence: Licence, act: Act) -> Iterable[Reason]:
    other = Licence.objects.filter(facility=licence.facility_id, state=LicenceState.ISSUED).exclude(pk=licence.pk)
    waiting = other.first()
    if waiting is not None:
        words = {"number": waiting.number, "day": f"{waiting.starts_on:%d/%m/%Y}"}
        yield Reason(
            "waiting", _("Giấy phép %(number)s đã cấp, có hiệu lực từ ngày %(day)s.") % words, _page(waiting)
        )  # fmt: skip


def nothing_in_force(licence: Licence, act: Act) -> Iterable[Reason]:
    """Taken over: the facility has no licence here yet."""
    if not licence.facility_id:
        return
    held = Licence.objects.filter(facility=licence.facility_id, state__in=[*LIVING, LicenceState.ISSUED])
    other = held.exclude(pk=licence.pk).first()
    if other is not None:
        yield Reason("has_licence", _("Cơ sở đã có giấy phép %(number)s.") % {"number": other.number}, _page(other))
    if licence.facility.ownership == "public":
        yield Reason("public", _("Cơ sở công lập hoạt động theo quyết định thành lập, không có giấy phép."))


def number_is_new(licence: Licence, act: Act) -> Iterable[Reason]:
    number = act.data.get("number")
    if number and Licence.objects.filter(number=number).exists():
        yield Reason("number_taken", _("Số giấy phép %(number)s đã có.") % {"number": number})


def day_has_come(licence: Licence, act: Act) -> Iterable[Reason]:
    if licence.starts_on > timezone.localdate(act.at):
        words = {"day": f"{licence.starts_on:%d/%m/%Y}"}
        yield Reason("not_yet", _("Giấy phép có hiệu lực từ ngày %(day)s.") % words)


def predecessor_gives_way(licence: Licence, act: Act) -> Iterable[Reason]:
    """What is in force must be able to be superseded; a suspension or a revocation is not gone round."""
    held = Licence.objects.filter(facility=licence.facility_id, state__in=LIVING).exclude(pk=licence.pk).first()
    if held is not None and held.state not in _GIVES_WAY:
        yield Reason("suspended", _("Giấy phép %(number)s đang bị đình chỉ.") % {"number": held.number}, _page(held))


def noticed(licence: Licence, act: Act) -> Iterable[Reason]:
    """First the notice and the facility's say (`due.suspend_reply`); at once only where a danger is stated."""
    if act.asking or act.data.get("immediate"):
        return
    if licence.noticed_at is None:
        yield Reason("no_notice", _("Chưa thông báo cho cơ sở. Chỉ đình chỉ ngay khi có nguy hiểm."), _page(licence))
    elif licence.replied_at is None and licence.reply_by is not None and act.at < licence.reply_by:
        until = timezone.localtime(licence.reply_by)
        words = {"until": f"{until:%H:%M %d/%m/%Y}"}
        yield Reason("reply_running", _("Cơ sở còn được giải trình đến %(until)s.") % words, _page(licence))


def no_notice_running(licence: Licence, act: Act) -> Iterable[Reason]:
    if licence.noticed_at is not None:
        yield Reason("noticed", _("Đã thông báo ngày %(day)s.") % {"day": _day(licence.noticed_at)}, _page(licence))


def notice_running(licence: Licence, act: Act) -> Iterable[Reason]:
    if licence.noticed_at is None:
        yield Reason("no_notice", _("Không có thông báo nào về việc đình chỉ."))


def not_yet_replied(licence: Licence, act: Act) -> Iterable[Reason]:
    if licence.replied_at is not None:
        yield Reason("replied", _("Đã giải trình ngày %(day)s.") % {"day": _day(licence.replied_at)})


def plan_for_residents(licence: Licence, act: Act) -> Iterable[Reason]:
    if act.asking or act.data.get("relocation_plan"):
        return
    count = residents(licence.facility)
    if count:
        words = {"count": count}
        yield Reason("no_plan", _("Còn %(count)s người đang ở. Ghi phương án chuyển từng người.") % words)


def residents_settled(licence: Licence, act: Act) -> Iterable[Reason]:
    """After the end of a licence nobody may live there any more; while it is suspended they may stay."""
    if licence.state == LicenceState.SUSPENDED:
        return
    count = residents(licence.facility)
    if count:
        yield Reason("residents", _("Còn %(count)s người đang ở.") % {"count": count})


def no_successor_waiting(licence: Licence, act: Act) -> Iterable[Reason]:
    yield from none_waiting(licence, act)


def place_is_free(licence: Licence, act: Act) -> Iterable[Reason]:
    """After a revocation is reversed: nothing else may have taken the licence's place."""
    wanted = [LicenceState.ISSUED] if licence.revoked_from == LicenceState.ISSUED else LIVING
    others = Licence.objects.filter(facility=licence.facility_id).exclude(pk=licence.pk)
    other = others.filter(state__in=wanted).first()
    if other is not None:
        yield Reason("has_licence", _("Cơ sở đã có giấy phép %(number)s.") % {"number": other.number}, _page(other))


def _day(at: object) -> str:
    return f"{timezone.localtime(at):%d/%m/%Y}"  # type: ignore[arg-type]
