"""The words that all share, for anybody signed in: units, client groups, service types, closure codes, communes."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.access.routes import route
from core.accounts.enums import UnitKind
from core.accounts.models import Unit
from core.api import shapes
from core.api.fields import Label, RecordSerializer
from core.api.paging import keyset
from core.api.problems import bad_field
from core.api.resources import OpenList
from core.catalogue import selectors
from core.catalogue.models import ClientGroup, ClosureCode, ServiceType
from core.folding import fold
from core.places import selectors as places
from core.places.models import Commune


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
    holding = staticmethod(selectors.client_groups)


@route("login")
class ServiceTypes(DatedWords):
    summary = _("Loại dịch vụ")
    model = ServiceType
    serializer_class = ServiceTypeSerializer
    holding = staticmethod(selectors.service_types)


@route("login")
class ClosureCodes(DatedWords):
    summary = _("Lý do kết thúc")
    model = ClosureCode
    serializer_class = ClosureCodeSerializer
    keys = keyset("valid_from")
    holding = staticmethod(selectors.closure_codes)


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
