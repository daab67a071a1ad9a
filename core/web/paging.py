"""Pages of a list by key, for pages of people: the same cursors as the API's, a bad one leads to the first page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict

from core.api.paging import Key, Page, page
from core.api.problems import Problem

CURSOR = "cursor"
ROWS = 50


@dataclass(frozen=True)
class Asked:
    """What `core.api.paging.page` reads of a request."""

    query_params: QueryDict
    actor: Any
    path: str

    def build_absolute_uri(self, path: str) -> str:
        return path


def list_page(
    request: HttpRequest,
    rows: QuerySet[Any],
    keys: tuple[Key, ...],
    size: int = ROWS,
    legs: Sequence[Q] | None = None,
) -> Page:
    """One page of the rows with local links to the next and the previous one, filters kept."""
    params = request.GET.copy()
    params["limit"] = str(size)
    asked = Asked(params, request.actor, request.path)  # type: ignore[attr-defined]
    try:
        found = page(asked, rows, keys, legs=legs)  # type: ignore[arg-type]
    except Problem:
        del params[CURSOR]
        again = Asked(params, asked.actor, asked.path)
        found = page(again, rows, keys, legs=legs)  # type: ignore[arg-type]
    return Page(found.rows, _local(found.next), _local(found.previous))


def _local(link: str | None) -> str | None:
    """The link without the size of the page, which the person did not ask for."""
    if link is None:
        return None
    path, _sign, query = link.partition("?")
    params = QueryDict(query, mutable=True)
    params.pop("limit", None)
    return f"{path}?{params.urlencode()}"
