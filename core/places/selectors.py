"""Finding communes by name as people write it, and by names that are no more. Reference data: no access rules."""

import re
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from core.folding import clean, fold

from .models import Commune, CommuneChange, Province

LIMIT = 20
# Kinds of units as people write them before a commune's name, folded.
COMMUNE_PREFIX = re.compile(r"^(phuong|thi tran|dac khu|xa|p|tt|x|dk) (?=.)")
AREA_PREFIX = re.compile(r"^(thanh pho|thi xa|huyen|quan|tinh|tp|tx|h|q|t) (?=.)")
KINDS = {"phuong": "phuong", "p": "phuong", "xa": "xa", "x": "xa", "dac khu": "dac_khu", "dk": "dac_khu"}
OLD_KINDS = {**KINDS, "thi tran": "thi_tran", "tt": "thi_tran"}


def _in_force(on: date | None) -> Q:
    on = on or timezone.localdate()
    return Q(valid_to__isnull=True) | Q(valid_to__gt=on)


def provinces(on: date | None = None) -> QuerySet[Province]:
    """The provinces of that day, today by default, by name."""
    return Province.objects.filter(_in_force(on)).order_by("name_folded")


def communes_of(province_code: str, on: date | None = None) -> QuerySet[Commune]:
    """The communes of a province on that day, today by default, by name. Before 1/7/2025 see `CommuneChange`."""
    on = on or timezone.localdate()
    rows = Commune.objects.filter(_in_force(on), province_id=province_code, valid_from__lte=on)
    return rows.order_by("name_folded", "code")


def label_on(commune: Commune, on: date) -> str:
    """What the unit of this code was called on a day: "xã Long Thành" before 30/4/2026. One query.

    Before 1/7/2025 the unit of the same code may have been a part of it only.
    """
    later = CommuneChange.objects.filter(old_code=commune.code, commune=commune, date__gt=on).order_by("date").first()
    return f"{later.get_old_kind_display()} {later.old_name}" if later else commune.label


def find_commune(text: str, province: str | None = None, on: date | None = None) -> list[Commune]:
    """Communes that `text` may mean, the likeliest first; at most 20, [] when there is none.

    Takes names with and without marks, with and without "xã", "phường", "P.", and further parts after commas
    ("xã Tân Hưng, huyện Hớn Quản, tỉnh Bình Phước"). Names from before 1/7/2025 lead to the present commune, which
    then carries the change in `found_through`; one old name may lead to several. `province` is a present code.
    """
    parts = [part for part in (fold(part) for part in text.split(",")) if part]
    if not parts:
        return []
    found = _Written(parts[0])
    areas = [AREA_PREFIX.sub("", part) for part in parts[1:]]
    written = clean(text.split(",", maxsplit=1)[0]).casefold()
    matches = _present(found, areas, province, on) + _former(found, areas, province)
    if not matches:
        matches = _beginning(found.names[-1], province, on)
    matches.sort(key=lambda row: _rank(row, found, written))
    unique: dict[str, Commune] = {}
    for row in matches:
        unique.setdefault(row.code, row)
    return list(unique.values())[:LIMIT]


class _Written:
    """A commune as written: the names it may have (with the prefix, if that belongs to the name, and without)."""

    def __init__(self, folded: str) -> None:
        match = COMMUNE_PREFIX.match(folded)
        self.prefix = match.group(1) if match else ""
        self.names = [folded, folded[match.end() :]] if match else [folded]


def _base(province: str | None, on: date | None) -> QuerySet[Commune]:
    rows = Commune.objects.filter(_in_force(on)).select_related("province")
    return rows.filter(province_id=province) if province else rows


def _present(found: _Written, areas: list[str], province: str | None, on: date | None) -> list[Commune]:
    rows = list(_base(province, on).filter(name_folded__in=found.names))
    return [row for row in rows if row.province.name_folded in areas] if areas else rows


def _former(found: _Written, areas: list[str], province: str | None) -> list[Commune]:
    changes = CommuneChange.objects.filter(old_name_folded__in=found.names).select_related("commune__province")
    if province:
        changes = changes.filter(commune__province_id=province)
    matches = []
    for change in changes:
        # A change of kind alone keeps the name, so the present unit is found by its name already.
        same = change.old_code == change.commune_id and change.old_name_folded == change.commune.name_folded
        places = {AREA_PREFIX.sub("", fold(place)) for place in (change.old_district, change.old_province) if place}
        if not (same and not change.old_district) and set(areas) <= places | {change.commune.province.name_folded}:
            change.commune.found_through = change
            matches.append(change.commune)
    return matches


def _beginning(name: str, province: str | None, on: date | None) -> list[Commune]:
    return list(_base(province, on).filter(name_folded__startswith=name).order_by("name_folded", "code")[:LIMIT])


def _rank(row: Commune, found: _Written, written: str) -> tuple[int, int, int, str]:
    change = row.found_through
    name, kind = (change.old_name, change.old_kind) if change else (row.name, row.kind)
    kinds = OLD_KINDS if change else KINDS
    other_marks = not written.endswith(clean(name).casefold())
    other_kind = bool(found.prefix) and kinds.get(found.prefix) != kind
    return int(other_marks), int(change is not None), int(other_kind), row.code
