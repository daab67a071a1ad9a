"""Which officer may work on a file (separation of duties), and what it must have before the next step."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accreditation.enums import ApplicationState
from accreditation.models import Application, SiteVisit
from accreditation.selectors import dossier, people
from core.accounts.enums import Role
from core.errors import Reason
from core.lifecycle.actions import Act

Reasons = Iterable[Reason]
S = ApplicationState


def _lam(application: Application, name: str) -> str:
    return f"/lam/accreditation/application/{application.pk}/{name}/"


def unrelated(application: Application, act: Act) -> Reasons:
    """Nobody handles what is their own (trust.md §4): the applicant, staff of the house, whoever has an interest."""
    if act.by.id in people.applicants(application):
        yield Reason("own_application", _("Người lập hoặc nộp hồ sơ không tự giải quyết hồ sơ."))
    elif people.in_the_house(application.facility, [act.by.id]):
        yield Reason("own_facility", _("Người làm việc tại cơ sở không giải quyết hồ sơ của cơ sở."))
    if people.declared(application, act.by.id):
        yield Reason("interest", _("Anh/chị đã khai có lợi ích liên quan; người khác xử lý hồ sơ này."))


def not_after_appeal(application: Application, act: Act) -> Reasons:
    """After a successful appeal another officer looks at it anew."""
    if act.by.id is not None and act.by.id == application.former_officer_id:
        yield Reason("former_officer", _("Hồ sơ được xem xét lại sau khiếu nại: chuyên viên khác thẩm định."))


def declarable(application: Application, act: Act) -> Reasons:
    """Whoever belongs to the house may say so; whoever wrote the application has nothing to declare."""
    if act.by.id in people.applicants(application):
        yield Reason("own_application", _("Người lập hoặc nộp hồ sơ không tự giải quyết hồ sơ."))


def not_declared_yet(application: Application, act: Act) -> Reasons:
    """A declared interest stands; one that comes up later may be declared after none."""
    said = people.declared(application, act.by.id)
    if said is True or (said is False and "has_interest" in act.data and not act.data["has_interest"]):
        yield Reason("declared", _("Anh/chị đã khai về hồ sơ này."))


def interest_declared(application: Application, act: Act) -> Reasons:
    if people.declared(application, act.by.id) is None:
        text = _("Trước hết khai có hay không có lợi ích liên quan đến cơ sở này.")
        yield Reason("not_declared", text, _lam(application, "declare_interest"))


def is_the_officer(application: Application, act: Act) -> Reasons:
    """Once taken, the file is its officer's; before, of whoever of the desk looks at it first."""
    if application.state == S.SUBMITTED or people.handles(application, act.by):
        return
    name = application.officer.full_name if application.officer else ""
    yield Reason("other_officer", _("Hồ sơ này do %(name)s thẩm định.") % {"name": name})


OFFICER = (unrelated, not_after_appeal, is_the_officer)


def who_asks_to_mend(application: Application, act: Act) -> Reasons:
    """The officer of the file, or a head who has no part in it."""
    yield from unrelated(application, act)
    if application.to_unit_id not in (*act.by.units(Role.HEAD), *act.by.units(Role.COMMUNE)):
        yield from not_after_appeal(application, act)
        yield from is_the_officer(application, act)


def officer_declared(application: Application, act: Act) -> Reasons:
    """Of whoever acts as officer; a head declares by acting only where there is an interest."""
    if application.to_unit_id not in (*act.by.units(Role.HEAD), *act.by.units(Role.COMMUNE)):
        yield from interest_declared(application, act)


def papers_looked_at(application: Application, act: Act) -> Reasons:
    """One complete list of defects is only possible after every paper was seen."""
    for entry in dossier.unchecked(application):
        text = _("Chưa xem: %(name)s.") % {"name": entry.component.name}
        yield Reason("not_checked", text, _lam(application, "check_papers"))


def papers_in_order(application: Application, act: Act) -> Reasons:
    """Complete: every paper there, seen and accepted."""
    yield from papers_looked_at(application, act)
    for entry in dossier.lacking(application):
        yield Reason(entry.code, entry.problem, _lam(application, "return"))
    for entry in dossier.faulty(application):
        text = _("Cần bổ sung, sửa: %(name)s.") % {"name": entry.component.name}
        yield Reason("faulty", text, _lam(application, "return"))


def open_visit(application: Application) -> SiteVisit | None:
    return SiteVisit.objects.filter(
        application=application, held_at__isnull=True, cancelled_at__isnull=True
    ).first()  # fmt: skip


def visit_planned(application: Application, act: Act) -> Reasons:
    if open_visit(application) is None:
        yield Reason("no_visit", _("Đã lập biên bản thẩm định tại cơ sở."))


def visit_recorded(application: Application, act: Act) -> Reasons:
    """Whoever went on site first says what was found there."""
    if application.state == S.SITE_VISIT and open_visit(application) is not None:
        yield Reason("visit_open", _("Chưa lập biên bản thẩm định tại cơ sở."), _lam(application, "record_visit"))


def on_the_team(application: Application, act: Act) -> Reasons:
    visit = open_visit(application)
    team = {visit.lead_id, *visit.team.values_list("user_id", flat=True)} if visit is not None else set()
    if visit is not None and not team.intersection(act.by.identities):
        yield Reason("not_on_team", _("Anh/chị không thuộc đoàn thẩm định lần này."))


def conditions_answered(application: Application, act: Act) -> Reasons:
    fix = _lam(application, "answer_conditions")
    for item in dossier.unanswered(application):
        yield Reason("condition_open", _("Chưa ghi kết quả: %(what)s.") % {"what": item.text}, fix)


def is_late(application: Application, act: Act) -> Reasons:
    if application.paused_at is not None or application.due_at is None or application.due_at > act.at:
        yield Reason("not_overdue", _("Hồ sơ chưa quá hạn giải quyết."))
