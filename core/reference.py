"""Reference data from the CSV files beside the apps: calendar, parameters, places, words.

Loaded after every `migrate` and `flush`, so that no database is ever without it. A row is found again by its natural
key and brought up to date; a row that a file no longer names stays, because records may point at it: end it instead.
"""

import csv
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.apps import apps as current_apps
from django.apps.registry import Apps
from django.db import connections, models, router, transaction
from django.utils import timezone

from core.folding import fold

CORE = Path(__file__).resolve().parent
# Part of every checksum: raise it when the same file must be read differently.
READING = 1
Read = Callable[[str], Any]


def flag(text: str) -> bool:
    if text not in {"0", "1"}:
        raise ValueError(f"{text!r} is neither 0 nor 1")
    return text == "1"


def number_or_none(text: str) -> int | None:
    return int(text) if text else None


def float_or_none(text: str) -> float | None:
    return float(text) if text else None


def _date_or_none(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _text_or_none(text: str) -> str | None:
    return text or None


@dataclass(frozen=True)
class Table:
    """One file and the model it fills: the natural key, and how to read the columns that are not plain text."""

    file: str
    model: str
    key: tuple[str, ...]
    read: dict[str, Read]
    rename: dict[str, str]  # column of the file → attribute of the model
    folded: dict[str, str]  # attribute that holds the folded form → attribute it comes from
    base: Path = CORE

    @property
    def path(self) -> Path:
        return self.base / self.file


def table(
    file: str,
    model: str,
    key: tuple[str, ...],
    read: dict[str, Read],
    *,
    rename: dict[str, str] | None = None,
    folded: dict[str, str] | None = None,
    base: Path = CORE,
) -> Table:
    return Table(file, model, key, read, rename or {}, folded or {}, base)


PERIOD: dict[str, Read] = {"valid_from": date.fromisoformat, "valid_to": _date_or_none}
CHANGE: dict[str, Read] = {"date": date.fromisoformat, "date_confirmed": flag, "partial": flag}
OLD_NAME = {"old_name_folded": "old_name"}

# In the order of loading: provinces before what points at them.
TABLES = [
    table("clock/data/calendar_years.csv", "clock.CalendarYear", ("year",), {"year": int, "decreed": flag}),
    table(
        "clock/data/calendar_days.csv",
        "clock.CalendarDay",
        ("date",),
        {"date": date.fromisoformat, "provisional": flag},
    ),
    table("clock/data/parameters.csv", "clock.Parameter", ("code", "valid_from"), {**PERIOD, "value": json.loads}),
    table("places/data/provinces.csv", "places.Province", ("code",), PERIOD, folded={"name_folded": "name"}),
    table(
        "places/data/province_changes.csv",
        "places.ProvinceChange",
        ("old_code", "date"),
        CHANGE,
        rename={"province": "province_id"},
        folded=OLD_NAME,
    ),
    table(
        "places/data/communes.csv",
        "places.Commune",
        ("code",),
        {**PERIOD, "lat": float_or_none, "lon": float_or_none},
        rename={"province": "province_id"},
        folded={"name_folded": "name"},
    ),
    table(
        "places/data/commune_changes.csv",
        "places.CommuneChange",
        ("old_code", "date", "commune"),
        CHANGE,
        rename={"commune": "commune_id"},
        folded=OLD_NAME,
    ),
    table(
        "catalogue/data/client_groups.csv",
        "catalogue.ClientGroup",
        ("code", "valid_from"),
        {
            **PERIOD,
            "ministry_type": _text_or_none,
            "is_child": flag,
            "is_emergency": flag,
            "age_min": number_or_none,
            "age_max": number_or_none,
        },
    ),
    table("catalogue/data/service_types.csv", "catalogue.ServiceType", ("code",), PERIOD),
    table(
        "catalogue/data/closure_codes.csv",
        "catalogue.ClosureCode",
        ("code", "valid_from"),
        {**PERIOD, "requires": json.loads, "tell_client": flag, "person_gone": flag},
    ),
]
MARK = "catalogue.ReferenceFile"


def add(*tables: Table) -> None:
    """Further files, of an app above, told in its `ready()`; `file` is relative to `base` and unique over all."""
    known = {each.file for each in TABLES}
    TABLES.extend(each for each in tables if each.file not in known)


class BadReference(ValueError):
    """A reference file cannot be read; the message names the file and the line."""


def rows_of(table: Table) -> list[dict[str, Any]]:
    """The rows of a file as attributes of its model. BadReference for a broken value."""
    rows = []
    with table.path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        for raw in reader:
            try:
                row = {
                    table.rename.get(column, column): table.read[column](text) if column in table.read else text
                    for column, text in raw.items()
                }
            except (TypeError, ValueError) as error:
                raise BadReference(f"{table.file}, dòng {reader.line_num}: {error}") from error
            row.update({folded: fold(row[source]) for folded, source in table.folded.items()})
            rows.append(row)
    return rows


def checksum(table: Table) -> str:
    return hashlib.sha256(f"{READING}\n".encode() + table.path.read_bytes()).hexdigest()


def load_all(using: str = "default", force: bool = False) -> dict[str, int]:
    """Bring every table up to date with its file, in one transaction; rows written by file, unchanged files left out.

    Safe to run again and at the same time: rows are upserted by natural key. `force` loads unchanged files as well.
    """
    mark = current_apps.get_model(MARK)
    loaded: dict[str, int] = {}
    with transaction.atomic(using=using):
        seen = dict(mark._default_manager.using(using).values_list("name", "sha256"))
        for table in TABLES:
            sha256 = checksum(table)
            if force or seen.get(table.file) != sha256:
                loaded[table.file] = _load(table, using)
                values = {"sha256": sha256, "loaded_at": timezone.now()}
                mark._default_manager.using(using).update_or_create(name=table.file, defaults=values)
    return loaded


def _load(table: Table, using: str) -> int:
    model = current_apps.get_model(table.model)
    rows = rows_of(table)
    if not rows:
        return 0
    key = {model._meta.get_field(name).attname for name in table.key}
    model._default_manager.using(using).bulk_create(
        [model(**row) for row in rows],
        batch_size=1000,
        update_conflicts=True,
        unique_fields=list(table.key),
        update_fields=[name for name in rows[0] if name not in key],
    )
    return len(rows)


def after_migrate(using: str = "default", apps: Apps | None = None, **_kwargs: Any) -> None:
    """Receiver of `post_migrate`: load, unless the database was migrated to an older or partial state of the tables."""
    state = apps or current_apps
    for label in (*(table.model for table in TABLES), MARK):
        model = current_apps.get_model(label)
        if not router.allow_migrate_model(using, model) or _columns(state, label) != _columns(current_apps, label):
            return
    tables = connections[using].introspection.table_names()
    if all(current_apps.get_model(table.model)._meta.db_table in tables for table in TABLES):
        load_all(using)


def _columns(registry: Apps, label: str) -> set[str] | None:
    try:
        model: type[models.Model] = registry.get_model(label)
    except LookupError:
        return None
    return {str(field.column) for field in model._meta.local_concrete_fields}
