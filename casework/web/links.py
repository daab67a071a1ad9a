"""Addresses of the generic action pages."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Model
from django.urls import reverse


def act(row: Model, name: str, back: str = "", **given: Any) -> str:
    """The page of an action of a record; `given` are first values of its form."""
    meta = row._meta
    return _with(reverse("act", args=[meta.app_label, meta.model_name, row.pk, name]), back, given)


def act_under(parent: Model, model: type[Model], name: str, back: str = "", **given: Any) -> str:
    """The page that makes a record under its parent."""
    over, meta = parent._meta, model._meta
    path = reverse(
        "act_under", args=[over.app_label, over.model_name, parent.pk, meta.app_label, meta.model_name, name]
    )
    return _with(path, back, given)


def _with(path: str, back: str, given: dict[str, Any]) -> str:
    query = {**({"next": back} if back else {}), **given}
    return f"{path}?{urlencode(query)}" if query else path
