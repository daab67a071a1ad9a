"""Assessment tools from the JSON files in `data/tools/`, one file per edition.

Loaded after every `migrate` and `flush`, so that no database is ever without them. An edition is found again by its
code and number and brought up to date; a new wording is a new file with the next number: answers point at an edition.
"""

import json
from pathlib import Path
from typing import Any

from django.apps import apps as current_apps
from django.apps.registry import Apps
from django.db import connections, router, transaction
from django.utils.dateparse import parse_date

TOOLS = Path(__file__).resolve().parent / "data" / "tools"
MODEL = "casework.AssessmentTool"


class BadTool(ValueError):
    """A file in `data/tools/` cannot be used; the message names the file and what is wrong."""


def tools() -> list[dict[str, Any]]:
    """Every edition as attributes of AssessmentTool, checked. BadTool for a broken file."""
    return [_read(path) for path in sorted(TOOLS.glob("*.json"))]


def _read(path: Path) -> dict[str, Any]:
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
        _check(row)
    except (KeyError, TypeError, ValueError) as error:
        raise BadTool(f"{path.name}: {error}") from error
    row["valid_from"] = parse_date(row["valid_from"])
    row["valid_to"] = parse_date(row["valid_to"]) if row["valid_to"] else None
    return row


def _check(row: dict[str, Any]) -> None:
    """Nine domains, item codes used once, at least two options each with its own value, known levels of risk."""
    from casework.enums import Domain
    from core.worklist.models import RiskLevel

    domains = row["definition"]["domains"]
    if [domain["code"] for domain in domains] != [code.value for code in Domain]:
        raise ValueError("the domains are not the nine of casework.enums.Domain, in their order")
    items = [item for domain in domains for item in domain["items"]]
    codes = [item["code"] for item in items]
    if len(set(codes)) != len(codes):
        raise ValueError("an item code stands twice")
    for item in items:
        values = [option["value"] for option in item["options"]]
        if len(values) < 2 or len(set(values)) != len(values):
            raise ValueError(f"{item['code']}: options")
        if not item["text"] or any(not option["text"] or option["score"] < 0 for option in item["options"]):
            raise ValueError(f"{item['code']}: text or score")
    steps = row["definition"]["risk"]
    if any(step["level"] not in RiskLevel.values for step in steps):
        raise ValueError("risk: unknown level")
    if [step["at_least"] for step in steps] != sorted({step["at_least"] for step in steps}):
        raise ValueError("risk: thresholds must rise")


def load_tools(using: str = "default") -> int:
    """Bring the table up to date with the files; how many editions there are. Safe to run again."""
    model = current_apps.get_model(MODEL)
    rows = tools()
    with transaction.atomic(using=using):
        model._default_manager.using(using).bulk_create(
            [model(**row) for row in rows], update_conflicts=True, unique_fields=["code", "edition"],
            update_fields=["name", "for_children", "definition", "basis", "valid_from", "valid_to"],
        )  # fmt: skip
    return len(rows)


def after_migrate(using: str = "default", apps: Apps | None = None, **_kwargs: Any) -> None:
    """Receiver of `post_migrate`: load, unless the database was migrated to an older or partial state of the table."""
    model = current_apps.get_model(MODEL)
    try:
        (apps or current_apps).get_model(MODEL)
    except LookupError:
        return
    if (
        router.allow_migrate_model(using, model)
        and model._meta.db_table in connections[using].introspection.table_names()
    ):
        load_tools(using)
