"""The applicant's verbs: draft, edit, papers, hand in, answer, withdraw, appeal, copy."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accreditation.enums import ABOUT_LICENCE, GIVES_LICENCE, ApplicationState
from accreditation.guards import applying as guards
from accreditation.inputs import applying as inputs
from accreditation.models import Application, ApplicationPaper, Defect
from accreditation.selectors import dossier, procedures, terms
from accreditation.services import application_items as items
from accreditation.services.visits import cancel_open_visit
from core.clock import due
from core.clock.calendar import Calendar
from core.clock.models import Clock
from core.documents import services as documents
from core.documents import vault
from core.documents.models import Document, DocumentKind
from core.lifecycle.actions import Act, action
from core.lifecycle.engine import follow
from core.lifecycle.numbers import next_number
from facilities.models import Facility
from facilities.selectors.oversight import lodges

S = ApplicationState
SERIES, RECEIPTS = "DN", "TN"
CLOCK = tuple(field.name for field in Clock._meta.fields)
_PAPER_KINDS = {"form": DocumentKind.REQUEST, "identity": DocumentKind.IDENTITY, "founding": DocumentKind.DECISION}


# --- what is asked for ---
def _fill(application: Application, data: dict[str, Any]) -> None:
    """What was typed, as plain values, of what this kind asks for."""
    asked = dict(application.asked)
    for name in inputs.ASKED[application.kind]:
        if name in data:
            asked[name] = _plain(data[name])
    application.asked = asked


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return getattr(value, "pk", value)


def _known(application: Application) -> dict[str, Any]:
    """What the register (and the licence in force) already says, to be changed where it is to be otherwise."""
    facility, licence = application.facility, application.licence
    known: dict[str, Any] = {
        "name": facility.unit.name, "legal_kind": facility.legal_kind, "commune": facility.commune_id,
        "head_name": facility.head_name, "capacity": facility.capacity, "foreign": facility.foreign_founder,
        "residential": lodges(facility, timezone.localdate()),
        "address": "" if facility.hidden_address else facility.address,
    }  # fmt: skip
    if licence is not None and application.kind in GIVES_LICENCE:
        groups = list(licence.groups.values_list("code", flat=True))
        known.update(groups=groups, capacity=licence.capacity or facility.capacity, tasks=licence.tasks)
    return {name: value for name, value in known.items() if name in inputs.ASKED[application.kind]}


def _address(application: Application) -> None:
    """Whom it goes to, and which licence it is about."""
    facility, about = application.facility, None
    if application.kind in ABOUT_LICENCE:
        about = procedures.living_licence(facility)
    application.licence = about
    unit = procedures.competent_unit(facility, application.kind)
    assert unit is not None  # the guard `somebody_competent`
    application.to_unit = unit


def _prepare_draft(application: Application, act: Act) -> None:
    application.kind = act.data.get("kind") or application.kind
    application.number = next_number(SERIES, act.at)
    _address(application)
    if application.copied_from_id is None:
        application.asked = _known(application)
        # An empty line of a form that begins an application says nothing yet.
        _fill(application, {name: value for name, value in act.data.items() if value not in (None, "", [], False)})


@action(
    Application, "draft", label=_("Lập hồ sơ đề nghị"), form=inputs.Draft, creates=True, parent=Facility,
    guards=guards.BEGIN, prepare=_prepare_draft, tone="main", order=10,
)  # fmt: skip
def draft(application: Application, act: Act) -> None:
    """The authority does not see it before it is handed in."""
    act.facts.update(kind=application.kind, to_unit=application.to_unit_id)
    items.enter_state(application, act)


@action(
    Application, "edit", label=_("Sửa nội dung đề nghị"), form=inputs.Edit, states=[S.DRAFT, S.RETURNED], order=20
)  # fmt: skip
def edit(application: Application, act: Act) -> None:
    _fill(application, act.data)
    still_working(application, act)


def still_working(application: Application, act: Act) -> None:
    """Work on a draft counts as a sign of life: its sixty days begin anew. A returned file waits for its answer."""
    if application.state != S.DRAFT:
        return
    application.waiting_since, application.reminded, application.reminded_at = act.at, 0, None
    term = application.term_of_state(S.DRAFT)
    assert term is not None
    due.start(application, term, act.at)
    items.for_facility("application.finish", application, act, application.due_at)


# --- papers ---
def _place_paper(paper: ApplicationPaper, act: Act) -> None:
    """The former paper gives way before the new one is saved: one counts per component."""
    application = paper.application
    former = ApplicationPaper.objects.filter(application=application, component=act.data["component"], replaced=False)
    for row in former:
        row.replaced, row.version = True, row.version + 1
        row.save(update_fields=["replaced", "version", "updated_at"])
        act.facts["replaces"] = row.pk
    names = {row.code: row.name for row in procedures.components(application)}
    act.data["kind"] = _PAPER_KINDS.get(act.data["component"], DocumentKind.OTHER)
    act.data["title"] = str(names.get(act.data["component"], ""))[:200]


@action(
    ApplicationPaper, "upload", label=_("Nộp giấy tờ"), form=inputs.Upload, creates=True, parent=Application,
    guards=[guards.takes_papers], prepare=_place_paper, tone="main", order=10,
)  # fmt: skip
def upload(paper: ApplicationPaper, act: Act) -> None:
    """A new paper replaces the former one of the component; the officer looks at it anew."""
    application, data = paper.application, act.data
    document = Document()
    documents.place(document, application)
    documents.store(document, act)
    document.save(force_insert=True)
    paper.component, paper.document, paper.round = data["component"], document, application.round
    paper.pages, paper.issued_on, paper.expires_on = data.get("pages"), data.get("issued_on"), data.get("expires_on")
    act.facts["component"] = paper.component
    if application.state == S.DRAFT:
        still_working(application, act)
        application.save(update_fields=[*CLOCK, "waiting_since", "reminded", "reminded_at"])


# --- handing in ---
def _prepare_submit(application: Application, act: Act) -> None:
    """The law of the day of receipt is frozen; what comes after hours or on a day off counts from the next working
    day."""
    _address(application)
    day = Calendar().counting_date(act.at)
    row = procedures.procedure(application.kind, day)
    assert row is not None  # the guard `procedure_runs`
    application.legal_days, application.extended_days, application.days_used = row.working_days, 0, None
    application.receipt_number = application.receipt_number or next_number(RECEIPTS, act.at)
    application.signed_name = act.data["signed_name"]
    act.facts.update(
        receipt=application.receipt_number, round=application.round + 1, days=row.working_days, counts_from=day,
        appointment=procedures.appointment_from(act.at, row.working_days), to_unit=application.to_unit_id,
    )  # fmt: skip


@action(
    Application, "submit", label=_("Nộp hồ sơ"), form=inputs.Submit, prepare=_prepare_submit, tone="main", order=10,
    guards=[*guards.BEGIN, guards.asked_completely, guards.dossier_complete, guards.defects_answered],
)  # fmt: skip
def submit(application: Application, act: Act) -> None:
    """Receipt with number and appointment day; each time it is handed in the legal term begins."""
    items.enter_state(application, act)
    items.tell(items.desk(application), application, act)


# --- answering ---
@action(
    Application, "evidence", label=_("Trả lời từng thiếu sót, điều kiện"), form=inputs.Evidence,
    states=[S.RETURNED, S.CORRECTION, S.CONDITIONAL], order=15,
)  # fmt: skip
def evidence(application: Application, act: Act) -> None:
    """One item at a time; approved on conditions: how they were met, which the head then confirms or not."""
    act.note = act.data["answer"]
    if application.state == S.CONDITIONAL:
        application.conditions_evidence = act.data["answer"]
        items.for_heads("application.confirm", application, act, items.next_day(act))
        items.tell([*items.heads(application), *items.desk(application)], application, act)
        return
    row = Defect.objects.get(pk=act.data["defect"], application=application)
    row.answer, row.answered_at, row.contested = act.data["answer"], act.at, bool(act.data.get("contested"))
    row.save(update_fields=["answer", "answered_at", "contested"])
    act.facts.update(defect=row.pk, contested=row.contested)


@action(
    Application, "fixed", label=_("Báo đã khắc phục"), form=inputs.Fixed, tone="main", order=10,
    guards=[guards.defects_answered, guards.items_shown],
)  # fmt: skip
def fixed(application: Application, act: Act) -> None:
    """The legal clock goes on from where it stood; the officer looks again."""
    items.enter_state(application, act)
    items.tell(items.desk(application), application, act)


# --- giving up, appealing, beginning again ---
def freeze_days(application: Application, act: Act) -> None:
    """How many days the authority took, for good."""
    counted = terms.days(application, act.at)
    if counted is not None:
        application.days_used = counted.used


@action(
    Application, "withdraw", label=_("Rút hồ sơ"), form=inputs.Withdraw, prepare=freeze_days, tone="stop", order=80
)  # fmt: skip
def withdraw(application: Application, act: Act) -> None:
    """A licence that is there stays as it is."""
    cancel_open_visit(application, act)
    items.enter_state(application, act)
    if application.first_submitted_at is not None:
        items.tell(items.desk(application), application, act)


def _prepare_appeal(application: Application, act: Act) -> None:
    application.appeal_text = act.note


@action(
    Application, "appeal", label=_("Khiếu nại quyết định từ chối"), form=inputs.Appeal, prepare=_prepare_appeal,
    guards=[guards.appeal_in_time, guards.not_appealed], order=30,
)  # fmt: skip
def appeal(application: Application, act: Act) -> None:
    """Another head than the one who refused answers."""
    items.enter_state(application, act)
    items.tell(items.heads(application), application, act)


@action(
    Application, "copy", label=_("Lập hồ sơ mới từ hồ sơ này"), form=inputs.OptionalNote,
    states=[S.LAPSED, S.WITHDRAWN, S.REFUSED], guards=guards.BEGIN, order=40,
)  # fmt: skip
def copy(application: Application, act: Act) -> None:
    """A new draft with what was asked for and the papers that would still be valid."""
    made = follow(
        Application, "draft", act,
        fields={
            "facility": application.facility, "kind": application.kind, "asked": application.asked,
            "copied_from": application,
        },
    )  # fmt: skip
    act.facts["copy"] = made.pk
    for entry in dossier.checklist(made, timezone.localdate()):
        former = dossier.papers(application).get(entry.component.code)
        if former is not None and former.document.withdrawn_at is None:
            _copy_paper(made, former, act)


def _copy_paper(application: Application, former: ApplicationPaper, act: Act) -> None:
    """The file itself is stored anew under the new application: who reads the one need not read the other."""
    old = former.document
    document = Document(
        kind=old.kind, title=old.title, sha256=old.sha256, size=old.size, mime=old.mime, uploaded_by=act.by.user
    )
    documents.place(document, application)
    document.path = vault.put(document, vault.get(old))
    document.save(force_insert=True)
    ApplicationPaper.objects.create(
        application=application, component=former.component, document=document, pages=former.pages,
        issued_on=former.issued_on, expires_on=former.expires_on, round=0,
    )  # fmt: skip
