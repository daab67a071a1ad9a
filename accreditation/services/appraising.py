"""The officer's verbs: interest, papers, return, take, what must be mended, recommendation, apology."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accreditation.enums import ApplicationState, PaperVerdict
from accreditation.guards import appraising as guards
from accreditation.inputs import appraising as inputs
from accreditation.models import Application, ApplicationPaper, Defect, InterestDeclaration
from accreditation.selectors import dossier
from accreditation.services import application_items as items
from core.lifecycle.actions import Act, action

S = ApplicationState
_WITH_OFFICER = [S.SUBMITTED, S.UNDER_REVIEW, S.SITE_VISIT]


@action(
    Application, "declare_interest", label=_("Khai về lợi ích liên quan"), form=inputs.DeclareInterest,
    states=[*_WITH_OFFICER, S.DECISION, S.CORRECTION], separation=[guards.declarable],
    guards=[guards.not_declared_yet], order=12,
)  # fmt: skip
def declare_interest(application: Application, act: Act) -> None:
    """Before a file is touched; whoever has an interest in it leaves it to another. The desk is told when its officer
    has one."""
    assert act.by.user is not None
    values = {"has_interest": act.data["has_interest"], "what": act.data["what"], "at": act.at}
    InterestDeclaration.objects.update_or_create(application=application, user=act.by.user, defaults=values)
    act.facts["has_interest"] = act.data["has_interest"]
    if act.data["has_interest"] and act.by.id == application.officer_id and application.state != S.SUBMITTED:
        if application.state == S.UNDER_REVIEW:
            items.for_officer("application.appraise", application, act, application.due_at)
        items.tell(items.desk(application), application, act)


@action(
    Application, "check_papers", label=_("Xem giấy tờ"), form=inputs.CheckPapers,
    states=[S.SUBMITTED, S.UNDER_REVIEW], separation=guards.OFFICER, guards=[guards.interest_declared], order=18,
)  # fmt: skip
def check_papers(application: Application, act: Act) -> None:
    """The verdict on each paper; nothing goes out before the list is complete."""
    held = dossier.papers(application)
    for code, (verdict, note) in act.data["verdicts"].items():
        _judge(held[code], verdict, note)
    act.facts["verdicts"] = {code: verdict for code, (verdict, _note) in act.data["verdicts"].items()}


def _judge(paper: ApplicationPaper, verdict: str, note: str) -> None:
    paper.verdict, paper.verdict_note, paper.version = verdict, note, paper.version + 1
    paper.save(update_fields=["verdict", "verdict_note", "version", "updated_at"])


def _list(application: Application, act: Act, on_site: bool) -> None:
    """A new list takes the place of the former one of its kind."""
    former = Defect.objects.filter(application=application, on_site=on_site, settled_at__isnull=True)
    former.update(settled_at=act.at)
    late = act.data.get("late") or []
    Defect.objects.bulk_create(
        Defect(
            application=application, round=application.round, on_site=on_site, component=component,
            condition=condition, text=text, late=(component, condition, text) in late,
            late_reason=act.data["late_reason"] if (component, condition, text) in late else "",
        )
        for component, condition, text in act.data["items"]
    )  # fmt: skip
    act.facts.update(items=len(act.data["items"]), late=len(late))


@action(
    Application, "return", label=_("Trả lại để bổ sung"), form=inputs.Return, separation=guards.OFFICER,
    guards=[guards.interest_declared, guards.papers_looked_at], order=40,
)  # fmt: skip
def return_(application: Application, act: Act) -> None:
    """One complete list (NĐ 61/2018/NĐ-CP Đ.17: once). What it did not name the first time may be asked for later only
    with a reason, which the head is told."""
    _list(application, act, on_site=False)
    held = dossier.papers(application)
    for component, _condition, text in act.data["items"]:
        if component in held:
            _judge(held[component], PaperVerdict.DEFECT, text)
    items.enter_state(application, act)
    items.tell(items.managers(application), application, act)
    if act.data.get("late"):
        act.facts["late_reason"] = act.data["late_reason"]
        items.for_heads("application.drip", application, act, items.next_day(act))
        items.tell(items.heads(application), application, act)


@action(
    Application, "take", label=_("Nhận thẩm định"), form=None, separation=[guards.unrelated, guards.not_after_appeal],
    guards=[guards.interest_declared, guards.papers_in_order], tone="main", order=10,
)  # fmt: skip
def take(application: Application, act: Act) -> None:
    """Complete: what was returned is mended, the term runs from receipt."""
    settle_list(application, act)
    items.enter_state(application, act)
    items.tell(items.managers(application), application, act)


def settle_list(application: Application, act: Act) -> None:
    rows = Defect.objects.filter(application=application, on_site=False, settled_at__isnull=True)
    rows.update(settled_at=act.at)


@action(
    Application, "require_fix", label=_("Yêu cầu cơ sở khắc phục"), form=inputs.RequireFix,
    separation=[guards.who_asks_to_mend], guards=[guards.officer_declared, guards.visit_recorded], order=45,
)  # fmt: skip
def require_fix(application: Application, act: Act) -> None:
    """The legal clock stands still while the facility mends, or answers that it does not agree."""
    _list(application, act, on_site=True)
    act.facts["fix_by"] = application.fix_by
    items.enter_state(application, act)
    items.tell([*items.managers(application), *items.desk(application)], application, act)


def _prepare_recommend(application: Application, act: Act) -> None:
    application.report = act.data["report"]
    act.facts["recommendation"] = act.data["recommendation"]


@action(
    Application, "recommend", label=_("Trình quyết định"), form=inputs.Recommend, separation=guards.OFFICER,
    guards=[
        guards.interest_declared, guards.papers_in_order, guards.visit_recorded, guards.conditions_answered,
    ],
    prepare=_prepare_recommend, tone="main", order=15,
)  # fmt: skip
def recommend(application: Application, act: Act) -> None:
    """With the report; the officer decides nothing."""
    items.enter_state(application, act)
    items.tell(items.heads(application), application, act)


@action(
    Application, "apologise", label=_("Gửi thư xin lỗi"), form=inputs.Apologise,
    states=[*_WITH_OFFICER, S.DECISION], separation=[guards.unrelated], guards=[guards.is_late], order=60,
)  # fmt: skip
def apologise(application: Application, act: Act) -> None:
    """What one-stop rules ask for when a result is late (NĐ 61/2018/NĐ-CP Đ.19): why, and the new day."""
    application.apologised_at, application.promised_on = act.at, act.data["promised_on"]
    act.facts["promised_on"] = application.promised_on
    items.close(application, act, "application.apologise")
    items.tell(items.managers(application), application, act)


def judge_anew(application: Application) -> None:
    """After a successful appeal nothing that the former officer found counts any more."""
    rows: Any = ApplicationPaper.objects.filter(application=application, replaced=False).exclude(verdict="")
    for paper in rows:
        _judge(paper, "", "")
