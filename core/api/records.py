"""Every record with a lifecycle, at one place: list, retrieve, create, what can be done, do it, what happened.

There is no PUT, PATCH or DELETE: a record changes by its actions only.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_filters import FilterSet
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import engine as access
from core.access.legs import legs
from core.api import forms, shapes
from core.api.fields import RecordSerializer, classes_of, declared_name, path_of
from core.api.paging import MOST, Key, keyset, page
from core.api.parsers import JsonObjectParser, JsonWithFiles
from core.api.problems import bad_field
from core.api.views import ApiView, ask_second_factor, idempotency_key, take_version
from core.audit.chain import unit_of_work
from core.audit.models import Event
from core.audit.reads import log_read
from core.errors import Denied, Invalid, NotVisible
from core.lifecycle.actions import Action, actions_of, find
from core.lifecycle.engine import Outcome, Possibility, _fits, available, perform

NARRATIVE, HISTORY = "read:narrative", "read:history"
Filter = Callable[[QuerySet[Any], str], QuerySet[Any]]


class RecordViewSet(ApiView):
    """What a subclass declares:

    model             the record; its rules (core.access.engine.declare) decide everything
    serializer_class  explicit fields, each standing in the rules' `fields`
    list_columns      names of those fields that a list shows (the others only the record itself)
    filters           {name: function(queryset, text) -> queryset} or a FilterSet class; ValueError means 400
    ordering          the column that orders lists, "-opened_at", or several, as strings or paging.Key; unless said the
                      key, which is the order of making (core.ids), the newest first
    field_class       what the read log calls a read of this record; "" for records that hold nothing sensitive
    create_action     the action that POST on the collection takes; "" for none
    select            foreign keys that the record's fields follow
    """

    model: ClassVar[type[Model]]
    serializer_class: ClassVar[type[RecordSerializer]]
    list_columns: ClassVar[Sequence[str]] = ()
    filters: ClassVar[Mapping[str, Filter] | type[FilterSet]] = {}
    ordering: ClassVar[str | Sequence[str | Key]] = "-pk"
    field_class: ClassVar[str] = "view"
    create_action: ClassVar[str] = ""
    select: ClassVar[Sequence[str]] = ()
    action_name = ""
    base_name = ""

    # Reading

    def browse(self, request: Request) -> Response:
        with unit_of_work():
            columns = self._columns()
            guarded = sorted({kind for column in columns if "view" not in column.kinds for kind in column.kinds})
            rows = access.with_rights(self.actor, self._filtered(self.model._default_manager.all()), guarded)
            marks = [access.mark(kind) for kind in guarded]
            keys = keyset(*([self.ordering] if isinstance(self.ordering, str) else self.ordering))
            wanted = {*(column.path for column in columns), *marks, *(key.column for key in keys)}
            shown = rows.values(*sorted(wanted))
            found = page(request, shown, keys, dict.__getitem__, legs(self.actor, self.model))
            self._log(self.field_class, [row["pk"] for row in found.rows])
            for kind in guarded:
                self._log(kind, [row["pk"] for row in found.rows if row[access.mark(kind)]])
            results = [_line(row, columns) for row in found.rows]
        return Response(found.body(results))

    @classmethod
    def _columns(cls) -> tuple["_Column", ...]:
        """The framework copies all fields for every request; what a list shows never changes while the product runs."""
        key = (cls, tuple(cls.list_columns))
        if key not in _made:
            _made[key] = _columns_of(cls)
        return _made[key]

    def retrieve(self, request: Request, pk: UUID) -> Response:
        with self._reading(pk):
            row = self._row(pk)
            serializer = self.serializer_class(row, context={"request": request, "actor": self.actor})
            shown = set()
            for name, item in list(serializer.fields.items()):
                readable = self._readable(row, path_of(name, item))
                if not readable:
                    serializer.fields.pop(name)
                elif "view" not in readable:
                    shown.update(readable[:1])
            self._log(self.field_class, [pk], row)
            for kind in sorted(shown):
                self._log(kind, [pk], row)
            body = serializer.data
        return Response(body)

    def _row(self, pk: UUID) -> Any:
        """The row with `may_…` marks for each class of fields: one SELECT."""
        rules = access.rules_of(self.model)
        kinds = {*(rules.fields if rules else ()), *self._declared(NARRATIVE, HISTORY)}
        rows = (
            self.model._default_manager.select_related(*self.select)
            if self.select
            else self.model._default_manager.all()
        )
        return access.fetch(self.actor, self.model, pk, within=access.with_rights(self.actor, rows, sorted(kinds)))

    def _declared(self, *actions: str) -> list[str]:
        rules = access.rules_of(self.model)
        return [action for action in actions if rules is not None and action in rules.actions]

    def _readable(self, row: Any, path: str) -> list[str]:
        """The classes through which the actor reads this column of this row."""
        rules = access.rules_of(self.model)
        kinds = classes_of(rules, declared_name(self.model, path)) if rules else []
        return [kind for kind in kinds if getattr(row, access.mark(kind))]

    def _filtered(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        if isinstance(self.filters, type):
            found = self.filters(self.request.query_params, rows, request=self.request)
            if not found.is_valid():
                raise Invalid({name: list(errors) for name, errors in found.errors.items()})
            return found.qs
        for name in set(self.request.query_params) & set(self.filters):
            try:
                rows = self.filters[name](rows, self.request.query_params[name])
            except ValueError as error:
                raise bad_field("invalid", **{name: str(error) or _("Giá trị không dùng được.")}) from error
        return rows

    # What can be done, and what was

    def possible(self, request: Request, pk: UUID) -> Response:
        with self._reading(pk):
            row = self._row(pk)
            offered = [self._offer(row, possibility) for possibility in available(self.actor, row)]
            self._log(self.field_class, [pk], row)
        return Response({"version": row.version, "state": getattr(row, "state", None), "actions": offered})

    def _offer(self, row: Any, possibility: Possibility) -> dict[str, Any]:
        spec, fields = possibility.spec, []
        # Choices may be people or places: only who may take the action is shown them.
        if spec.form is not None and possibility.status in ("ready", "missing"):
            fields = forms.describe(spec.form(record=row, by=self.actor))
        return {
            "name": spec.name, "label": str(spec.label), "tone": spec.tone, "two_person": spec.two_person,
            "status": possibility.status, "reasons": [reason.as_json() for reason in possibility.reasons],
            "fields": fields,
        }  # fmt: skip

    def events(self, request: Request, pk: UUID) -> Response:
        with self._reading(pk):
            row = self._row(pk)
            if self._declared(HISTORY) and not getattr(row, access.mark(HISTORY)):
                raise Denied([access.not_your_duty(self.model, HISTORY)])
            notes = not self._declared(NARRATIVE) or getattr(row, access.mark(NARRATIVE))
            rows = Event.objects.filter(subject_id=pk, subject_model=self.model._meta.label)
            found = page(request, rows.select_related("actor", "acting_for"), keyset("-seq", last="seq"))
            self._log(NARRATIVE if notes else self.field_class, [pk], row)
            results = [_told(event, notes) for event in found.rows]
        return Response(found.body(results))

    # Doing

    def create(self, request: Request) -> Response:
        """POST on the collection, or on actions/<name>/ beside it: an action that makes a record."""
        spec = find(self.model, self.action_name or self.create_action)
        key, (body, files) = idempotency_key(request), _sent(request)
        parent = None if spec.parent is None else spec.parent(pk=_parent(body))
        forms.check_shapes(spec.form, body)
        ask_second_factor(request, spec.fresh)
        outcome = perform(
            self.model, spec.name, by=self.actor, key=key, data=body, files=files, parent=parent, strict=True
        )
        response = _done(spec, outcome, 201)
        if response.status_code == 201:
            response["Location"] = reverse(f"api:{self.base_name}-detail", args=[outcome.result["id"]])
        return response

    def act(self, request: Request, pk: UUID) -> Response:
        spec = find(self.model, self.action_name)
        key, (body, files) = idempotency_key(request), _sent(request)
        version = take_version(body)
        forms.check_shapes(spec.form, body)
        ask_second_factor(request, spec.fresh)
        with self._reading(pk, joined=False):
            outcome = perform(
                (self.model, pk), spec.name, by=self.actor, version=version, key=key, data=body, files=files,
                strict=True,
            )  # fmt: skip
        return _done(spec, outcome, 200)

    # The read log

    def _log(self, kind: str, ids: Sequence[Any], row: Any = None) -> None:
        if self.field_class:
            log_read(self.actor, self.model, ids, kind, root_id=getattr(row, "root_key", None))

    def _reading(self, pk: UUID, joined: bool = True) -> "_Reading":
        return _Reading(self, pk, joined)

    # What the OpenAPI document says

    def query_schemas(self) -> dict[str, dict[str, Any]]:
        if self.action not in ("browse", "events"):
            return {}
        limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": 25}
        given: dict[str, dict[str, Any]] = {"limit": limit, "cursor": {"type": "string"}}
        if self.action == "browse":
            given.update(self._filter_schemas())
        return given

    def _filter_schemas(self) -> dict[str, dict[str, Any]]:
        if isinstance(self.filters, type):
            return {name: forms.value_schema(item.field) for name, item in self.filters.base_filters.items()}
        return {name: {"type": "string"} for name in self.filters}

    def words(self) -> str:
        if self.action in ("act", "create"):
            return str(find(self.model, self.action_name or self.create_action).label)
        told = {
            "browse": _("Danh sách"),
            "retrieve": _("Một hồ sơ"),
            "possible": _("Việc có thể làm"),
            "events": _("Diễn biến"),
        }
        return told.get(self.action, "")

    def get_parsers(self) -> list[Any]:
        return [JsonWithFiles(), JsonObjectParser()] if self.form_with_files() else super().get_parsers()

    def form_with_files(self) -> Any:
        name = self.action_name or self.create_action
        form = find(self.model, name).form if name and self._doing() else None
        return form if forms.file_names(form) else None

    def _doing(self) -> bool:
        # The parsers are chosen before the framework names the action.
        named = getattr(self, "action", None) or self.action_map.get(str(self.request.method).lower(), "")
        return named in ("act", "create")

    def takes(self) -> dict[str, Any]:
        spec = find(self.model, self.action_name or self.create_action)
        if self.action == "act":
            return forms.request_schema(spec.form, {"version": {"type": "integer", "minimum": 1}}, ["version"])
        if spec.parent is not None:
            return forms.request_schema(spec.form, {"parent": shapes.ID}, ["parent"])
        return forms.request_schema(spec.form, {}, [])

    def answers(self, method: str) -> dict[int, Any]:
        if self.action in ("act", "create"):
            spec = find(self.model, self.action_name or self.create_action)
            return {202: "Proposed"} if spec.two_person else {201 if self.action == "create" else 200: "Outcome"}
        bodies: dict[str, Any] = {
            "browse": [self.serializer_class], "retrieve": self.serializer_class, "possible": "Actions",
            "events": "EventPage",
        }  # fmt: skip
        return {200: bodies[self.action]}


@dataclass(frozen=True)
class _Column:
    """A field of a list: where it is read, through which classes of fields (none for whoever sees the row), and how it
    is written."""

    name: str
    path: str
    kinds: tuple[str, ...]
    marks: tuple[str, ...]
    write: Callable[[Any], Any]


_made: dict[tuple[type[RecordViewSet], tuple[str, ...]], tuple[_Column, ...]] = {}


def _columns_of(viewset: type[RecordViewSet]) -> tuple[_Column, ...]:
    rules, every = access.rules_of(viewset.model), viewset.serializer_class().fields
    assert rules is not None, "core.api.router refuses a model without rules"
    found = []
    for name in viewset.list_columns:
        path = path_of(name, every[name])
        kinds = tuple(classes_of(rules, declared_name(viewset.model, path)))
        marks = () if "view" in kinds else tuple(access.mark(kind) for kind in kinds)
        found.append(_Column(name, path, kinds, marks, every[name].to_representation))
    return tuple(found)


def _line(row: dict[str, Any], columns: Sequence[_Column]) -> dict[str, Any]:
    line = {}
    for column in columns:
        if "view" in column.kinds or any(row[mark] for mark in column.marks):
            value = row[column.path]
            line[column.name] = None if value is None else column.write(value)
    return line


class _Reading:
    """One unit of work of a read; a refusal is logged after it, alike for rows that are hidden and that are not."""

    def __init__(self, view: RecordViewSet, pk: UUID, joined: bool):
        self.view, self.pk = view, pk
        self.work = unit_of_work() if joined else None

    def __enter__(self) -> None:
        if self.work is not None:
            self.work.__enter__()

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        try:
            if self.work is not None:
                self.work.__exit__(kind, error, trace)
        finally:
            if isinstance(error, NotVisible) and self.view.field_class:
                log_read(self.view.actor, self.view.model, [self.pk], self.view.field_class, denied=True)


def _sent(request: Request) -> tuple[dict[str, Any], Any]:
    """The JSON object of the request, and the files that came beside it."""
    files = request.FILES
    return {name: value for name, value in dict(request.data).items() if name not in files}, files or None


def _parent(body: dict[str, Any]) -> UUID:
    text = body.pop("parent", None)
    try:
        return UUID(text)
    except (TypeError, ValueError, AttributeError) as error:
        raise bad_field("invalid", parent=_("Cần mã (UUID) của hồ sơ mà bản ghi này thuộc về.")) from error


def _done(spec: Action, outcome: Outcome, status: int) -> Response:
    status = 202 if spec.two_person else status
    headers = {"Idempotency-Replayed": "true"} if outcome.replayed else {}
    # PostgreSQL keeps the stored answer in an order of its own; sorted, the repeat is the same bytes.
    return Response(dict(sorted(outcome.result.items())), status, headers=headers)


def _told(event: Event, notes: bool) -> dict[str, Any]:
    told = {
        "id": event.id, "verb": event.verb, "source": event.source, "target": event.target,
        "at": timezone.localtime(event.effective_at), "recorded_at": timezone.localtime(event.recorded_at),
        "actor": _person(event.actor), "acting_for": _person(event.acting_for), "reason": event.reason,
        "version": event.version, "data": event.data,
    }  # fmt: skip
    if notes:
        told["note"] = event.note
    return told


def _person(user: Any) -> dict[str, Any] | None:
    return {"id": user.pk, "name": user.full_name} if user else None


def operations(viewset: type[RecordViewSet]) -> tuple[list[Action], list[Action]]:
    """The actions that people may take on a record, and those that make one beside `create_action`; some do both."""
    specs = [spec for spec in actions_of(viewset.model).values() if not spec.internal]
    taken = [spec for spec in specs if _fits(spec, creating=False)]
    return taken, [spec for spec in specs if spec.creates and spec.name != viewset.create_action]
