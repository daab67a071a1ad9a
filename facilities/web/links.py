"""Addresses of the actions that the pages of a facility offer, each leading back to where it was pressed."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Model

from core.web.pages import act_under_url, act_url
from facilities.models import Facility

ADD = {"documents.Document": "add_photo"}


def add(facility: Facility, label: str, back: str, **start: Any) -> str:
    """The page that adds a record of model `label` under the facility, some fields filled in."""
    query = urlencode({**{name: str(value) for name, value in start.items()}, "next": back})
    return f"{act_under_url(facility, label, ADD.get(label, 'add'))}?{query}"


def act(row: Model, action: str, back: str) -> str:
    return f"{act_url(row._meta.label, row.pk, action)}?{urlencode({'next': back})}"


def deeds(row: Model, back: str, *names: tuple[str, Any]) -> list[dict[str, Any]]:
    """Small links (action, label) beside a row."""
    return [{"label": label, "url": act(row, name, back), "about": str(row)} for name, label in names]
