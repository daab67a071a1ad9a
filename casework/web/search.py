"""Tìm: one box for people and cases. What is looked for comes by POST only, so that no address and no history of a
shared computer holds a name or the number of a paper."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from casework.models import Case, Person
from casework.selectors import search as found
from casework.selectors.today import facts
from casework.web.lookup import digits, looks_like_id, may_look_up
from core.access.actor import Actor
from core.access.routes import route
from core.audit.chain import unit_of_work
from core.audit.reads import log_read
from core.folding import clean
from core.web.context import READS_CASES, TAKES_CALLS

LONGEST = 100


@route("roles", roles=READS_CASES)
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    text = clean(request.POST.get("q") or "")[:LONGEST].replace("\x00", "")
    if request.method != "POST":
        return render(request, "casework/search.html", {"q": "", "by_post": bool(request.GET.get("q"))})
    if looks_like_id(text):
        return _by_identity(request, actor, digits(text))
    with unit_of_work():
        cases = found.cases_named(actor, text) if text else []
        log_read(actor, Case, [case.pk for case in cases], "view")
    if len(cases) == 1 and text.upper() == cases[0].number:
        return redirect("case", cases[0].pk)
    return _page(request, actor, cases, q=text, asked=bool(text))


def _by_identity(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    if not may_look_up(actor, number):
        return render(request, "casework/search.html", {"q": "", "too_often": True}, status=429)
    with unit_of_work():
        cases = found.cases_of_identity(actor, number)
        log_read(actor, Case, [case.pk for case in cases], "view")
        people = found.people_of_identity(actor, number, {case.person_id for case in cases})
        log_read(actor, Person, [person.pk for person in people], "match")
    known = [{"person": person, "facts": facts(person)} for person in people]
    return _page(request, actor, cases, asked=True, by_number=True, known=known)


def _page(request: HttpRequest, actor: Actor, cases: list[Case], **said: Any) -> HttpResponse:
    rows = [{"case": case, "facts": facts(case.person)} for case in cases]
    context = {"q": "", "rows": rows, "full": len(cases) == found.MOST, **said}
    return render(request, "casework/search.html", {**context, "may_register": actor.has(*TAKES_CALLS)})
