"""The case page (Hồ sơ): who it is, where it stands, the one next thing to do, and one timeline of everything."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casework.enums import ContactSafety, LegalBasis, PlanKind
from casework.models import Assessment, Case, Contact, Person, ServicePlan, WorkEntry
from casework.selectors import case_page as reads
from casework.selectors import handover, timeline
from casework.states.case import CaseState
from casework.states.plan import PlanState
from casework.web import case_tabs, links
from casework.web.actions_shown import WorkBox, work_box
from casework.web.next_step import next_step
from core.access.actor import Actor
from core.access.routes import route
from core.audit.chain import unit_of_work
from core.audit.reads import log_read
from core.clock import due
from core.ids import new_id
from core.web import drafts

TABS = {
    "danh-gia": case_tabs.assessments,
    "ke-hoach": case_tabs.plans,
    "dich-vu": case_tabs.services,
    "chuyen-tuyen": case_tabs.referrals,
    "giay-to": case_tabs.papers,
    "ai-da-xem": case_tabs.readers,
}
PLAN_TONES = {
    PlanState.RETURNED: "warn", PlanState.SUBMITTED: "warn", PlanState.APPROVED: "info", PlanState.ACTIVE: "ok",
    PlanState.COMPLETED: "ok", PlanState.CANCELLED: "danger",
}  # fmt: skip


@route("record", "casework.Case")
@require_safe
def case(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /ca/<uuid>/?loai=<chip>&truoc=<key>: the timeline tab."""
    return _page(request, pk, "")


@route("record", "casework.Case")
@require_safe
def case_tab(request: HttpRequest, pk: UUID, tab: str) -> HttpResponse:
    """GET /ca/<uuid>/<tab>/, the other parts of the file."""
    if tab not in TABS:
        raise Http404
    return _page(request, pk, tab)


def _page(request: HttpRequest, pk: UUID, tab: str) -> HttpResponse:
    by: Actor = request.actor  # type: ignore[attr-defined]
    with unit_of_work():
        frame = open_frame(by, pk)
        row, opened, person, versions = frame.row, frame.opened, frame.person, frame.versions
        plan, assessment = reads.current_plan(by, row), reads.latest(versions, row)
        possible = reads.possible(by, row, plan, assessment)
        step = next_step(row, possible, plan, assessment)
        box = work_box(row, step, possible, plan, assessment, request.get_full_path())
        context = {
            "case": row, "who": frame.who, "stages": reads.stages_of(row), "box": box,
            "tabs": _tabs(by, row, opened.may, tab, plan), "tab": tab, "may": opened.may,
            "remaining": due.remaining_of(row), "duties": reads.duties_of(row, timezone.now()),
            "state_shown": row.state in _SAID_BESIDE, "handover_url": _handover(by, row, opened.may),
            **_side(by, row, opened, person, plan, versions),
            **(TABS[tab](request, by, row, opened.may) if tab else _timeline(request, by, row, opened.may, box)),
        }  # fmt: skip
        return render(request, f"casework/case/{tab or 'timeline'}.html", context)


def _handover(by: Actor, row: Case, may: frozenset[str]) -> str:
    """The handover sheet, for the one to whom the case is offered and in its first days."""
    if "read:narrative" in may and handover.is_new_to(by, row, timezone.now()):
        return reverse("handover", args=[row.pk])
    return ""


@dataclass
class Frame:
    """What stands around every page of a case: the case, its person, the banner."""

    row: Case
    opened: reads.Opened
    person: reads.Opened
    versions: list[Assessment]
    who: dict[str, Any]


def open_frame(by: Actor, pk: UUID) -> Frame:
    """Open the case for showing, logged; NotVisible where the actor may not see it. Within a unit of work."""
    opened = reads.open_case(by, pk)
    row: Case = opened.row
    person = reads.open_person(by, row.person_id)
    row.person = person.row
    _log(by, row, opened.may, person.may)
    versions = reads.assessments_of(by, row)
    return Frame(row, opened, person, versions, banner(row, opened, person, versions))


# The stage line does not say these.
_SAID_BESIDE = {
    CaseState.WAITLISTED, CaseState.ON_HOLD, CaseState.CLOSURE_REVIEW, CaseState.CLOSED, CaseState.SCREENED_OUT,
    CaseState.MERGED, CaseState.VOID, CaseState.REFERRAL,
}  # fmt: skip


def _log(by: Actor, row: Case, may: frozenset[str], of_person: frozenset[str]) -> None:
    """One line per class of fields that the page is about to show."""
    log_read(by, Case, [row.pk], "view", root_id=row.pk)
    for kind in ("read:narrative", "read:reporter", "read:safe_address"):
        if kind in may:
            log_read(by, Case, [row.pk], kind, root_id=row.pk)
    if "read:contact" in of_person:
        log_read(by, Person, [row.person_id], "read:contact", root_id=row.pk)


def banner(row: Case, opened: reads.Opened, person: reads.Opened, versions: list[Assessment]) -> dict[str, Any]:
    """Context of the identity banner."""
    who: Person = person.row
    locked, _before = reads.locked_pair(versions)
    may_identity = "read:identity" in person.may and bool(who.id_number)
    return {
        "name": called(who), "age_text": _("%(age)s tuổi") % {"age": who.age()} if who.age() is not None else "",
        "birth_text": who.birth_text, "place": who.commune.label if who.commune else "", "number": row.number,
        "id_masked": mask(who.id_number) if may_identity else "",
        "reveal_url": f"{reverse('person_identity', args=[who.pk])}?next=/ca/{row.pk}/" if may_identity else "",
        "risk": row.risk, "show_risk": True,
        "risk_since": locked.locked_at if locked and locked.risk == row.risk else None,
        "owner": str(row.worker) if row.worker else _("chưa giao"), "unidentified": who.unidentified,
        "deceased": who.deceased_on is not None,
        "alert": row.safety_note if "read:narrative" in opened.may else "",
    }  # fmt: skip


def called(person: Person) -> str:
    """The name with its honorific, as officials say it."""
    honorific = person.honorific
    return f"{honorific[0].upper()}{honorific[1:]} {person}" if honorific else str(person)


def mask(number: str) -> str:
    from core.web.display import mask_id

    return mask_id(number)


def _tabs(by: Actor, row: Case, may: frozenset[str], tab: str, plan: ServicePlan | None) -> list[dict[str, Any]]:
    comments = plan.open_comments if plan is not None else 0  # type: ignore[attr-defined]
    shown = [
        ("", _("Dòng thời gian"), ""),
        ("danh-gia", _("Đánh giá"), ""),
        ("ke-hoach", _("Kế hoạch"), _("%(n)d góp ý") % {"n": comments} if comments else ""),
        ("dich-vu", _("Dịch vụ"), ""),
        ("chuyen-tuyen", _("Chuyển tuyến"), ""),
        ("giay-to", _("Giấy tờ"), ""),
    ]
    if "read:readers" in may:
        shown.append(("ai-da-xem", _("Ai đã xem"), ""))
    return [
        {
            "label": label, "tag": tag, "current": slug == tab,
            "url": reverse("case_tab", args=[row.pk, slug]) if slug else reverse("case", args=[row.pk]),
        }
        for slug, label, tag in shown
    ]  # fmt: skip


def _timeline(request: HttpRequest, by: Actor, row: Case, may: frozenset[str], box: WorkBox) -> dict[str, Any]:
    kind, after = request.GET.get("loai", ""), request.GET.get("truoc", "")
    kind = kind if kind in timeline.CHIPS else ""
    history = "read:history" in may
    page = timeline.page(by, row, kind=kind, after=after, history=history, narrative="read:narrative" in may)
    log_read(by, WorkEntry, page.read_entries, "view", root_id=row.pk)
    if history:
        log_read(by, Case, [row.pk], "read:history", root_id=row.pk)
    base = reverse("case", args=[row.pk])
    chips = [
        {
            "url": f"{base}?loai={code}#dong-thoi-gian" if code else f"{base}#dong-thoi-gian", "current": code == kind,
            "label": f"{timeline.CHIPS[code] if code else _('Tất cả')} {n}",
        }
        for code, n in timeline.counts(by, row, history).items()
    ]  # fmt: skip
    may_note = box.may_add
    older = urlencode({"loai": kind, "truoc": page.next_key})
    return {
        "lines": page.lines, "chips": chips, "history": history, "after": after,
        "more_url": f"{base}?{older}#dong-thoi-gian" if page.next_key else "",
        "newest_url": f"{base}?loai={kind}" if after else "",
        "note": _note(by, row) if may_note else None,
    }  # fmt: skip


def _note(by: Actor, row: Case) -> dict[str, Any]:
    key = note_key(row.pk)
    kept = drafts.find(by, key)
    return {
        "key": key, "text": kept.fields.get("text", "") if kept else "", "saved_at": kept.saved_at if kept else None,
        "version": kept.version if kept else "", "url": reverse("case_note", args=[row.pk]), "once": str(new_id()),
    }  # fmt: skip


def note_key(pk: UUID) -> str:
    return f"note:{pk}"


def _side(
    by: Actor, row: Case, opened: reads.Opened, person: reads.Opened, plan: ServicePlan | None,
    versions: list[Assessment],
) -> dict[str, Any]:  # fmt: skip
    """The cards beside: plan, needs, contacts, consent, household, what was said at intake."""
    locked, before = reads.locked_pair(versions)
    contacts = reads.contacts_of(by, person.row)
    log_read(by, Contact, [contact.pk for contact in contacts], "view", root_id=row.pk)
    if plan is not None:
        log_read(by, ServicePlan, [plan.pk], "view", root_id=row.pk)
    if locked is not None:
        log_read(by, Assessment, [locked.pk], "view", root_id=row.pk)
    who: Person = person.row
    reads_contact = "read:contact" in person.may
    return {
        "plan": plan, "plan_tone": PLAN_TONES.get(PlanState(plan.state), "") if plan else "",
        "plan_is_safety": bool(plan and plan.kind == PlanKind.SAFETY), "needs": reads.needs_of(locked, before),
        "locked": locked, "contacts": contacts, "unsafe": ContactSafety.UNSAFE, "person": who,
        "phone": who.phone if reads_contact else "", "address": who.address if reads_contact else "",
        "reads_contact": reads_contact, "household": who.household if reads_contact else None,
        "may_edit_person": "edit" in person.may, "basis": LegalBasis(row.legal_basis).label if row.legal_basis else "",
        "reporter": row.reporter if "read:reporter" in opened.may else "",
        "reporter_phone": row.reporter_phone if "read:reporter" in opened.may else "",
        "found_at": row.found_at if "read:safe_address" in opened.may else "",
        "person_url": reverse("person", args=[who.pk]),
        "add_contact_url": links.act_under(who, Contact, "add", f"/ca/{row.pk}/") if "edit" in person.may else "",
    }  # fmt: skip
