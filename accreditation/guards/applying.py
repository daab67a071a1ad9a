"""What keeps an applicant from beginning, handing in, answering or appealing; each names what is to be mended."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from accreditation.enums import (
    APPLICATION_OPEN,
    GIVES_LICENCE,
    ApplicationKind,
    ApplicationState,
    Change,
    LicenceKind,
    LicenceState,
)  # fmt: skip
from accreditation.models import Application, ApplicationPaper, Registration
from accreditation.selectors import dossier, procedures, terms
from core.clock import parameters
from core.clock.due import local_date
from core.errors import Reason
from core.lifecycle.actions import Act
from facilities.enums import Ownership

Reasons = Iterable[Reason]
K, S = ApplicationKind, ApplicationState
# While the applicant has the file papers come in; in the other two states only evidence.
TAKES_PAPERS = (S.DRAFT, S.RETURNED, S.CORRECTION, S.CONDITIONAL)


def _kind(application: Application, act: Act) -> str:
    return str(act.data.get("kind") or application.kind)


def page(application: Application) -> str:
    return f"/ho-so/{application.pk}/"


def procedure_runs(application: Application, act: Act) -> Reasons:
    """Renewal, for one, waits for an article that gives a licence a term."""
    row = procedures.procedure(_kind(application, act))
    if row is None or not row.online:
        yield Reason("no_procedure", _("Thủ tục này không nộp tại đây."))
    elif not row.switched_on:
        words = {"name": row.name, "why": row.article}
        yield Reason("switched_off", _("Chưa áp dụng thủ tục “%(name)s”: %(why)s.") % words)


def facility_applies(application: Application, act: Act) -> Reasons:
    """Recognition is for non-public facilities that are not dissolved (NĐ 103/2017/NĐ-CP Đ.2, Đ.26)."""
    facility = application.facility
    if facility.ownership != Ownership.PRIVATE:
        yield Reason("public", _("Cơ sở công lập hoạt động theo quyết định thành lập, không làm thủ tục này."))
    if facility.closed_on is not None:
        yield Reason("closed", _("Cơ sở đã giải thể ngày %(day)s.") % {"day": f"{facility.closed_on:%d/%m/%Y}"})


def one_open_per_kind(application: Application, act: Act) -> Reasons:
    others = Application.objects.filter(
        facility=application.facility_id, kind=_kind(application, act), state__in=APPLICATION_OPEN
    )
    other = others.exclude(pk=application.pk).first()
    if other is not None:
        words = {"number": other.number, "state": other.get_state_display()}
        yield Reason("open_already", _("Đã có hồ sơ %(number)s cùng loại (%(state)s).") % words, page(other))


def licence_fits(application: Application, act: Act) -> Reasons:
    """Adjusting needs a licence that works; a first licence, that there is none yet."""
    kind, licence = _kind(application, act), procedures.living_licence(application.facility)
    if kind in (K.ADJUST, K.REISSUE, K.RENEW):
        if licence is None:
            yield Reason("no_licence", _("Cơ sở chưa có giấy phép còn hiệu lực."))
        elif licence.state == LicenceState.SUSPENDED:
            text = _("Giấy phép %(number)s đang bị tạm đình chỉ: khắc phục để được hoạt động trở lại trước.")
            yield Reason("licence_suspended", text % {"number": licence.number})
    if kind in (K.LICENCE, K.SMALL) and licence is not None:
        text = _("Cơ sở đã có giấy phép %(number)s. Chọn điều chỉnh hoặc cấp lại.")
        yield Reason("licence_there", text % {"number": licence.number})
    registered = Registration.objects.filter(facility=application.facility, ended_on__isnull=True).first()
    if kind == K.REGISTER and registered is not None:
        text = _("Cơ sở đã có giấy chứng nhận đăng ký %(number)s. Chọn thay đổi, cấp lại giấy chứng nhận.")
        yield Reason("registered", text % {"number": registered.number})


def somebody_competent(application: Application, act: Act) -> Reasons:
    kind = _kind(application, act)
    if procedures.competent_unit(application.facility, kind) is not None:
        return
    fix = f"/co-so/{application.facility.unit_id}/"
    if kind == K.SMALL and application.facility.commune_id is None:
        yield Reason("no_commune", _("Sổ cơ sở chưa ghi cơ sở nằm ở xã, phường nào."), fix)
    else:
        yield Reason("nobody_competent", _("Cơ quan giải quyết thủ tục này chưa có trong hệ thống."), fix)


BEGIN = (procedure_runs, facility_applies, one_open_per_kind, licence_fits, somebody_competent)


def asked_completely(application: Application, act: Act) -> Reasons:
    """What the decision will need; each says where it is typed."""
    asked, fix = application.asked, f"/lam/accreditation/application/{application.pk}/edit/"
    missing = [text for name, text in _needed(application) if asked.get(name) in (None, "", [])]
    for text in missing:
        yield Reason("not_said", _("Chưa ghi %(what)s.") % {"what": text}, fix)
    most = parameters.value("licence.small_capacity_max")
    if _is_small(application) and (asked.get("capacity") or 0) > most:
        text = _("Cơ sở đăng ký ở xã, phường nhận nhiều nhất %(most)d người.") % {"most": most}
        yield Reason("too_big", text, fix)


def _is_small(application: Application) -> bool:
    """A home that the commune recognises, now or already; one that has grown applies for a licence."""
    licence = application.licence
    return application.kind == K.SMALL or (licence is not None and licence.kind == LicenceKind.SMALL)


def _needed(application: Application) -> list[tuple[str, str]]:
    kind, changes = application.kind, set(application.asked.get("changes") or [])
    needed: list[tuple[str, str]] = []
    if kind in (K.REGISTER, K.LICENCE, K.SMALL):
        needed += [("name", _("tên cơ sở")), ("legal_kind", _("loại hình")), ("head_name", _("người đứng đầu"))]
        if not application.facility.hidden_address:
            needed.append(("address", _("địa chỉ")))
    if kind in GIVES_LICENCE:
        needed += [("groups", _("nhóm đối tượng")), ("capacity", _("quy mô"))]
    if kind == K.ADJUST:
        needed.append(("changes", _("điều chỉnh những gì")))
        of_change = {
            Change.NAME: ("name", _("tên mới")), Change.ADDRESS: ("address", _("địa chỉ mới")),
            Change.HEAD: ("head_name", _("người đứng đầu mới")), Change.KIND: ("legal_kind", _("loại hình mới")),
            Change.TASK: ("tasks", _("nhiệm vụ mới")),
        }  # fmt: skip
        needed += [
            field for change, field in of_change.items()
            if change in changes and not (field[0] == "address" and application.facility.hidden_address)
        ]  # fmt: skip
    if kind in (K.REGISTER_CHANGE, K.REISSUE, K.DISSOLVE, K.ADJUST):
        needed.append(("reason", _("lý do")))
    if kind == K.DISSOLVE:
        needed.append(("dissolve_on", _("ngày dự kiến giải thể")))
    return needed


def dossier_complete(application: Application, act: Act) -> Reasons:
    """Every paper that is asked for, valid on the day of submission."""
    for entry in dossier.lacking(application, timezone.localdate()):
        yield Reason(entry.code, entry.problem, f"#giay-{entry.component.code}")


def defects_answered(application: Application, act: Act) -> Reasons:
    for row in dossier.unanswered_defects(application):
        yield Reason("not_answered", _("Chưa trả lời: %(what)s.") % {"what": row.text}, f"#thieu-sot-{row.pk}")


def items_shown(application: Application, act: Act) -> Reasons:
    """What was mended is shown; what is contested is explained (right of reply)."""
    for row in dossier.without_evidence(application):
        text = _("Chưa có ảnh hoặc giấy tờ chứng minh: %(what)s.") % {"what": row.text}
        yield Reason("no_evidence", text, f"#thieu-sot-{row.pk}")


def takes_papers(paper: ApplicationPaper, act: Act) -> Reasons:
    application = paper.application
    if application.state not in TAKES_PAPERS:
        label = application.get_state_display()
        yield Reason("wrong_state", _("Hồ sơ đang ở bước “%(state)s”, không nộp thêm giấy tờ.") % {"state": label})
        return
    if act.asking or "component" not in act.data:
        return
    evidence = act.data["component"].startswith(dossier.ITEM)
    if application.state == S.CONDITIONAL and act.data["component"] != dossier.CONDITIONS:
        yield Reason("only_evidence", _("Ở bước này chỉ nộp bằng chứng đã thực hiện điều kiện."))
    elif application.state != S.CONDITIONAL and act.data["component"] == dossier.CONDITIONS:
        yield Reason("no_conditions", _("Hồ sơ này không có điều kiện phải thực hiện."))
    elif application.state == S.DRAFT and evidence:
        yield Reason("no_items", _("Hồ sơ này chưa có thiếu sót nào phải sửa."))


def conditions_told(application: Application, act: Act) -> Reasons:
    """Before `met`: the facility has said how its conditions were met."""
    if not application.conditions_evidence:
        yield Reason("no_evidence", _("Cơ sở chưa báo đã thực hiện điều kiện thế nào."), page(application))


def appeal_in_time(application: Application, act: Act) -> Reasons:
    last = terms.appeal_until(application)
    if last is not None and local_date(act.at) > last:
        yield Reason("too_late", _("Đã hết thời hiệu khiếu nại (đến hết ngày %(day)s).") % {"day": f"{last:%d/%m/%Y}"})


def not_appealed(application: Application, act: Act) -> Reasons:
    """One appeal against one refusal; after it the court, or the authority above (Luật Khiếu nại 2011 Đ.7)."""
    appealed, decided = application.appealed_at, application.decided_at
    if appealed is not None and decided is not None and appealed >= decided:
        yield Reason(
            "appealed", _("Quyết định này đã được xem xét khiếu nại. Có thể khiếu nại lần hai hoặc khởi kiện.")
        )
