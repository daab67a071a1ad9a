"""Beds of a day and norms, read only. A past day is counted as it ended, today as it is now."""

from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from core.access.engine import fetch
from core.access.routes import route
from core.api import shapes
from core.api.problems import bad_field
from core.api.views import ApiView
from facilities.enums import BedAge, BedNeed, BedSex
from facilities.models import Facility
from facilities.selectors import board, norms
from facilities.selectors.occupancy import Tally, tally

DAY = {"type": "string", "format": "date"}
NUMBER = {"type": "integer"}
COUNTS: dict[str, Any] = dict.fromkeys(("beds", "licensed", "usable", "held", "occupied", "free"), NUMBER)
DECIMAL = {"type": ["string", "null"], "format": "decimal"}


def counts(of: Tally) -> dict[str, int]:
    return {name: getattr(of, name) for name in COUNTS}


class _OfDay(ApiView):
    def day(self) -> date:
        """The `on` of the address, today by default; 400 for a day to come or no day."""
        text = self.request.query_params.get("on", "")
        try:
            day = date.fromisoformat(text) if text else timezone.localdate()
        except ValueError:
            raise bad_field("invalid", on=_("Cần một ngày, như 2026-11-23.")) from None
        if day > timezone.localdate():
            raise bad_field("invalid", on=_("Ngày này chưa tới."))
        return day

    def choice(self, name: str, allowed: list[str]) -> str:
        text = self.request.query_params.get(name, "")
        if text and text not in allowed:
            raise bad_field("invalid", **{name: _("Giá trị không dùng được.")})
        return text

    def facility(self, pk: UUID) -> Facility:
        rows = Facility.objects.select_related("unit").defer("safe_address")
        return fetch(self.actor, Facility, pk, within=rows)

    def query_schemas(self) -> dict[str, dict[str, Any]]:
        return {"on": DAY}


@route("login")
class Occupancies(_OfDay):
    """The board: every facility that has fitting beds, those with free ones first."""

    summary = _("Giường của các cơ sở trong một ngày")
    _CHOICES = {"sex": BedSex.values, "age": BedAge.values, "need": BedNeed.values}

    def browse(self, request: Request) -> Response:
        day = self.day()
        chosen = {name: self.choice(name, allowed) for name, allowed in self._CHOICES.items()}
        wanted = board.Wanted(request.query_params.get("group", ""), **chosen)
        found = board.board(self.actor, day, wanted)
        lines = [
            {"facility": line.facility.pk, "name": line.facility.unit.name, "admits": line.authority is not None,
             **counts(line.total)}
            for line in found.lines
        ]  # fmt: skip
        return Response({"on": day, "total": counts(found.total), "results": lines})

    def query_schemas(self) -> dict[str, dict[str, Any]]:
        some = {name: {"type": "string", "enum": list(allowed)} for name, allowed in self._CHOICES.items()}
        return {"on": DAY, "group": shapes.TEXT, **some}

    def answers(self, method: str) -> dict[int, Any]:
        line = shapes.thing(facility=shapes.ID, name=shapes.TEXT, admits={"type": "boolean"}, **COUNTS)
        return {200: shapes.thing(on=DAY, total=shapes.thing(**COUNTS), results=shapes.listing(line))}


@route("record", "facilities.Facility")
class FacilityOccupancy(_OfDay):
    """One facility: all its beds, by sex, age and need, and by room."""

    summary = _("Giường của một cơ sở trong một ngày")

    def browse(self, request: Request, pk: UUID) -> Response:
        facility, day = self.facility(pk), self.day()
        lines = [line for _name, lines in board.rooms(self.actor, facility, day) for line in lines]
        beds = [bed for line in lines for bed in line.beds]
        kinds = tally(beds, lambda row: (row.sex, row.age, row.need))
        return Response({
            "on": day, "facility": facility.pk, "total": counts(sum((line.total for line in lines), Tally())),
            "kinds": [
                {"sex": sex, "age": age, "need": need, **counts(of)} for (sex, age, need), of in sorted(kinds.items())
            ],
            "rooms": [{"room": line.room.pk, "name": line.room.name, **counts(line.total)} for line in lines],
        })  # fmt: skip

    def answers(self, method: str) -> dict[int, Any]:
        kind = shapes.thing(sex=shapes.TEXT, age=shapes.TEXT, need=shapes.TEXT, **COUNTS)
        room = shapes.thing(room=shapes.ID, name=shapes.TEXT, **COUNTS)
        return {200: shapes.thing(
            on=DAY, facility=shapes.ID, total=shapes.thing(**COUNTS), kinds=shapes.listing(kind),
            rooms=shapes.listing(room),
        )}  # fmt: skip


@route("record", "facilities.Facility")
class FacilityNorms(_OfDay):
    """Every norm that holds for the facility: met, not met and by how much, or what is missing to say so."""

    summary = _("Định mức của một cơ sở")

    def browse(self, request: Request, pk: UUID) -> Response:
        facility, day = self.facility(pk), self.day()
        return Response({
            "on": day, "facility": facility.pk,
            "results": [
                {
                    "code": row.code, "name": row.name, "metric": row.metric, "care_group": row.care_group,
                    "bound": row.bound, "value": _text(row.value), "measured": _text(row.measured), "unit": row.unit,
                    "applies": row.applies, "met": row.met, "gap": _text(row.gap), "short": row.short,
                    "missing": row.missing, "detail": row.detail, "article": row.article, "note": row.note,
                }
                for row in norms.check(facility, day)
            ],
        })  # fmt: skip

    def answers(self, method: str) -> dict[int, Any]:
        row = shapes.thing(
            code=shapes.TEXT, name=shapes.TEXT, metric=shapes.TEXT, care_group=shapes.TEXT, bound=shapes.TEXT,
            value=DECIMAL, measured=DECIMAL, unit=shapes.TEXT, applies={"type": "boolean"},
            met={"type": ["boolean", "null"]}, gap=DECIMAL, short=NUMBER, missing=shapes.TEXT, detail=shapes.TEXT,
            article=shapes.TEXT, note=shapes.TEXT,
        )  # fmt: skip
        return {200: shapes.thing(on=DAY, facility=shapes.ID, results=shapes.listing(row))}


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
