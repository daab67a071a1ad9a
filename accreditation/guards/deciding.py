"""Who may decide (never the officer, the applicant, the house, nor twice the same head) and on what."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accreditation.enums import GIVES_LICENCE, ApplicationState
from accreditation.guards.appraising import unrelated
from accreditation.models import Application
from accreditation.selectors import dossier, people
from core.errors import Reason
from core.lifecycle.actions import Act

Reasons = Iterable[Reason]
S = ApplicationState


def not_the_officer(application: Application, act: Act) -> Reasons:
    """Whoever appraised, went on site or recommended does not decide."""
    hands = {application.officer_id, application.former_officer_id, application.recommended_by_id}
    if act.by.id is not None and (act.by.id in hands or act.by.id in people.visited(application)):
        yield Reason("own_appraisal", _("Người thẩm định không quyết định hồ sơ."))


def another_than_before(application: Application, act: Act) -> Reasons:
    """After a successful appeal neither who refused first decides anew."""
    if application.former_officer_id is not None and act.by.id == application.refused_by_id:
        yield Reason("refused_before", _("Hồ sơ được xem xét lại sau khiếu nại: người khác quyết định."))


def not_the_appeal_head(application: Application, act: Act) -> Reasons:
    """Whoever granted an appeal may approve afterwards, not refuse: that refusal could not be appealed to another."""
    if act.by.id is not None and act.by.id == application.appeal_decided_by_id:
        yield Reason("appeal_head", _("Người đã giải quyết khiếu nại không ra quyết định từ chối."))


def another_head(application: Application, act: Act) -> Reasons:
    """An appeal goes to somebody who had no part in the refusal."""
    hands = {application.refused_by_id, application.decided_by_id, application.officer_id}
    hands |= {application.former_officer_id, application.recommended_by_id}
    if act.by.id is not None and (act.by.id in hands or act.by.id in people.visited(application)):
        yield Reason("same_head", _("Người khác giải quyết khiếu nại: không phải người đã thẩm định hay từ chối."))


DECIDER = (unrelated, not_the_officer, another_than_before)
REFUSER = (*DECIDER, not_the_appeal_head)
APPEAL = (unrelated, another_head)


def conditions_met(application: Application, act: Act) -> Reasons:
    """Approved is what meets every condition (NĐ 103/2017/NĐ-CP Đ.26); else with conditions, or not at all."""
    for item in dossier.unmet(application):
        yield Reason("condition_unmet", _("Chưa đạt: %(what)s.") % {"what": item.text})
    for row in dossier.open_defects(application):
        yield Reason("not_settled", _("Chưa xác nhận đã khắc phục: %(what)s.") % {"what": row.text})


def gives_a_licence(application: Application, act: Act) -> Reasons:
    if application.kind not in GIVES_LICENCE:
        yield Reason("not_conditional", _("Chỉ giấy phép hoạt động mới cấp có điều kiện."))


def not_extended(application: Application, act: Act) -> Reasons:
    if application.extended_days:
        yield Reason("extended", _("Đã gia hạn một lần, không gia hạn thêm."))


def somebody_anew(application: Application, act: Act) -> Reasons:
    """An appeal that is granted needs another officer."""
    others = people.officers(application.to_unit).exclude(pk__in=[application.officer_id])
    if not others.exists():
        yield Reason("no_other_officer", _("Đơn vị không có chuyên viên cấp phép nào khác để thẩm định lại."))
