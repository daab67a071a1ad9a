"""No field of an answer without an entry in the access tables: `undeclared()` must be empty (a test asks)."""

from collections.abc import Mapping, Sequence

from core.access.engine import rules_of
from core.api.fields import classes_of, declared_name, path_of
from core.api.records import RecordViewSet
from core.api.resources import OpenList

# Reference words that anybody who signs in may read, and the fields of them that are shown.
OPEN: Mapping[str, Sequence[str]] = {
    "accounts.Unit": ("id", "code", "name", "kind"),
    "catalogue.ClientGroup": (
        "id", "code", "name", "law_group", "basis", "ministry_type", "is_child", "is_emergency", "age_min", "age_max",
        "valid_from", "valid_to",
    ),
    "catalogue.ServiceType": ("id", "code", "name", "domain", "provider_kind", "valid_from", "valid_to"),
    "catalogue.ClosureCode": ("id", "code", "text", "article", "requires", "valid_from", "valid_to"),
    "places.Commune": ("code", "name", "kind", "province", "valid_from", "valid_to"),
    # Only the reader's own rows: core.worklist.selectors.open_items, core.worklist.notices.mine.
    "worklist.WorkItem": (
        "id", "kind", "subject_model", "subject_id", "root_model", "root_id", "unit", "role", "user", "due_at",
        "paused_at", "risk", "opened_at", "title", "action",
    ),
    "worklist.Notice": ("id", "kind", "text", "root_model", "root_id", "event_id", "at", "read_at"),
}  # fmt: skip


def undeclared(viewset: type[RecordViewSet] | type[OpenList]) -> list[str]:
    """Fields that the view answers with and that no access table lists, as "app.Model.column (field)"."""
    model = viewset.model
    rules = rules_of(model)
    missing = []
    for name, item in viewset.serializer_class().fields.items():
        column = declared_name(model, path_of(name, item))
        if issubclass(viewset, RecordViewSet):
            known = rules is not None and bool(classes_of(rules, column))
        else:
            known = column in OPEN.get(model._meta.label, ())
        if not known:
            missing.append(f"{model._meta.label}.{column} ({name})")
    return missing
