"""Quyết định: one paper for all decisions on applications and licences; the articles differ by kind."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accreditation.enums import DecisionKind, RevokeReason
from accreditation.models import Application, Decision
from accreditation.printing import heading
from accreditation.selectors import procedures
from accreditation.selectors.asked import group_names
from core.clock import parameters
from core.documents.printing.recognition import DecisionPaper
from core.web.display import vndate, vnnum

K = DecisionKind
# What the paper is about when it is a licence's, with the words of Điều 1.
_MEASURES = {
    K.RESTRICT, K.LIFT, K.SUSPEND, K.REINSTATE, K.REVOKE, K.SURRENDER, K.REVERSE,
}  # fmt: skip


def decision_paper(row: Decision) -> DecisionPaper:
    """The decision as it was signed; nothing in it changes afterwards."""
    unit, kind = row.unit, DecisionKind(row.kind)
    articles = [text for text in _ARTICLES[kind](row) if text]
    return DecisionPaper(
        letterhead=heading.head_of(unit, row.number, row.signed_on), subject=_subject(row, kind),
        authority=heading.authority_of(unit), grounds=_grounds(row, kind), proposal=_proposal(row),
        articles=(*articles, _appeal(row, kind), _implementers(row)), signature=heading.signed_by(row.signed_by, unit),
        recipients=(_("Như Điều %(n)s") % {"n": len(articles) + 2}, _facility(row)), archive=_archive(row),
    )  # fmt: skip


def _facility(row: Decision) -> str:
    if row.licence is not None and row.application is None:
        return row.licence.facility_name
    facility = row.application.facility if row.application else row.licence.facility  # type: ignore[union-attr]
    return facility.unit.name


def _procedure(application: Application) -> str:
    found = procedures.procedure(application.kind, procedures.day_of(application))
    return found.name if found is not None else str(application.get_kind_display())


def _subject(row: Decision, kind: DecisionKind) -> str:
    words = {"facility": _facility(row), "kind": str(kind.label).lower()}
    if kind in _MEASURES:
        return _("Về việc %(kind)s đối với %(facility)s") % words
    assert row.application is not None
    words["procedure"] = _lower(_procedure(row.application))
    return _("Về việc %(kind)s hồ sơ %(procedure)s của %(facility)s") % words


def _grounds(row: Decision, kind: DecisionKind) -> tuple[str, ...]:
    basis = row.basis
    if not basis and row.application is not None:
        basis = heading.basis_of_procedure(row.application.kind, row.signed_on)
    grounds = [heading.ground_of(basis or heading.basis_of_measures(row.signed_on))]
    if row.application is not None:
        grounds.append(_("Xét hồ sơ số %(number)s") % {"number": row.application.number})
    elif row.licence is not None:
        words = {"number": row.licence.number, "day": vndate(row.licence.issued_on)}
        grounds.append(_("Xét giấy phép số %(number)s ngày %(day)s") % words)
    if row.facts.get("appeal_number"):
        grounds.append(_("Căn cứ %(number)s về giải quyết khiếu nại") % {"number": row.facts["appeal_number"]})
    return tuple(grounds)


def _proposal(row: Decision) -> str:
    if row.application is not None:
        return _("Theo đề nghị của người thẩm định hồ sơ")
    return _("Theo đề nghị của bộ phận cấp phép, kiểm tra")


def _archive(row: Decision) -> str:
    about = row.application or row.licence
    return _("VT, hồ sơ %(number)s") % {"number": about.number if about is not None else ""}


def _appeal(row: Decision, kind: DecisionKind) -> str:
    days = parameters.calendar_days("application.appeal_window", row.signed_on)
    words = {"day": vndate(row.effective_on), "facility": _facility(row), "days": days}
    text = _(
        "Quyết định này có hiệu lực từ ngày %(day)s. %(facility)s có quyền khiếu nại trong thời hạn %(days)s ngày."
    )
    return text % words


def _implementers(row: Decision) -> str:
    words = {"facility": _facility(row)}
    return _("Các bộ phận có liên quan và %(facility)s chịu trách nhiệm thi hành Quyết định này.") % words


# --- the articles ---
def _why(row: Decision) -> str:
    return _("Lý do: %(why)s") % {"why": row.reasons} if row.reasons.strip() else ""


def _join(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


def _on_file(row: Decision, text: str) -> str:
    assert row.application is not None
    words = {
        "number": row.application.number, "facility": _facility(row), "procedure": _lower(_procedure(row.application)),
    }  # fmt: skip
    return text % words


def _approve(row: Decision) -> list[str]:
    first = _on_file(row, _("Chấp thuận hồ sơ số %(number)s của %(facility)s về việc %(procedure)s."))
    return [_join(first, _granted(row), _why(row)), _result(row)]


def _granted(row: Decision) -> str:
    facts, parts = row.facts, []
    if facts.get("groups"):
        parts.append(_("Được nhận các nhóm: %(groups)s.") % {"groups": "; ".join(group_names(facts["groups"]))})
    if facts.get("capacity"):
        parts.append(_("Quy mô: %(n)s người cùng lúc.") % {"n": vnnum(facts["capacity"])})
    if facts.get("ends_on"):
        parts.append(_("Thời hạn: đến trước ngày %(day)s.") % {"day": vndate(_day(facts["ends_on"]))})
    return _join(*parts)


def _result(row: Decision) -> str:
    if row.licence is None:
        return ""
    words = {"number": row.licence.number, "day": vndate(row.licence.starts_on)}
    return _("Cấp giấy phép hoạt động số %(number)s, có hiệu lực từ ngày %(day)s.") % words


def _conditional(row: Decision) -> list[str]:
    first = _on_file(row, _("Chấp thuận có điều kiện hồ sơ số %(number)s của %(facility)s về việc %(procedure)s."))
    facts = row.facts
    until = facts.get("conditions_by")
    asked = str(facts.get("conditions") or "")
    words = {"day": vndate(_day(until)) if until else "…", "conditions": asked}
    second = _("Cơ sở phải thực hiện trước ngày %(day)s: %(conditions)s") % words
    return [_join(first, _granted(row), _limits(facts.get("limit_groups"), facts.get("limit_capacity")), _why(row)),
            second, _result(row)]  # fmt: skip


def _refuse(row: Decision) -> list[str]:
    first = _on_file(row, _("Từ chối hồ sơ số %(number)s của %(facility)s về việc %(procedure)s."))
    return [_join(first, _why(row))]


def _extend(row: Decision) -> list[str]:
    first = _on_file(row, _("Gia hạn thời gian giải quyết hồ sơ số %(number)s của %(facility)s."))
    days = row.facts.get("days")
    more = _("Thời gian gia hạn: %(days)s ngày làm việc.") % {"days": days} if days else ""
    return [_join(first, more, _why(row))]


def _uphold(row: Decision) -> list[str]:
    first = _on_file(row, _("Giữ nguyên quyết định từ chối hồ sơ số %(number)s của %(facility)s."))
    return [_join(first, _why(row))]


def _overturn(row: Decision) -> list[str]:
    first = _on_file(
        row, _("Hủy quyết định từ chối hồ sơ số %(number)s của %(facility)s, giao người khác thẩm định lại.")
    )
    return [_join(first, _why(row))]


def _on_licence(row: Decision, text: str) -> str:
    assert row.licence is not None
    return text % {"facility": _facility(row), "number": row.licence.number}


def _limits(groups: Any, capacity: Any) -> str:
    parts = []
    if groups:
        parts.append(_("Chỉ được nhận nhóm: %(groups)s.") % {"groups": "; ".join(group_names(groups))})
    if capacity:
        parts.append(_("Nhận nhiều nhất %(n)s người cùng lúc.") % {"n": vnnum(capacity)})
    return _join(*parts)


def _restrict(row: Decision) -> list[str]:
    first = _on_licence(row, _("Thu hẹp phạm vi hoạt động của %(facility)s theo giấy phép số %(number)s."))
    return [_join(first, _limits(row.facts.get("groups"), row.facts.get("capacity")), _why(row))]


def _lift(row: Decision) -> list[str]:
    first = _on_licence(row, _("Bỏ thu hẹp phạm vi; %(facility)s hoạt động theo giấy phép số %(number)s."))
    return [_join(first, _why(row))]


def _suspend(row: Decision) -> list[str]:
    first = _on_licence(row, _("Tạm đình chỉ hoạt động của %(facility)s, giấy phép số %(number)s."))
    facts = row.facts
    danger = _("Nguy hiểm: %(what)s") % {"what": facts["danger"]} if facts.get("danger") else ""
    notice = _("Điều kiện không còn bảo đảm: %(what)s") % {"what": facts["notice"]} if facts.get("notice") else ""
    day = {"day": vndate(_day(facts["mend_by"]))} if facts.get("mend_by") else {"day": "…"}
    second = _("Trong thời gian đình chỉ cơ sở không tiếp nhận thêm người; khắc phục trước ngày %(day)s.") % day
    return [_join(first, notice, danger, _why(row)), second]


def _reinstate(row: Decision) -> list[str]:
    first = _on_licence(row, _("Cho %(facility)s hoạt động trở lại theo giấy phép số %(number)s."))
    facts, checked = row.facts, ""
    if facts.get("inspection"):
        checked = _("Theo kết quả kiểm tra lại số %(number)s.") % {"number": facts["inspection"]}
    elif facts.get("visited_on"):
        words = {"day": vndate(_day(facts["visited_on"])), "by": facts.get("visited_by") or ""}
        checked = _("Theo kết quả kiểm tra lại ngày %(day)s (%(by)s).") % words
    return [_join(first, checked, _why(row))]


def _revoke(row: Decision) -> list[str]:
    first = _on_licence(row, _("Thu hồi giấy phép số %(number)s của %(facility)s."))
    reason = row.facts.get("reason")
    label = dict(RevokeReason.choices).get(reason)
    ground = _("Trường hợp thu hồi: %(what)s.") % {"what": label} if label else ""
    return [_join(first, ground, _why(row)), _plan(row)]


def _plan(row: Decision) -> str:
    plan = row.facts.get("relocation_plan")
    return _("Phương án đối với những người đang ở: %(plan)s") % {"plan": plan} if plan else ""


def _surrender(row: Decision) -> list[str]:
    first = _on_licence(row, _("Chấp thuận việc %(facility)s trả lại giấy phép số %(number)s; giấy phép hết hiệu lực."))
    return [_join(first, _why(row)), _plan(row)]


def _reverse(row: Decision) -> list[str]:
    first = _on_licence(
        row, _("Hủy quyết định thu hồi; giấy phép số %(number)s của %(facility)s có giá trị như trước.")
    )
    return [_join(first, _why(row))]


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


_ARTICLES: dict[DecisionKind, Callable[[Decision], list[str]]] = {
    K.APPROVE: _approve, K.CONDITIONAL: _conditional, K.REFUSE: _refuse, K.EXTEND: _extend, K.UPHOLD: _uphold,
    K.OVERTURN: _overturn, K.RESTRICT: _restrict, K.LIFT: _lift, K.SUSPEND: _suspend, K.REINSTATE: _reinstate,
    K.REVOKE: _revoke, K.SURRENDER: _surrender, K.REVERSE: _reverse,
}  # fmt: skip
