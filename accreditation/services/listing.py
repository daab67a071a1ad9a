"""Registers of facilities: staged, judged line by line, written when the officer has confirmed; what papers give waits
for the head. The file is read in `accreditation.tasks` (reading stands above services)."""

import hashlib
import hmac
import json
import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accreditation.inputs import listing as inputs
from accreditation.models.licence import Licence
from accreditation.models.listing import RegisterList, RegisterRow, RowVerdict
from core.folding import fold
from core.lifecycle.actions import Act, action
from core.places.selectors import find_commune
from core.sealed import derived_key
from core.staging import effects
from core.staging.inputs import ChooseColumns
from core.staging.reading import Line
from facilities.models import Facility

# "Cơ sở bảo trợ xã hội Hoa Mai" and "Mái ấm Hoa Mai" may be one house; "Hoa Mai" is what tells.
_COMMON = re.compile(
    r"\b(co so|trung tam|mai am|nha|vien|don vi|bao tro|tro giup|xa hoi|cham soc|nuoi duong|duong lao|nguoi cao tuoi|"
    r"nguoi khuyet tat|tre em|tong hop|tinh|thanh pho|dong nai|tnhh|cong ty|tu thien|tam lanh)\b"
)


# --- actions ---


@action(
    RegisterList, "upload", label=_("Đọc danh sách cơ sở"), form=inputs.UploadRegister, creates=True, tone="main",
    order=10,
)  # fmt: skip
def upload(register: RegisterList, act: Act) -> None:
    """Only staged: nothing enters the register by it."""
    effects.take_file(register, act)


action(
    RegisterList, "choose", label=_("Đọc lại với các cột đã chọn"), form=ChooseColumns, guards=[effects.file_kept],
    states=["ready"], order=20,
)(effects.choose_columns)  # fmt: skip

action(
    RegisterList, "decide", label=_("Ghi quyết định về một dòng"), form=inputs.DecideFacility, states=["ready"],
    order=40,
)(effects.decide_row)  # fmt: skip

action(
    RegisterList, "write", label=_("Ghi vào sổ cơ sở"), guards=[effects.something_to_write], states=["ready"],
    tone="main", order=10,
)(effects.begin_writing)  # fmt: skip


# --- staging ---


class Places:
    """Communes as lists write them, each asked for once."""

    def __init__(self) -> None:
        self._known: dict[str, str | None] = {}

    def code(self, values: dict[str, Any]) -> str | None:
        """The code of the one commune that the line names, in its own column or at the end of the address."""
        for text in (values.get("commune"), _tail(values.get("address"))):
            if text and (found := self._one(str(text))):
                return found
        return None

    def _one(self, text: str) -> str | None:
        if text not in self._known:
            found = find_commune(text, settings.DH_PROVINCE_CODE)
            exact = found and fold(text) == found[0].name_folded
            self._known[text] = found[0].pk if len(found) == 1 or exact else None
        return self._known[text]


def _tail(address: Any) -> str:
    """ "12 Lê Duẩn, phường Long Khánh, Đồng Nai" → "phường Long Khánh"."""
    parts = [part.strip() for part in str(address or "").split(",")]
    named = [part for part in parts if re.match(r"(?i)^(xã|phường|thị trấn|p\.|x\.)\s*\S", part)]
    return named[-1] if named else ""


def core_of(name: str) -> str:
    """What is left of a facility's name without the words that many share."""
    return " ".join(_COMMON.sub(" ", fold(name)).split())


class Judge:
    """Says of each line whether the facility is new, known, perhaps known. The register is small and held here."""

    def __init__(self, register: RegisterList):
        self.register, self.number, self.places = register, 0, Places()
        self._by_name: dict[tuple[str, str | None], UUID] = {}
        self._by_core: dict[str, list[tuple[UUID, str | None]]] = {}
        for row in Facility.objects.select_related("unit").order_by("created_at"):
            self._by_name.setdefault((row.unit.name_folded, row.commune_id), row.pk)
            self._by_core.setdefault(core_of(row.unit.name), []).append((row.pk, row.commune_id))
        self._by_licence: dict[str, UUID] = {
            fold(number): facility for number, facility in Licence.objects.values_list("number", "facility_id")
        }
        self._earlier: dict[str, int] = {}
        self._key = derived_key(settings.DH_INDEX_KEY, "index:register")

    def take(self, lines: Sequence[Line], percent: int) -> None:
        """Store a chunk with its verdicts, in one transaction."""
        with transaction.atomic():
            RegisterRow.objects.bulk_create([self._row(line) for line in lines])
            rows = RegisterList.objects.filter(pk=self.register.pk)
            rows.update(rows_seen=self.number, percent=min(99, percent))

    def fingerprint(self, values: dict[str, Any]) -> str:
        """Which facility a line is about: folded name and commune."""
        text = f"{fold(values.get('name', ''))}\x1f{self.places.code(values) or ''}"
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()

    def _row(self, line: Line) -> RegisterRow:
        self.number += 1
        mark = self.fingerprint(line.values)
        verdict, facility, why = self._verdict(line, mark)
        self._earlier.setdefault(mark, line.row_number)
        warnings = list(line.warnings)
        stated = line.values.get("commune") or _tail(line.values.get("address"))
        if not line.errors and self.places.code(line.values) is None:
            warnings.append(_now("Xã, phường: không nhận ra “%(what)s”.") % {"what": stated or "…"})
        payload = {"values": line.values, "errors": line.errors, "warnings": warnings, "why": why}
        return RegisterRow(
            register=self.register, number=self.number, sheet=line.sheet[:100], row_number=line.row_number,
            verdict=verdict, payload=json.dumps(payload, ensure_ascii=False), fingerprint=mark, facility_id=facility,
        )  # fmt: skip

    def _verdict(self, line: Line, mark: str) -> tuple[str, UUID | None, str]:
        values = line.values
        if line.errors:
            return RowVerdict.ERROR, None, ""
        commune = self.places.code(values)
        known = self._by_name.get((fold(values["name"]), commune))
        if known is not None:
            return RowVerdict.KNOWN, known, _now("trùng tên và nơi đặt với cơ sở đã có")
        number = fold(str(values.get("licence_number") or ""))
        if number and number in self._by_licence:
            return RowVerdict.KNOWN, self._by_licence[number], _now("trùng số giấy phép với cơ sở đã có")
        if mark in self._earlier:
            return RowVerdict.ERROR, None, _now("lặp lại dòng %(row)d trong tệp này") % {"row": self._earlier[mark]}
        core = core_of(values["name"])
        for facility, where in self._by_core.get(core, []) if core else []:
            if commune is None or where is None or where == commune:
                return RowVerdict.LIKELY, facility, _now("tên gần giống cơ sở đã có ở nơi đó")
        return RowVerdict.NEW, None, ""
