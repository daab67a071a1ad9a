"""Lists of persons: staged, judged line by line, written when somebody has confirmed.

The file is read in `casework.tasks` (reading stands above services); what is read comes here in chunks.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.inputs import imports as inputs
from casework.models import ImportBatch, ImportRow, Person, Verdict
from casework.models.person import IDENTITY
from core.folding import fold
from core.lifecycle.actions import Act, action
from core.places.selectors import find_commune
from core.sealed import blind_index, derived_key
from core.staging import effects
from core.staging.inputs import ChooseColumns
from core.staging.reading import Line

FINGERPRINT = "index:import"


def fingerprint_key() -> bytes:
    """The secret under which a line's fingerprint is made."""
    return derived_key(settings.DH_INDEX_KEY, FINGERPRINT)


# --- actions ---


@action(
    ImportBatch, "upload", label=_("Đọc danh sách"), form=inputs.UploadList, creates=True, tone="main", order=10,
)  # fmt: skip
def upload(batch: ImportBatch, act: Act) -> None:
    """Only staged: nobody is registered by it."""
    effects.take_file(batch, act, keep=not act.data.get("at_hand"))


action(
    ImportBatch, "choose", label=_("Đọc lại với các cột đã chọn"), form=ChooseColumns, guards=[effects.file_kept],
    states=["ready"], order=20,
)(effects.choose_columns)  # fmt: skip

action(ImportBatch, "decide", label=_("Ghi quyết định về một dòng"), form=inputs.Decide, states=["ready"], order=40)(
    effects.decide_row
)

action(
    ImportBatch, "write", label=_("Nhập vào hệ thống"), guards=[effects.something_to_write], states=["ready"],
    tone="main", order=10,
)(effects.begin_writing)  # fmt: skip


# --- staging ---


class Judge:
    """Says of each line whether the person is new, known, perhaps known; a chunk costs four queries."""

    def __init__(self, batch: ImportBatch):
        self.batch = batch
        self.number = 0
        self._places: dict[str, str | None] = {}

    def take(self, lines: Sequence[Line], percent: int) -> None:
        """Store a chunk with its verdicts, in one transaction."""
        with transaction.atomic():
            known = self._known(lines)
            earlier = dict(
                ImportRow.objects.filter(batch=self.batch, fingerprint__in={line.fingerprint for line in lines})
                .order_by("-number").values_list("fingerprint", "row_number")
            )  # fmt: skip
            alike = self._alike(lines)
            rows = [self._row(line, known, earlier, alike) for line in lines]
            ImportRow.objects.bulk_create(rows)
            ImportBatch.objects.filter(pk=self.batch.pk).update(rows_seen=self.number, percent=min(99, percent))

    def _known(self, lines: Sequence[Line]) -> dict[str, Any]:
        """Persons by import key and by the blind index of their paper."""
        found: dict[str, Any] = {}
        papers = {paper_index(line.values) for line in lines} - {""}
        people = Person.objects.filter(merged_into__isnull=True)
        for key, pk in people.filter(id_index__in=papers).values_list("id_index", "pk"):
            found[key] = pk
        keys = {line.fingerprint for line in lines}
        for key, pk in people.filter(import_key__in=keys).values_list("import_key", "pk"):
            found[key] = pk
        return found

    def _alike(self, lines: Sequence[Line]) -> dict[tuple[str, int], list[tuple[Any, str | None]]]:
        names = {fold(line.values.get("name", "")) for line in lines} - {""}
        found: dict[tuple[str, int], list[tuple[Any, str | None]]] = {}
        rows: Any = Person.objects.filter(name_folded__in=names, birth_year__isnull=False, merged_into__isnull=True)
        for name, year, pk, commune in rows.values_list("name_folded", "birth_year", "pk", "commune_id"):
            found.setdefault((name, year), []).append((pk, commune))
        return found

    def commune(self, text: str) -> str | None:
        """The code of the one commune that the text means."""
        if text not in self._places:
            found = find_commune(text, settings.DH_PROVINCE_CODE) if text else []
            self._places[text] = (
                found[0].pk if len(found) == 1 or (found and fold(text) == found[0].name_folded) else None
            )
        return self._places[text]

    def _row(self, line: Line, known: dict[str, Any], earlier: dict[str, int], alike: dict[Any, Any]) -> ImportRow:
        self.number += 1
        verdict, person, why = self._verdict(line, known, earlier, alike)
        earlier.setdefault(line.fingerprint, line.row_number)
        payload = {"values": line.values, "errors": line.errors, "warnings": line.warnings, "why": why}
        return ImportRow(
            batch=self.batch, number=self.number, sheet=line.sheet[:100], row_number=line.row_number, verdict=verdict,
            payload=json.dumps(payload, ensure_ascii=False), fingerprint=line.fingerprint, person_id=person,
            has_case=bool(line.values.get("case_old_number")),
        )  # fmt: skip

    def _verdict(self, line: Line, known: dict[str, Any], earlier: dict[str, int], alike: Any) -> tuple[str, Any, str]:
        if line.errors:
            return Verdict.ERROR, None, ""
        if line.fingerprint in known:
            return Verdict.KNOWN, known[line.fingerprint], _now("đã nhập lần trước")
        index = paper_index(line.values)
        if index and index in known:
            return Verdict.KNOWN, known[index], _now("trùng số giấy tờ với người đã có")
        if line.fingerprint in earlier:
            words = {"row": earlier[line.fingerprint]}
            return Verdict.ERROR, None, _now("lặp lại dòng %(row)d trong tệp này") % words
        year = birth_year(line.values)
        for pk, commune in alike.get((fold(line.values.get("name", "")), year), []):
            here = self.commune(line.values.get("commune", ""))
            if here is None or commune is None or here == commune:
                return Verdict.LIKELY, pk, _now("trùng họ tên, năm sinh và nơi ở với người đã có")
        return Verdict.NEW, None, ""


def paper_index(values: dict[str, Any]) -> str:
    return blind_index(str(values.get("id_number") or values.get("id_old") or ""), IDENTITY)


def birth_year(values: dict[str, Any]) -> int | None:
    """The year in "1950", "04/1950" or "03/04/1950" (or ISO)."""
    text = str(values.get("birth") or "")
    parts = [part for part in text.replace("-", "/").split("/") if len(part) == 4]
    return int(parts[0]) if parts and parts[0].isdigit() else None
