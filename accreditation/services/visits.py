"""Going on site: team and day, what was found there, photos (NĐ 103/2017/NĐ-CP Đ.26, Đ.29)."""

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accreditation.enums import ApplicationState
from accreditation.guards import appraising as guards
from accreditation.inputs import appraising as inputs
from accreditation.models import Application, ConditionAnswer, Defect, SiteVisit, SiteVisitMember
from accreditation.services import application_items as items
from core.documents import services as documents
from core.documents.models import Document, DocumentKind
from core.lifecycle.actions import Act, action

S = ApplicationState


@action(
    Application, "visit", label=_("Hẹn thẩm định tại cơ sở"), form=inputs.Visit, separation=guards.OFFICER,
    guards=[guards.interest_declared, guards.papers_in_order], order=20,
)  # fmt: skip
def visit(application: Application, act: Act) -> None:
    """A team of two or more; the facility is told the day."""
    assert act.by.user is not None
    row = SiteVisit.objects.create(application=application, planned_on=act.data["planned_on"], lead=act.by.user)
    team = {act.by.id, *(user.pk for user in act.data["team"])}
    SiteVisitMember.objects.bulk_create(SiteVisitMember(visit=row, user_id=key) for key in sorted(team, key=str))
    act.facts.update(visit=row.pk, planned_on=row.planned_on, team=sorted(str(key) for key in team))
    items.enter_state(application, act)
    items.for_visit(row, application, act)
    others = [key for key in team if key != act.by.id]
    items.tell([*items.managers(application), *others], application, act)


@action(
    Application, "answer_conditions", label=_("Ghi kết quả từng điều kiện"), form=inputs.AnswerConditions,
    states=[S.UNDER_REVIEW, S.SITE_VISIT], separation=guards.OFFICER, guards=[guards.interest_declared], order=25,
)  # fmt: skip
def answer_conditions(application: Application, act: Act) -> None:
    """As many as are known now; on site they are saved one after the other."""
    write_answers(application, act, guards.open_visit(application))


def write_answers(application: Application, act: Act, visit_row: SiteVisit | None) -> None:
    for code, (verdict, note, measured) in act.data["verdicts"].items():
        values = {
            "verdict": verdict, "note": note, "measured": measured, "by": act.by.user, "at": act.at,
            "visit": visit_row if application.state == S.SITE_VISIT else None,
        }  # fmt: skip
        ConditionAnswer.objects.update_or_create(application=application, code=code, defaults=values)
    settled = act.data.get("settled") or []
    Defect.objects.filter(application=application, pk__in=settled, settled_at__isnull=True).update(settled_at=act.at)
    act.facts["verdicts"] = {code: verdict for code, (verdict, _note, _measured) in act.data["verdicts"].items()}
    if settled:
        act.facts["settled"] = sorted(settled)


@action(
    Application, "record_visit", label=_("Lập biên bản thẩm định tại cơ sở"), form=inputs.RecordVisit,
    states=[S.SITE_VISIT], separation=[guards.unrelated, guards.not_after_appeal, guards.on_the_team],
    guards=[guards.interest_declared, guards.visit_planned], tone="main", order=10,
)  # fmt: skip
def record_visit(application: Application, act: Act) -> None:
    """Signed off: whom the team met, when, and what it found."""
    row = guards.open_visit(application)
    assert row is not None  # the guard `visit_planned`
    write_answers(application, act, row)
    row.held_at, row.met_whom, row.note = act.data["held_at"], act.data["met_whom"], act.note
    row.version += 1
    row.save(update_fields=["held_at", "met_whom", "note", "version", "updated_at"])
    act.facts.update(visit=row.pk, held_at=row.held_at)
    items.close(application, act, "application.visit")
    items.for_officer("application.appraise", application, act, application.due_at)


@action(
    Application, "visit_photo", label=_("Thêm ảnh chụp tại cơ sở"), form=inputs.VisitPhoto, states=[S.SITE_VISIT],
    separation=[guards.unrelated, guards.not_after_appeal, guards.on_the_team], guards=[guards.interest_declared],
    order=28,
)  # fmt: skip
def visit_photo(application: Application, act: Act) -> None:
    """It belongs to the visit: read by the authority, not by the facility."""
    row = guards.open_visit(application) or SiteVisit.objects.filter(application=application).first()
    assert row is not None  # the application is in SITE_VISIT
    act.data["kind"], act.data["title"] = DocumentKind.PHOTO, act.data.get("title") or _now("Ảnh tại cơ sở")
    document = Document()
    documents.place(document, row)
    documents.store(document, act)
    document.save(force_insert=True)
    act.facts.update(visit=row.pk, document=document.pk)


def cancel_open_visit(application: Application, act: Act) -> None:
    """The application ended, or went another way, before the team went."""
    rows = SiteVisit.objects.filter(application=application, held_at__isnull=True, cancelled_at__isnull=True)
    rows.update(cancelled_at=act.at)
