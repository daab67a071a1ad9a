"""Where a record is shown. Each app says so for its own models, so that shared pages can lead there.

register_page("casework.Assessment", lambda row: reverse("assessment", args=[row.pk]))
"""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from core.errors import Reason

HOME = "/"
_pages: dict[str, Callable[[Any], str]] = {}
_words: dict[str, Callable[[Any], str]] = {}
_notices: dict[str, Callable[[UUID], str]] = {}


def register_page(label: str, page: Callable[[Any], str], words: Callable[[Any], str] | None = None) -> None:
    """`page(record)` gives the path of the record's page from its key alone where it can; `words(record)` says in a
    few words which record it is."""
    _pages[label] = page
    if words is not None:
        _words[label] = words


def page_url(record: Model | None) -> str:
    """The page of the record, else of the record whose history it belongs to, else the day page."""
    if record is None:
        return HOME
    page = _pages.get(record._meta.label)
    if page is not None:
        return page(record)
    root = getattr(record, "root", None)
    return page_url(root) if root is not None and root is not record else HOME


def page_of(label: str, pk: UUID) -> str:
    """The page of a record known by label and key; no query for pages that need no more than the key."""
    return page_url(apps.get_model(label)(pk=pk)) if label in _pages else HOME


def register_notice_page(kind: str, page: Callable[[UUID], str]) -> None:
    """Where a notice of this kind ("case.reassign") leads, if not to the page of its record: `page(root key)`."""
    _notices[kind] = page


def notice_page(kind: str, label: str, pk: UUID) -> str:
    """Where a notice about a record leads."""
    page = _notices.get(kind)
    return page(pk) if page is not None else page_of(label, pk)


def mended(reasons: Iterable[Reason], record: Model) -> list[Reason]:
    """The reasons with full addresses: "#…" is a place on the record's own page, a bare word a tab of its root's."""
    return [Reason(reason.code, reason.text, _full(str(reason.fix or ""), record)) for reason in reasons]


def _full(fix: str, record: Model) -> str:
    if not fix or fix.startswith("/"):
        return fix
    return f"{page_url(record)}{fix}" if fix.startswith("#") else f"{page_url(getattr(record, 'root', record))}{fix}/"


def words_of(record: Model) -> str:
    """Which record this is, in words; those of its root where it has none of its own."""
    words = _words.get(record._meta.label)
    if words is not None:
        return words(record)
    root = getattr(record, "root", None)
    return words_of(root) if root is not None and root is not record else ""


def safe_next(request: HttpRequest, default: str = "") -> str:
    """The local path in `next` of the form or the address; anything else gives the default."""
    path = request.POST.get("next") or request.GET.get("next") or ""
    local = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if local else default


def act_url(label: str, pk: UUID, action: str) -> str:
    """The page of an action on a record."""
    app, model = label.lower().split(".")
    return reverse("act", args=[app, model, pk, action])


def act_under_url(parent: Model, label: str, action: str) -> str:
    """The page of an action that makes a record of model `label` under `parent`."""
    app, model = label.lower().split(".")
    return reverse("act_under", args=[parent._meta.app_label, parent._meta.model_name, parent.pk, app, model, action])


register_page("core.Proposal", lambda row: reverse("proposal", args=[row.pk]))
