"""Tiếp nhận: danger first, then who it is and whether we know them already, then what is needed. And the emergency."""

import uuid
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from casework.inputs.intake import EmergencyOpen, Register
from casework.models import Case, Person
from casework.selectors import people
from casework.selectors.today import facts
from casework.states.case import LIVE
from casework.web.lookup import may_look_up
from core.access.actor import Actor
from core.access.engine import can, may_create
from core.access.routes import route
from core.accounts.enums import Role
from core.audit.chain import unit_of_work
from core.audit.reads import log_read
from core.errors import Blocked, Denied, DomainError, Invalid, KeyReused, NotVisible
from core.lifecycle.engine import perform
from core.places.selectors import communes_of
from core.web import drafts, refusals
from core.web.context import TAKES_CALLS
from core.web.pages import page_url

DRAFT = "intake"
METHODS = ["GET", "HEAD", "POST"]
PERSON = ("name", "unidentified", "known_as", "birth", "birth_estimated", "sex", "id_kind", "id_number")
SECTIONS: list[tuple[str, Any, tuple[str, ...]]] = [
    ("nguoi", gettext_lazy("2. Người cần trợ giúp"), PERSON),
    ("cho-o", gettext_lazy("3. Chỗ ở, cách liên hệ"), ("commune", "hamlet", "address", "phone")),
    (
        "bao-tin", gettext_lazy("4. Ai báo tin, lúc nào"),
        ("source", "reporter", "reporter_phone", "received_at", "to_unit"),
    ),
    ("nhu-cau", gettext_lazy("5. Sự việc và nhu cầu"), ("problem", "needs", "selection", "wishes", "programme")),
    ("can-cu", gettext_lazy("6. Căn cứ"), ("legal_basis", "consent_on", "consent_by")),
]  # fmt: skip
# What somebody who is on file already need not tell again.
KNOWN_LEAVES_OUT = frozenset((*PERSON, "commune", "hamlet", "address", "phone"))


@route("roles", roles=TAKES_CALLS)
@require_http_methods(METHODS)
def intake(request: HttpRequest) -> HttpResponse:
    """GET: the form, with the draft of earlier. POST: save a draft, take a person found, or register."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if request.method != "POST":
        return _blank(request, actor)
    post = request.POST
    if "_person" in post:
        return _with_person(request, actor, post)
    if "_draft" in post:
        kept = drafts.keep(actor, DRAFT, drafts.content_of(post), anyway=True)
        messages.success(request, _("Đã lưu nháp."))
        return _show(request, actor, _form(actor, post, checked=False), kept)
    if post.get("in_danger") == "yes":
        messages.info(request, _("Người đang gặp nguy hiểm: mở ca khẩn cấp, không qua sàng lọc. Chữ đã gõ còn nguyên."))
        return _show_emergency(request, actor, _emergency_form(actor, post, checked=False))
    return _register(request, actor, post)


def _blank(request: HttpRequest, actor: Actor) -> HttpResponse:
    kept = drafts.find(actor, DRAFT)
    initial: dict[str, Any] = {}
    form = Register(by=actor, record=None, initial=initial)
    if kept is not None:
        form.initial.update(drafts.typed(form.fields, kept.fields))
    if person := _known(actor, request.GET.get("person")):
        form.initial["person"] = person.pk
    return _show(request, actor, form, kept)


def _form(actor: Actor, data: QueryDict, checked: bool = True) -> Register:
    if checked:
        return Register(data, by=actor, record=None)
    form = Register(by=actor, record=None)
    form.initial.update(drafts.typed(form.fields, data))
    return form


def _with_person(request: HttpRequest, actor: Actor, post: QueryDict) -> HttpResponse:
    """ "Chính là người này" keeps all that was typed; an empty value takes the choice back."""
    form = _form(actor, post, checked=False)
    person = _known(actor, post.get("_person"))
    form.initial["person"] = person.pk if person else ""
    return _show(request, actor, form)


def _register(request: HttpRequest, actor: Actor, post: QueryDict) -> HttpResponse:
    try:
        outcome = perform(Case, "register", by=actor, key=post.get("key", "")[:100], data=post)
    except Invalid:
        return _show(request, actor, _form(actor, post), status=422)
    except (Blocked, KeyReused) as error:
        reasons = error.reasons if isinstance(error, Blocked) else refusals.key_reused()
        return _show(request, actor, _form(actor, post, checked=False), status=409, reasons=reasons)
    drafts.forget(actor, DRAFT)
    messages.success(request, _("Đã tiếp nhận, số hồ sơ %(number)s, chuyển sàng lọc.") % outcome.result)
    return redirect(_page_of(actor, outcome.result))


def _page_of(actor: Actor, result: dict[str, Any]) -> str:
    case = Case(pk=UUID(result["id"]))
    return page_url(case) if can(actor, "view", case) else "/"


def _show(
    request: HttpRequest, actor: Actor, form: Register, kept: drafts.Kept | None = None, status: int = 200, **said: Any
) -> HttpResponse:
    for name in ("in_danger", "legal_basis"):
        form.fields[name].widget.attrs["class"] = "row"
    form.fields["to_unit"].empty_label = _("Đơn vị sàng lọc gần nhất")  # type: ignore[attr-defined]
    form.fields["received_at"].help_text = _("Bỏ trống: vừa xong.")
    person = _known(actor, _value(form, "person"))
    strong = form.is_bound and "duplicates_seen" in form.errors
    found = [] if person is not None else _matches(request, actor, form)
    left_out = KNOWN_LEAVES_OUT if person is not None else frozenset()
    context = {
        "form": form, "danger": form["in_danger"], "person": person, "person_facts": facts(person) if person else "",
        "sections": [
            {"id": code, "label": label, "fields": [form[name] for name in names if name not in left_out]}
            for code, label, names in SECTIONS if set(names) - left_out or code == "nguoi"
        ],
        "candidates": found, "strong": strong, "live": _live_case(actor, person), "key": _key(request, status),
        "draft_key": DRAFT, "draft": kept, "saved_at": kept.saved_at if kept else None,
        "draft_version": kept.version if kept else "", "reasons": [],
        "communes": communes_of(settings.DH_PROVINCE_CODE), **said,
    }  # fmt: skip
    return render(request, "casework/intake.html", context, status=status)


def _key(request: HttpRequest, status: int) -> str:
    """The key of this form: kept while the form is being corrected, so that it is one request however often sent."""
    return (request.POST.get("key", "") if status == 422 else "") or uuid.uuid4().hex


def _value(form: Any, name: str) -> Any:
    return form.data.get(name) if form.is_bound else form.initial.get(name)


def _known(actor: Actor, key: Any) -> Person | None:
    """The person on file, as far as whoever takes a call may know them (name, year, commune); the read is logged."""
    try:
        pk = UUID(str(key))
    except ValueError:
        return None
    if not may_create(actor, Person, "match"):
        return None
    with unit_of_work():
        log_read(actor, Person, [pk], "match")
        return Person.objects.filter(pk=pk, merged_into__isnull=True).select_related("commune").first()


def _live_case(actor: Actor, person: Person | None) -> Case | None:
    """The open case of a known person: the number tells whom to ask, the link is for those who may open it."""
    if person is None:
        return None
    case = Case.objects.filter(person=person, state__in=LIVE).select_related("owner_unit").first()
    if case is not None:
        case.may_open = can(actor, "view", case)  # type: ignore[attr-defined]
    return case


def _matches(request: HttpRequest, actor: Actor, form: Register) -> list[dict[str, Any]]:
    """People on file who resemble what was typed so far."""
    data = {name: _read(form, name) for name in ("name", "birth", "commune", "sex", "id_number")}
    number = str(data["id_number"] or "")
    if number and not may_look_up(actor, number):
        data["id_number"] = ""
    if not data["name"] and not data["id_number"]:
        return []
    if not may_create(actor, Person, "match"):
        return []
    with unit_of_work():
        found = people.matches(data)
        log_read(actor, Person, [match.id for match in found], "match")
    return [
        {
            "id": match.id, "name": match.name, "strong": match.strong,
            "sub": ", ".join(part for part in (str(match.birth_year or ""), match.commune) if part),
            "reasons": [{"kind": kind, "text": text} for kind, text in match.reasons],
        }
        for match in found
    ]  # fmt: skip


def _read(form: Register, name: str) -> Any:
    """One field as far as it can be read; what is typed wrong counts as not typed."""
    try:
        return form.fields[name].clean(_value(form, name))
    except ValidationError:
        return None


@route("roles", roles=TAKES_CALLS, rate="page")
@require_POST
def intake_matches(request: HttpRequest) -> HttpResponse:
    """The panel of people alike, asked while one types; by POST, because names do not belong into addresses."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = _form(actor, request.POST, checked=False)
    context = {"candidates": _matches(request, actor, form), "strong": False}
    return render(request, "casework/intake_matches.html", context)


@route("roles", roles=TAKES_CALLS)
@require_http_methods(METHODS)
def emergency(request: HttpRequest) -> HttpResponse:
    """Three fields and who says so; everything else can wait."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if request.method != "POST":
        return _show_emergency(request, actor, EmergencyOpen(by=actor, record=None))
    post = request.POST
    try:
        outcome = perform(Case, "emergency_open", by=actor, key=post.get("key", "")[:100], data=post)
    except (Denied, NotVisible):
        raise
    except Invalid:
        return _show_emergency(request, actor, _emergency_form(actor, post), status=422)
    except DomainError as error:
        reasons = error.reasons if isinstance(error, Blocked) else refusals.key_reused()
        form = _emergency_form(actor, post, checked=False)
        return _show_emergency(request, actor, form, status=409, reasons=reasons)
    drafts.forget(actor, DRAFT)
    messages.success(request, _("Đã mở ca khẩn cấp %(number)s. Kiểm huấn viên đã được báo.") % outcome.result)
    return redirect(_page_of(actor, outcome.result))


def _emergency_form(actor: Actor, data: QueryDict, checked: bool = True) -> EmergencyOpen:
    if checked:
        return EmergencyOpen(data, by=actor, record=None)
    form = EmergencyOpen(by=actor, record=None)
    form.initial.update(drafts.typed(form.fields, data))
    return form


FIRST = ("dangers", "found_at", "name", "reporter", "reporter_phone")
LATER = ("problem", "sex", "birth", "commune", "source", "to_unit")


def _show_emergency(
    request: HttpRequest, actor: Actor, form: EmergencyOpen, status: int = 200, **said: Any
) -> HttpResponse:
    bad = form.errors if form.is_bound else {}
    # Who works on no case names who acts at once.
    form.fields["worker"].empty_label = _("Kiểm huấn viên của đơn vị")  # type: ignore[attr-defined]
    form.fields["to_unit"].empty_label = _("Đơn vị sàng lọc gần nhất")  # type: ignore[attr-defined]
    # An empty name is how somebody unknown is written here: the page has no box to tick for it.
    form.fields["name"].help_text = _("Có thể chỉ một từ. Chưa biết tên thì để trống.")
    first = FIRST if actor.has(Role.WORKER, Role.FACILITY) else (*FIRST, "worker")
    context = {
        "form": form, "first": [form[name] for name in first], "later": [form[name] for name in LATER],
        "open_later": bool(set(bad) & set(LATER)), "key": _key(request, status),
        "communes": communes_of(settings.DH_PROVINCE_CODE), "reasons": [],
        "person": form.initial.get("person") or "", **said,
    }  # fmt: skip
    return render(request, "casework/emergency.html", context, status=status)
