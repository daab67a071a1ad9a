"""The page of any action: GET shows its form or what is still missing, POST takes it through `perform()`.

Every action of every lifecycle is reachable here, so a button is a link and needs no page of its own:
`act_url(label, pk, action)` and `act_under_url(parent, label, action)` in `core.web.pages`.
"""

import uuid
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import engine as access
from core.access.actor import Actor
from core.access.routes import route
from core.accounts import second_factor
from core.accounts.enums import Role
from core.audit.chain import unit_of_work
from core.audit.reads import log_read
from core.errors import Blocked, Denied, DomainError, Invalid, KeyReused, NotVisible, Stale, VersionMissing
from core.lifecycle import engine
from core.lifecycle.actions import Action, actions_of
from core.lifecycle.engine import Outcome, Possibility, perform
from core.web import drafts, refusals
from core.web.middleware import second_factor_page
from core.web.pages import HOME, mended, page_of, page_url, safe_next, words_of

METHODS = ["GET", "HEAD", "POST"]


@route("login")
@require_http_methods(METHODS)
def act(request: HttpRequest, app: str, model: str, pk: UUID, action: str) -> HttpResponse:
    """An action on a record that is there."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    spec = _spec(app, model, action, creating=False)
    rows = access.with_rights(actor, spec.model._base_manager.filter(pk=pk), ["view", action])
    row: Any = rows.first()
    permitted = row is not None and getattr(row, access.mark(action))
    if row is None or not (row.may_view or permitted):
        raise NotVisible
    return ActionPage(request, spec, row, None, permitted).answer()


@route("login")
@require_http_methods(METHODS)
def act_under(
    request: HttpRequest, parent_app: str, parent_model: str, pk: UUID, app: str, model: str, action: str
) -> HttpResponse:
    """An action that makes a record under another one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    spec = _spec(app, model, action, creating=True)
    if spec.parent is None or spec.parent is not _model(parent_app, parent_model):
        raise NotVisible
    parent = access.fetch(actor, spec.parent, pk)
    row = spec.model()
    setattr(row, engine.parent_field(spec.model, spec.parent), parent)
    permitted = access.can(actor, f"{spec.model._meta.model_name}.{action}", parent)
    return ActionPage(request, spec, row, parent, permitted).answer()


def _model(app: str, model: str) -> Any:
    try:
        return apps.get_model(app, model)
    except LookupError:
        raise NotVisible from None


def _spec(app: str, model: str, action: str, creating: bool) -> Action:
    spec = actions_of(_model(app, model)).get(action)
    if spec is None or spec.internal or not engine._fits(spec, creating=creating):
        raise NotVisible
    return spec


class ActionPage:
    """One showing or taking of an action. `row` is unsaved where the action makes it under `parent`."""

    def __init__(self, request: HttpRequest, spec: Action, row: Any, parent: Any, permitted: bool):
        self.request, self.spec, self.row, self.parent, self.permitted = request, spec, row, parent, permitted
        self.actor: Actor = request.actor  # type: ignore[attr-defined]
        self.subject = parent if parent is not None else row
        self.back = safe_next(request) or page_url(self.subject)
        self.kept: drafts.Kept | None = None
        self.draft_key = f"{spec.model._meta.label}:{self.subject.pk}:{spec.name}"

    def answer(self) -> HttpResponse:
        if self.spec.fresh:
            wanted = second_factor.wanted(self.request, self.request.user, fresh=True)  # type: ignore[arg-type]
            if wanted:
                return second_factor_page(self.request, wanted)
        return self._take() if self.request.method == "POST" else self._show()

    # Showing

    def _show(self) -> HttpResponse:
        possible = engine._possibility(self.spec, self.row, self.actor, self.permitted)
        if possible.status == "not_you":
            raise Denied(possible.reasons)
        if not possible.allowed:
            return self._missing(possible)
        with unit_of_work():
            self._log()
            form = self._form(initial=self._initial())
            return self._render(form)

    def _missing(self, possible: Possibility) -> HttpResponse:
        return self._render(None, reasons=possible.reasons)

    def _log(self) -> None:
        """The page names the record, and a form that starts from it shows classes of its fields."""
        if access.rules_of(type(self.subject)) is not None:
            log_read(self.actor, type(self.subject), [self.subject.pk], "view", root_id=_root_key(self.subject))
        if self.parent is None and hasattr(self.spec.form, "initial_of"):
            for kind in self._classes():
                log_read(self.actor, self.spec.model, [self.row.pk], kind, root_id=_root_key(self.row))

    def _classes(self) -> list[str]:
        rules = access.rules_of(self.spec.model)
        names = set(getattr(self.spec.form, "base_fields", ()))
        found = rules.fields.items() if rules else ()
        return [kind for kind, columns in found if kind.startswith("read:") and names & set(columns)]

    def _hidden(self) -> dict[str, Any]:
        """Fields of the form whose present value this person may not read, with that value: they are neither shown
        nor changed."""
        start = getattr(self.spec.form, "initial_of", None)
        rules = access.rules_of(self.spec.model)
        if start is None or self.parent is not None or rules is None:
            return {}
        known = {name for columns in rules.fields.values() for name in columns}
        closed = known - access.fields_readable(self.actor, self.row)
        return {name: value for name, value in start(self.row).items() if name in closed}

    def _initial(self) -> dict[str, Any]:
        start = getattr(self.spec.form, "initial_of", None)
        initial = dict(start(self.row)) if start is not None and self.parent is None else {}
        names = getattr(self.spec.form, "base_fields", {})
        initial.update({name: value for name, value in self.request.GET.items() if name in names})
        return initial

    def _form(self, data: Any = None, initial: dict[str, Any] | None = None) -> BaseForm | None:
        if self.spec.form is None:
            return None
        files = self.request.FILES if data is not None else None
        form = self.spec.form(data, files, record=self.row, by=self.actor, initial=initial)
        for name in self._hidden():
            form.fields.pop(name, None)
        kept = drafts.find(self.actor, self.draft_key) if data is None else None
        if kept is not None:
            form.initial.update(drafts.typed(form.fields, kept.fields))
            self.kept = kept
        return form

    def _render(self, form: BaseForm | None, status: int = 200, **said: Any) -> HttpResponse:
        spec, kept = self.spec, self.kept
        if "reasons" in said:
            said["reasons"] = mended(said["reasons"], self.subject)
        context = {
            "title": spec.label, "about": words_of(self.subject), "hint": spec.hint, "form": form,
            "verb": spec.label, "stop": spec.tone == "stop", "back_url": self.back, "action": self.request.path,
            "hidden": {"key": uuid.uuid4().hex, "version": self.row.version, "next": safe_next(self.request)},
            "confirm_by": Role(spec.confirm_by).in_sentence if spec.two_person else "",
            "draft_key": self.draft_key, "draft": kept, "saved_at": kept.saved_at if kept else None,
            "draft_version": kept.version if kept else "", "keep": _("Quay lại"), "reasons": [], "stale": None,
            "again": False,
            **said,
        }  # fmt: skip
        if "version" in said:
            context["hidden"]["version"] = said["version"]
        if "key" in said:
            context["hidden"]["key"] = said["key"]
        htmx = getattr(self.request, "htmx", None)
        if htmx and htmx.target == "dialog":
            return render(self.request, "core/action_dialog.html", context, status=status)
        return render(self.request, "core/action.html", context, status=status)

    # Taking

    def _take(self) -> HttpResponse:
        post = self.request.POST
        try:
            outcome = self._perform(post)
        except DomainError as error:
            return self._refused(error)
        drafts.forget(self.actor, self.draft_key)
        if self.spec.two_person:
            said = _("Đã gửi đề nghị “%(what)s”. Việc chỉ diễn ra khi người khác xác nhận.")
        else:
            said = _("Đã xong: %(what)s.")
        messages.success(self.request, said % {"what": self.spec.label})
        return redirect(self._after(outcome))

    def _perform(self, post: QueryDict) -> Outcome:
        key = post.get("key", "")[:100]
        if self.parent is not None:
            return perform(
                self.spec.model, self.spec.name, by=self.actor, key=key, data=post, files=self.request.FILES,
                parent=self.parent,
            )  # fmt: skip
        version = post.get("version", "")
        return perform(
            (self.spec.model, self.row.pk), self.spec.name, by=self.actor, key=key, data=self._data(post),
            version=int(version) if version.isascii() and version.isdigit() else None, files=self.request.FILES,
        )  # fmt: skip

    def _data(self, post: QueryDict) -> QueryDict:
        hidden = self._hidden()
        if not hidden:
            return post
        assert self.spec.form is not None
        fields = self.spec.form(record=self.row, by=self.actor).fields
        data = post.copy()
        for name in hidden.keys() & fields.keys():
            value = fields[name].prepare_value(hidden[name])
            data[name] = "" if value is None else value
        return data

    def _refused(self, error: DomainError) -> HttpResponse:
        """The page again with the typed text and what stood in the way."""
        if isinstance(error, Denied | NotVisible):
            raise error
        form = self._form(self.request.POST)
        key = self.request.POST.get("key", "")
        if isinstance(error, Invalid):
            if form is not None:
                return self._render(form, 422, key=key)
            return self._render(form, 422, reasons=refusals.as_reasons(error), key=key)
        if isinstance(error, Blocked):
            return self._render(_unchecked(form), 409, reasons=error.reasons)
        if isinstance(error, KeyReused):
            return self._render(_unchecked(form), 409, reasons=refusals.key_reused(), again=True)
        assert isinstance(error, Stale | VersionMissing)
        stale = error if isinstance(error, Stale) else engine.stale(self.row)
        return self._render(_unchecked(form), 409, stale=stale, version=stale.current)

    def _after(self, outcome: Outcome) -> str:
        """Where the person came from, else the record's page, if it may still be seen."""
        asked = safe_next(self.request)
        if asked:
            return asked
        record = outcome.record
        if record is None:
            result = outcome.result
            if "proposal" in result:
                return page_of("core.Proposal", UUID(result["proposal"]))
            record = self.spec.model._base_manager.filter(pk=result["id"]).first()
        root = getattr(record, "root", record)
        seen = root is not None and access.can(self.actor, "view", root)
        return page_url(record) if seen else HOME


def _unchecked(form: BaseForm | None) -> BaseForm | None:
    """The typed text without complaints about it: it was not what stood in the way."""
    if form is not None and form.is_bound:
        form.initial = drafts.typed(form.fields, form.data)
        form.is_bound = False
    return form


def _root_key(row: Any) -> Any:
    return getattr(row, "root_key", None)
