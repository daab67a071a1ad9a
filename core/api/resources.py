"""Core's own resources: who I am, my work and notices, proposals, and the words that all share."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, cast
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.access.routes import route
from core.accounts.enums import Role, UnitKind
from core.accounts.models import Unit, User
from core.api import shapes
from core.api.fields import Label, Overdue, RecordSerializer
from core.api.paging import MOST, Key, keyset, page
from core.api.problems import bad_field
from core.api.records import RecordViewSet
from core.api.views import ApiView, idempotency_key
from core.audit.chain import unit_of_work
from core.catalogue import selectors as words
from core.catalogue.models import ClientGroup, ClosureCode, ServiceType
from core.errors import Invalid
from core.folding import fold
from core.lifecycle import idempotency, proposals
from core.lifecycle.models import Proposal, ProposalState
from core.places import selectors as places
from core.places.models import Commune
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
    ordering = "-created_at"


# Words that all share


class UnitSerializer(RecordSerializer):
    model = Unit
    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    kind_label = Label(UnitKind.choices, source="kind")


@route("login")
class Units(OpenList):
    summary = _("Đơn vị đang hoạt động")
    model = Unit
    serializer_class = UnitSerializer
    filters = {"kind": {"type": "string", "enum": list(UnitKind.values)}, "q": shapes.TEXT}

    def rows(self) -> QuerySet[Any]:
        rows = Unit.objects.filter(is_active=True)
        if kind := self.parameter("kind"):
            rows = rows.filter(kind=kind)
        if text := fold(self.parameter("q")):
            rows = rows.filter(name_folded__contains=text)
        return rows


class ClientGroupSerializer(RecordSerializer):
    model = ClientGroup
    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    law_group = serializers.CharField()
    law_group_label = Label(ClientGroup.LawGroup.choices, source="law_group")
    basis = serializers.CharField()
    ministry_type = serializers.CharField()
    is_child = serializers.BooleanField()
    is_emergency = serializers.BooleanField()
    age_min = serializers.IntegerField()
    age_max = serializers.IntegerField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField()


class ServiceTypeSerializer(RecordSerializer):
    model = ServiceType
    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    domain = serializers.CharField()
    domain_label = Label(ServiceType.Domain.choices, source="domain")
    provider_kind = serializers.CharField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField()


class ClosureCodeSerializer(RecordSerializer):
    model = ClosureCode
    id = serializers.IntegerField()
    code = serializers.CharField()
    text = serializers.CharField()
    article = serializers.CharField()
    requires = serializers.ListField(child=serializers.CharField())
    valid_from = serializers.DateField()
    valid_to = serializers.DateField()


def _on(view: OpenList) -> Any:
    text = view.parameter("on")
    try:
        return serializers.DateField().to_internal_value(text) if text else None
    except serializers.ValidationError as error:
        raise bad_field("invalid", on=_("Cần một ngày dạng 2026-12-31.")) from error


class DatedWords(OpenList):
    """The words as they hold on a day (parameter `on`, today by default)."""

    filters = {"on": {"type": "string", "format": "date"}}
    holding: ClassVar[Callable[..., QuerySet[Any]]]

    def rows(self) -> QuerySet[Any]:
        return type(self).holding(_on(self))


@route("login")
class ClientGroups(DatedWords):
    summary = _("Nhóm đối tượng theo luật")
    model = ClientGroup
    serializer_class = ClientGroupSerializer
    holding = staticmethod(words.client_groups)


@route("login")
class ServiceTypes(DatedWords):
    summary = _("Loại dịch vụ")
    model = ServiceType
    serializer_class = ServiceTypeSerializer
    holding = staticmethod(words.service_types)


@route("login")
class ClosureCodes(DatedWords):
    summary = _("Lý do kết thúc")
    model = ClosureCode
    serializer_class = ClosureCodeSerializer
    keys = keyset("valid_from")
    holding = staticmethod(words.closure_codes)


class CommuneSerializer(RecordSerializer):
    model = Commune
    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    kind_label = Label(Commune.Kind.choices, source="kind")
    province_id = serializers.CharField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField()


@route("login")
class Communes(OpenList):
    """With `q`: what people write ("xã Tân Hưng, huyện Hớn Quản"), old names too, the 20 likeliest on one page."""

    summary = _("Xã, phường")
    model = Commune
    serializer_class = CommuneSerializer
    filters = {"q": shapes.TEXT, "province": shapes.TEXT}

    def browse(self, request: Request) -> Response:
        text = self.parameter("q")
        if not text:
            return super().browse(request)
        found = places.find_commune(text, province=self.parameter("province") or None)
        return Response({"results": CommuneSerializer(found, many=True).data, "next": None, "previous": None})

    def rows(self) -> QuerySet[Any]:
        if province := self.parameter("province"):
            return places.communes_of(province)
        today = timezone.localdate()
        return Commune.objects.filter(valid_from__lte=today).exclude(valid_to__lte=today)
