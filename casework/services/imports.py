"""Lists of persons: staged, judged line by line, written when somebody has confirmed.

The file is read in `casework.tasks` (reading stands above services); what is read comes here in chunks.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.inputs import imports as inputs
from casework.models import BatchState, ImportBatch, ImportRow, Person, Verdict
from casework.models.person import IDENTITY
from core.errors import Reason
from core.folding import fold
from core.imports.keeping import seal_file, unseal_file
from core.lifecycle.actions import Act, action
from core.places.selectors import find_commune
from core.sealed import blind_index, derived_key

FINGERPRINT = "index:import"


@dataclass(frozen=True)
class Line:
    """One line as it was read: values as JSON, sentences of what is wrong or doubtful, who it is about."""

    sheet: str
    row_number: int
    values: dict[str, Any]
    errors: list[str]
    warnings: list[str]
    fingerprint: str


def fingerprint_key() -> bytes:
    """The secret under which a line's fingerprint is made."""
    return derived_key(settings.DH_INDEX_KEY, FINGERPRINT)


def open_file(pk: UUID) -> bytes:
    """The file of a batch as it was uploaded."""
    return unseal_file(ImportBatch.objects.values_list("content", flat=True).get(pk=pk) or b"", pk)


# --- actions ---


@action(
    ImportBatch, "upload", label=_("Đọc danh sách"), form=inputs.UploadList, creates=True, tone="main", order=10,
)  # fmt: skip
def upload(batch: ImportBatch, act: Act) -> None:
    """Only staged: nobody is registered by it."""
    assert act.by.user is not None and act.by.home is not None
    file, digest = act.data["file"], hashlib.sha256()
    for piece in file.chunks():
        digest.update(piece)
    batch.unit_id, batch.made_by, batch.sha256 = act.by.home.unit_id, act.by.user, digest.hexdigest()
    if not act.data.get("at_hand"):
        file.seek(0)
        batch.content = seal_file(file.read(), batch.pk)
    act.facts["sha256"] = batch.sha256


def file_kept(batch: ImportBatch, act: Act) -> Iterable[Reason]:
    if not ImportBatch.objects.filter(pk=batch.pk, content__isnull=False).exists():
        yield Reason("file_gone", _now("Tệp không còn được giữ. Hãy đọc lại tệp."), "/nhap-danh-sach/")


@action(
    ImportBatch, "choose", label=_("Đọc lại với các cột đã chọn"), form=inputs.ChooseColumns, guards=[file_kept],
    states=["ready"], order=20,
)  # fmt: skip
def choose(batch: ImportBatch, act: Act) -> None:
    """The file is read once more; what was decided about lines falls away with them."""
    batch.mapping = {name.removeprefix("col_"): target for name, target in act.data.items() if name.startswith("col_")}
    batch.state, batch.percent = BatchState.READING, 0
    act.facts["columns"] = batch.mapping


@action(ImportBatch, "decide", label=_("Ghi quyết định về một dòng"), form=inputs.Decide, states=["ready"], order=40)
def decide(batch: ImportBatch, act: Act) -> None:
    """Somebody else of that name: the line is imported although it looks like a person on file."""
    row = batch.rows.filter(pk=act.data["row"], verdict=Verdict.LIKELY).first()
    if row is not None:
        row.accepted = act.data["accepted"]
        row.save(update_fields=["accepted"])
        act.facts.update(row=row.number, accepted=row.accepted)


def something_to_write(batch: ImportBatch, act: Act) -> Iterable[Reason]:
    if not batch.rows.exclude(verdict=Verdict.ERROR).exists():
        yield Reason("nothing_to_write", _now("Không có dòng nào nhập được."))


@action(
    ImportBatch, "write", label=_("Nhập vào hệ thống"), guards=[something_to_write], states=["ready"], tone="main",
    order=10,
)  # fmt: skip
def write(batch: ImportBatch, act: Act) -> None:
    """From now on the worker writes; each person is written once, whatever happens to the worker."""
    batch.state, batch.percent = BatchState.WRITING, 0
    batch.confirmed_by, batch.confirmed_at = act.by.user, act.at


# --- staging ---


def begin_reading(batch: ImportBatch) -> None:
    """Empty the stage: reading may have been broken off before."""
    batch.rows.all().delete()
    ImportBatch.objects.filter(pk=batch.pk).update(rows_seen=0, percent=0, failure="", notices=[], columns=[])


def end_reading(batch: ImportBatch, columns: list[dict[str, Any]], notices: list[dict[str, str]]) -> None:
    ImportBatch.objects.filter(pk=batch.pk, state=BatchState.READING).update(
        state=BatchState.READY, percent=100, columns=columns, notices=notices[:200]
    )


def not_readable(batch: ImportBatch, why: str) -> None:
    ImportBatch.objects.filter(pk=batch.pk).update(state=BatchState.UNREADABLE, failure=why[:400], content=None)


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
