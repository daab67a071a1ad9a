"""Makes the place files from the package `vietnamadminunits`; see core/places/data/README.md. For developers only."""

import csv
import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.folding import fold

DATA = Path(__file__).resolve().parents[2] / "data"
MERGED_ON, AREA = "2025-07-01", ("70", "75")
PROVINCES_BASIS, COMMUNES_BASIS = "NQ 202/2025/QH15", "NQ 1662/NQ-UBTVQH15"
PREFIXES = {
    "Thành phố": "thanh_pho",
    "Thị trấn": "thi_tran",
    "Đặc khu": "dac_khu",
    "Phường": "phuong",
    "Tỉnh": "tinh",
    "Xã": "xa",
}
Row = dict[str, Any]


def split(full: str) -> tuple[str, str]:
    """ "Phường Trấn Biên" as kind and name: the package's own column of kinds is wrong in four rows, its names not."""
    for prefix, kind in PREFIXES.items():
        if full.startswith(prefix + " "):
            return kind, full.removeprefix(prefix + " ")
    raise CommandError(f"unknown kind of unit: {full}")


def key(text: str) -> str:
    """The package's key of a unit: folded, without spaces."""
    return fold(text).replace(" ", "")


def lower_kind(full: str) -> str:
    """ "Huyện Hớn Quản" as it stands inside an address: "huyện Hớn Quản"."""
    return full[:1].lower() + full[1:]


def read_units(database: sqlite3.Connection) -> tuple[dict[str, Row], dict[str, Row]]:
    provinces: dict[str, Row] = {}
    communes: dict[str, Row] = {}
    query = "SELECT province, provinceCode, ward, wardCode, wardLat, wardLon FROM admin_units ORDER BY wardCode"
    for province, province_code, ward, code, lat, lon in database.execute(query):
        kind, name = split(province)
        provinces[province_code] = {"code": province_code, "kind": kind, "name": name, "valid_from": MERGED_ON}
        kind, name = split(ward)
        communes[code] = {
            "code": code,
            "kind": kind,
            "name": name,
            "province": province_code,
            "lat": lat,
            "lon": lon,
            "valid_from": MERGED_ON,
        }
    return dict(sorted(provinces.items())), communes


def province_changes(database: sqlite3.Connection, converter: Row, provinces: dict[str, Row]) -> list[Row]:
    old = database.execute("SELECT DISTINCT provinceCode, province FROM admin_units_legacy ORDER BY provinceCode")
    by_key = {key(full): (code, *split(full)) for code, full in old}
    now = {key(f"{row['kind'].replace('_', ' ')} {row['name']}"): row for row in provinces.values()}
    changes = []
    for new_key, old_keys in converter["DICT_PROVINCE"].items():
        for old_key in old_keys:
            code, kind, name = by_key[old_key]
            present = now[new_key]
            if (code, kind, name) != (present["code"], present["kind"], present["name"]):
                merged = {"date": MERGED_ON, "basis": PROVINCES_BASIS, "province": present["code"]}
                changes.append(change(code, kind, name, **merged))
    return changes


def change(code: str, kind: str, name: str, **more: Any) -> Row:
    return {"old_code": code, "old_kind": kind, "old_name": name, "date_confirmed": "1", **more}


def commune_changes(database: sqlite3.Connection, converter: Row, communes: dict[str, Row]) -> list[Row]:
    """Every old unit of the two old provinces to its present commune, or to each of several where it was divided."""
    here = [row for row in communes.values() if row["province"] == "75"]
    new_code = {}
    for row in here:
        full = f"{row['kind'].replace('_', ' ')} {row['name']}"
        # Where two keys fold alike the package keeps the marks ("xãlộcthành"), so both forms lead to the row.
        new_code[key(full)] = row["code"]
        new_code[_marked(row["kind"], row["name"])] = row["code"]
    targets: dict[str, list[tuple[str, bool]]] = {}
    for target, sources in converter["DICT_PROVINCE_WARD_NO_DIVIDED"]["tinhdongnai"].items():
        for source in sources:
            targets.setdefault(source, []).append((new_code[target], False))
    for source, parts in converter["DICT_PROVINCE_WARD_DIVIDED"]["tinhdongnai"].items():
        targets.setdefault(source, []).extend((new_code[part["newWardKey"]], True) for part in parts)

    query = (
        "SELECT province, district, ward, wardCode FROM admin_units_legacy "
        "WHERE provinceCode IN (?, ?) ORDER BY wardCode"
    )
    changes, used = [], set()
    for province, district, ward, code in database.execute(query, AREA):
        kind, name = split(ward)
        start = f"{key(province)}_{key(district)}_"
        source = next((form for form in (start + _marked(kind, name), start + key(ward)) if form in targets), "")
        if not source:
            raise CommandError(f"no successor of {ward}, {district} ({code})")
        used.add(source)
        for commune, partial in targets[source]:
            place = {"old_district": lower_kind(district), "old_province": lower_kind(province), "commune": commune}
            merged = {"date": MERGED_ON, "basis": COMMUNES_BASIS, "partial": int(partial)}
            changes.append(change(code, kind, name, **merged, **place))
    if unused := set(targets) - used:
        raise CommandError(f"units without an old row: {sorted(unused)}")
    return changes


def _marked(kind: str, name: str) -> str:
    prefix = next(text for text, code in PREFIXES.items() if code == kind)
    return f"{prefix} {name}".lower().replace(" ", "")


def patch(provinces: dict[str, Row], communes: dict[str, Row], up: list[Row], down: list[Row]) -> None:
    """What changed after the package: the kind of the present row, and a change that says what it was."""
    before = {code: lower_kind_of(row) for code, row in provinces.items()}
    for row in csv.DictReader((DATA / "patch.csv").read_text(encoding="utf-8").splitlines()):
        if row["level"] not in {"province", "commune"}:
            raise CommandError(f"patch.csv: unknown level {row['level']!r}")
        unit = (provinces if row["level"] == "province" else communes)[row["code"]]
        if unit["kind"] == row["kind"]:
            raise CommandError(f"patch.csv: {row['code']} is {row['kind']} already")
        old = change(row["code"], unit["kind"], unit["name"])
        why: Row = {field: row[field] for field in ("date", "basis", "date_confirmed")}
        if row["level"] == "province":
            up.append({**old, **why, "province": row["code"]})
        else:
            place = {"old_district": "", "old_province": before[unit["province"]], "commune": row["code"], "partial": 0}
            down.append({**old, **why, **place})
        unit["kind"] = row["kind"]


def lower_kind_of(row: Row) -> str:
    return f"{'tỉnh' if row['kind'] == 'tinh' else 'thành phố'} {row['name']}"


def write(name: str, fields: list[str], rows: Iterable[Row]) -> int:
    with (DATA / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fields, lineterminator="\n")
        writer.writeheader()
        count = 0
        for row in rows:
            writer.writerow(row)
            count += 1
    return count


class Command(BaseCommand):
    help = "Makes the place files from an unpacked vietnamadminunits (developers only)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="where the package was installed with pip --target")

    def handle(self, *args: Any, **options: Any) -> None:
        data = options["folder"] / "vietnamadminunits" / "data"
        if not (data / "dataset.db").is_file():
            raise CommandError(f"{data}/dataset.db is missing")
        converter = json.loads((data / "converter_2025.json").read_text(encoding="utf-8"))
        with sqlite3.connect(f"file:{data / 'dataset.db'}?mode=ro", uri=True) as database:
            provinces, communes = read_units(database)
            up = province_changes(database, converter, provinces)
            down = commune_changes(database, converter, communes)
        patch(provinces, communes, up, down)
        old, tail = ["old_code", "old_kind", "old_name"], ["date", "basis", "date_confirmed"]
        place = ["old_district", "old_province", "commune", "partial"]
        counts = {
            "provinces.csv": write("provinces.csv", ["code", "kind", "name", "valid_from"], provinces.values()),
            "province_changes.csv": write("province_changes.csv", [*old, "province", *tail], up),
            "communes.csv": write(
                "communes.csv", ["code", "kind", "name", "province", "lat", "lon", "valid_from"], communes.values()
            ),
            "commune_changes.csv": write("commune_changes.csv", [*old, *place, *tail], down),
        }
        for name, count in counts.items():
            self.stdout.write(f"{name}: {count}")
