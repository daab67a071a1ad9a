"""Core's own resources: who I am, my work and notices, proposals. The words that all share stand in words.py."""

from collections.abc import Sequence
from typing import Any, ClassVar, cast
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.access.routes import route
from core.accounts.enums import Role
from core.accounts.models import User
from core.api import shapes
from core.api.fields import Label, Overdue, RecordSerializer
from core.api.paging import MOST, Key, keyset, page
from core.api.problems import bad_field
from core.api.records import RecordViewSet
from core.api.views import ApiView, idempotency_key
from core.audit.chain import unit_of_work
from core.errors import Invalid
from core.lifecycle import idempotency, proposals
from core.lifecycle.models import Proposal, ProposalState
from core.worklist import kinds, notices
from core.worklist.models import Notice, WorkItem
from core.worklist.selectors import open_items


class OpenList(ApiView):
    """A list that needs no right on single rows: shared words, or the reader's own. `rows()` gives them, `keys` order
    them; `filters` are parameters that `rows()` reads. Its fields stand in core.api.declared.OPEN."""

    model: ClassVar[type[Model]]
    serializer_class: ClassVar[type[RecordSerializer]]
    keys: ClassVar[Sequence[Key]] = keyset("code")
    filters: ClassVar[dict[str, dict[str, Any]]] = {}
    paged: ClassVar[bool] = True

    def rows(self) -> QuerySet[Any]:
        raise NotImplementedError

    def browse(self, request: Request) -> Response:
        found = page(request, self.rows(), self.keys, _read)
        return Response(found.body(list(self.serializer_class(found.rows, many=True).data)))

    def parameter(self, name: str) -> str:
        """A filter's text, one of its `enum` where it has one; "" if it is not given."""
        text = self.request.query_params.get(name, "")
        allowed = self.filters[name].get("enum")
        if text and allowed and text not in allowed:
            raise bad_field("invalid", **{name: _("Giá trị không dùng được.")})
        return text

    def query_schemas(self) -> dict[str, dict[str, Any]]:
        limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": 25}
        head: dict[str, Any] = {"limit": limit, "cursor": shapes.TEXT} if self.paged else {}
        return {**head, **self.filters}

    def answers(self, method: str) -> dict[int, Any]:
        return {200: [self.serializer_class]}


def _read(row: Any, column: str) -> Any:
    for step in column.split("__"):
        row = getattr(row, step)
    return row


# Who I am


@route("login")
class Me(ApiView):
    summary = _("Tôi là ai")

    def browse(self, request: Request) -> Response:
        actor, user = self.actor, cast(User, request.user)
        duties = [
            {"role": d.role, "label": str(Role(d.role).label), "unit": d.unit_id, "unit_name": d.unit_name}
            for d in actor.holdings
        ]
        return Response({
            "id": user.pk, "username": user.username, "name": user.full_name, "title": user.title, "duties": duties,
            "stands_for": sorted(str(key) for key in actor.stands_for), "scopes": sorted(actor.scopes),
        })  # fmt: skip

    def answers(self, method: str) -> dict[int, Any]:
        duty = shapes.thing(role=shapes.TEXT, label=shapes.TEXT, unit=shapes.ID, unit_name=shapes.TEXT)
        return {200: shapes.thing(
            id=shapes.ID, username=shapes.TEXT, name=shapes.TEXT, title=shapes.TEXT, duties=shapes.listing(duty),
            stands_for=shapes.listing(shapes.ID), scopes=shapes.listing(shapes.TEXT),
        )}  # fmt: skip


# My work


class WorkItemSerializer(RecordSerializer):
    model = WorkItem
    id = serializers.UUIDField()
    kind = serializers.CharField()
    title = serializers.SerializerMethodField()
    action = serializers.SerializerMethodField()
    subject_model = serializers.CharField()
    subject_id = serializers.UUIDField()
    root_model = serializers.CharField()
    root_id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    unit_id = serializers.UUIDField()
    role = serializers.CharField()
    due_at = serializers.DateTimeField()
    overdue = Overdue(source="due_at")
    paused_at = serializers.DateTimeField()
    risk = serializers.IntegerField()
    opened_at = serializers.DateTimeField()

    def get_title(self, row: WorkItem) -> str:
        return str(kinds.kind(row.kind).title)

    def get_action(self, row: WorkItem) -> str:
        return kinds.kind(row.kind).action


@route("login")
class WorkItems(OpenList):
    summary = _("Việc của tôi")
    model = WorkItem
    serializer_class = WorkItemSerializer
    keys = keyset(Key("due_at", nullable=True), Key("risk", descending=True), Key("id"), last="id")

    def rows(self) -> QuerySet[Any]:
        return open_items(self.actor)


class NoticeSerializer(RecordSerializer):
    model = Notice
    id = serializers.UUIDField()
    kind = serializers.CharField()
    text = serializers.SerializerMethodField()
    root_model = serializers.CharField()
    root_id = serializers.UUIDField()
    event_id = serializers.UUIDField()
    at = serializers.DateTimeField()
    read_at = serializers.DateTimeField()

    def get_text(self, row: Notice) -> str:
        return notices.text(row.kind)


@route("login")
class Notices(OpenList):
    summary = _("Thông báo của tôi")
    model = Notice
    serializer_class = NoticeSerializer
    keys = keyset("-at")
    filters = {"unread": {"type": "string", "enum": ["true", "false"]}}

    def rows(self) -> QuerySet[Any]:
        return notices.unread(self.actor) if self.parameter("unread") == "true" else notices.mine(self.actor)


@route("login")
class ReadNotices(ApiView):
    """POST {"ids": […]}, or {} for all."""

    summary = _("Đánh dấu đã đọc")

    def create(self, request: Request) -> Response:
        key, body = idempotency_key(request), dict(request.data)
        unknown = sorted(set(body) - {"ids"})
        if unknown:
            raise Invalid({name: [_("Trường này không có hoặc không được ghi.")] for name in unknown})
        ids = _keys(body["ids"]) if "ids" in body else None
        with unit_of_work():
            claim = idempotency.claim(self.actor, key, idempotency.fingerprint("notices.read", body))
            if claim is not None and claim.result is not None:
                return Response(claim.result, headers={"Idempotency-Replayed": "true"})
            result = {"read": notices.mark_read(self.actor, ids)}
            if claim is not None:
                claim.settle(result)
        return Response(result)

    def takes(self) -> dict[str, Any]:
        return {**shapes.thing([], ids={**shapes.listing(shapes.ID), "maxItems": MOST}), "additionalProperties": False}

    def answers(self, method: str) -> dict[int, Any]:
        return {200: shapes.thing(read={"type": "integer"})}


def _keys(value: Any) -> list[UUID]:
    try:
        if isinstance(value, list) and len(value) <= MOST:
            return [UUID(text) for text in value]
    except (TypeError, ValueError, AttributeError):
        value = None
    raise bad_field("invalid", ids=_("Cần một danh sách mã (UUID), nhiều nhất 100."))


# Proposals


@extend_schema_field({"type": "object"})
class Asked(serializers.Field):
    """What the action's form was given: what the second person is asked to confirm."""

    def to_representation(self, value: str) -> dict[str, Any]:
        given = proposals.asked(value)
        return {name: given.getlist(name) for name in given} if isinstance(given, MultiValueDict) else given


class ProposalSerializer(RecordSerializer):
    model = Proposal
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    state = serializers.CharField()
    state_label = Label(ProposalState.choices, source="state")
    subject_model = serializers.CharField(source="model")
    subject_id = serializers.UUIDField()
    subject_version = serializers.IntegerField()
    action = serializers.CharField()
    unit_id = serializers.UUIDField()
    role = serializers.CharField()
    proposed_by_id = serializers.UUIDField()
    decided_by_id = serializers.UUIDField()
    created_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    overdue = Overdue(source="due_at")
    summary = serializers.CharField()
    asked = Asked(source="payload")
    result_id = serializers.UUIDField()


def _state(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    if text not in ProposalState.values:
        raise ValueError(_("Không có trạng thái này."))
    return rows.filter(state=text)


class Proposals(RecordViewSet):
    """Two-person actions that wait for the second person."""

    model = Proposal
    serializer_class = ProposalSerializer
    list_columns = (
        "id", "version", "state", "state_label", "subject_model", "subject_id", "action", "unit_id", "role",
        "proposed_by_id", "created_at", "due_at",
    )  # fmt: skip
    filters = {"state": _state}
