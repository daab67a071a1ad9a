"""The dossier: its checklist with what is wrong with each paper, the conditions of the law, and the self-check."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from accreditation.enums import GIVES_LICENCE, ApplicationState, PaperVerdict
from accreditation.models import Application, ApplicationPaper, ConditionAnswer, Defect, ProcedureComponent
from accreditation.selectors.procedures import components, day_of
from core.clock.due import add_months
from facilities.enums import Verdict
from facilities.models import ChecklistItem, Facility
from facilities.selectors import norms
from facilities.selectors.norms import NormResult
from facilities.selectors.oversight import lodges

ITEM, CONDITIONS = "item-", "conditions"  # codes of papers that are evidence of an item, of the conditions


@dataclass(frozen=True)
class Entry:
    """One line of the checklist. `problem` says why it does not do (yet), "" when it does; `code` of the problem is
    "missing", "withdrawn", "expired" or "too_old". An optional paper that is not there is no problem."""

    component: ProcedureComponent
    paper: ApplicationPaper | None
    code: str = ""
    problem: str = ""

    @property
    def ok(self) -> bool:
        return not self.problem


def papers(application: Application) -> dict[str, ApplicationPaper]:
    """The papers that count, by component."""
    if application._state.adding:
        return {}
    rows = ApplicationPaper.objects.filter(application=application, replaced=False).select_related("document")
    return {row.component: row for row in rows}


def checklist(application: Application, on: date | None = None) -> list[Entry]:
    """The papers of this application in order, each with what is wrong with it on that day (the day that holds)."""
    day, held = on or day_of(application), papers(application)
    return [_entry(row, held.get(row.code), day) for row in components(application, day)]


def _entry(row: ProcedureComponent, paper: ApplicationPaper | None, day: date) -> Entry:
    words = {"name": row.name}
    if paper is None:
        return Entry(row, None, "missing", _("Thiếu: %(name)s.") % words) if row.required else Entry(row, None)
    if paper.document.withdrawn_at is not None:
        return Entry(row, paper, "withdrawn", _("Giấy tờ đã bị rút: %(name)s. Nộp lại.") % words)
    if paper.expires_on is not None and paper.expires_on < day:
        words["day"] = f"{paper.expires_on:%d/%m/%Y}"
        return Entry(row, paper, "expired", _("Hết hạn ngày %(day)s: %(name)s. Nộp bản còn hạn.") % words)
    oldest = None if row.valid_months is None else add_months(day, -row.valid_months)
    if oldest is not None and (paper.issued_on is None or paper.issued_on < oldest):
        words["months"] = str(row.valid_months)
        text = _("Phải được cấp trong vòng %(months)s tháng: %(name)s. Nộp bản mới.") % words
        return Entry(row, paper, "too_old", text)
    return Entry(row, paper)


def lacking(application: Application, on: date | None = None) -> list[Entry]:
    """What keeps the dossier from being complete."""
    return [entry for entry in checklist(application, on) if not entry.ok]


def unchecked(application: Application) -> list[Entry]:
    """Papers at which the officer has not looked."""
    return [row for row in checklist(application) if row.paper is not None and not row.paper.verdict]


def faulty(application: Application) -> list[Entry]:
    """Papers in which the officer found a fault."""
    entries = checklist(application)
    return [row for row in entries if row.paper is not None and row.paper.verdict == PaperVerdict.DEFECT]


# --- conditions of the law ---
@dataclass(frozen=True)
class Condition:
    """A condition with its verdict, if any, and the numbers of the law that bear on it."""

    item: ChecklistItem
    answer: ConditionAnswer | None
    norms: tuple[NormResult, ...] = ()


def is_residential(application: Application) -> bool:
    """Whether people will sleep there: as the applicant says, else by what the register knows of the house."""
    said = application.asked.get("residential")
    return bool(said) if said is not None else lodges(application.facility, day_of(application))


def legal_kind(application: Application) -> str:
    return str(application.asked.get("legal_kind") or application.facility.legal_kind)


def conditions(application: Application) -> list[ChecklistItem]:
    """What is appraised: the conditions of the day that holds, for that kind of facility (NĐ 103/2017/NĐ-CP Đ.26). No
    condition is appraised for what gives no licence."""
    if application.kind not in GIVES_LICENCE:
        return []
    rows = ChecklistItem.objects.filter(ChecklistItem.on(day_of(application)), use=ChecklistItem.Use.APPRAISAL)
    rows = rows.filter(legal_kind__in=["", legal_kind(application)])
    if not is_residential(application):
        rows = rows.filter(residential_only=False)
    found: dict[str, ChecklistItem] = {}
    for row in rows.order_by("valid_from"):
        found[row.code] = row
    return sorted(found.values(), key=lambda row: (row.order, row.code))


def answers(application: Application) -> dict[str, ConditionAnswer]:
    """The verdicts that count, by condition: after a successful appeal only those given since by others."""
    if application._state.adding:
        return {}
    rows = ConditionAnswer.objects.filter(application=application).select_related("by")
    return {row.code: row for row in rows if row.by_id != application.former_officer_id}


def appraisal(application: Application) -> list[Condition]:
    """Every condition with verdict and numbers."""
    given, numbers = answers(application), self_check(application)
    return [
        Condition(
            item, given.get(item.code), tuple(row for row in numbers if item.metric and row.metric == item.metric)
        )
        for item in conditions(application)
    ]


def unanswered(application: Application) -> list[ChecklistItem]:
    given = answers(application)
    return [item for item in conditions(application) if item.code not in given]


def unmet(application: Application) -> list[ChecklistItem]:
    given = answers(application)
    return [
        item for item in conditions(application) if item.code in given and given[item.code].verdict == Verdict.UNMET
    ]


def self_check(target: Application | Facility, on: date | None = None) -> list[NormResult]:
    """The numeric conditions as the register stands now: met, how far off, or what is not recorded. For an application
    they are counted for as many clients as it asks for."""
    if isinstance(target, Facility):
        return norms.check(target, on)
    asked = target.asked.get("capacity")
    return norms.check(target.facility, on or timezone.localdate(), clients=int(asked) if asked else None)


# --- defects ---
def open_defects(application: Application) -> list[Defect]:
    """Items of the lists that the officer has not taken as mended, in their order."""
    if application._state.adding:
        return []
    return list(Defect.objects.filter(application=application, settled_at__isnull=True))


def to_answer(application: Application) -> list[Defect]:
    """Items that the applicant must answer now: of the last return, or of what must be mended on site."""
    on_site = application.state == ApplicationState.CORRECTION
    return [row for row in open_defects(application) if row.on_site == on_site]


def unanswered_defects(application: Application) -> list[Defect]:
    return [row for row in to_answer(application) if row.answered_at is None]


def without_evidence(application: Application) -> list[Defect]:
    """Answered items that say they were mended and show nothing: no file, no new paper."""
    shown = {code for code in papers(application) if code.startswith(ITEM)}
    fresh = papers(application)
    return [
        row for row in to_answer(application)
        if row.answered_at is not None and not row.contested and f"{ITEM}{row.pk}" not in shown
        and not _replaced_since(row, fresh)
    ]  # fmt: skip


def _replaced_since(row: Defect, held: dict[str, ApplicationPaper]) -> bool:
    """Whether the paper that the item is about was handed in anew in this round."""
    paper = held.get(row.component) if row.component else None
    return paper is not None and not paper.verdict


def first_list(application: Application) -> set[tuple[str, str]]:
    """What the lists before named: (component, condition)."""
    rows = Defect.objects.filter(application=application, on_site=False)
    return {(row.component, row.condition) for row in rows if row.component or row.condition}
