"""Turning confirmed lines into persons, with a proposal to take over each case that runs already."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.enums import IdKind
from casework.models import Case, Contact, Household, ImportBatch, ImportRow, Person, Result, Verdict
from casework.models.person import IDENTITY
from casework.selectors import staff
from casework.services.imports import Judge
from core.access.engine import may_create
from core.audit import chain
from core.errors import DomainError
from core.folding import fold, sort_key
from core.lifecycle.engine import perform
from core.lifecycle.models import Proposal, ProposalState
from core.sealed import blind_index
from core.staging.writing import ListWriter

_SEX = {"male": "male", "female": "female"}
_DISABILITY = {
    "mobility": "movement", "hearing_speech": "hearing", "vision": "seeing", "mental": "mental",
    "intellectual": "intellect", "other": "other",
}  # fmt: skip
_LEVEL = {"special_severe": "special", "severe": "severe", "mild": "mild"}
_HOUSEHOLD = {"poor": "poor", "near_poor": "near_poor", "average": "other", "none": "other"}
_ENDED = {"closed", "moved", "dead"}


class Writer(ListWriter):
    def __init__(self, batch: ImportBatch):
        super().__init__(batch)
        self.judge = Judge(batch)
        self.workers = {fold(user.full_name): user for user in staff.workers_of(batch.unit)}
        self.takes_over = may_create(self.by, Case, "take_over")

    def write(self, rows: Sequence[ImportRow]) -> None:
        values = {row.pk: row.told["values"] for row in rows}
        there = self._there(rows)
        households: list[Household] = []
        people: list[Person] = []
        contacts: list[Contact] = []
        for row in rows:
            row.result = self._result(row, there)
            if row.result == Result.CREATED:
                person = self._person(row, values[row.pk], households, contacts)
                people.append(person)
                row.person_id, there[row.fingerprint] = person.pk, person.pk
            elif row.result == Result.KEPT:
                row.person_id = row.person_id or there.get(row.fingerprint)
        Household.objects.bulk_create(households)
        Person.objects.bulk_create(people)
        Contact.objects.bulk_create(contacts)
        for row in rows:
            if row.result == Result.CREATED:
                self._record(row)
            if row.has_case and row.person_id:
                self._propose(row, values[row.pk])
        ImportRow.objects.bulk_update(rows, ["result", "person", "proposal", "case_note"], batch_size=250)

    def _there(self, rows: Sequence[ImportRow]) -> dict[str, Any]:
        """Lines whose person was written since the preview, by this or another batch."""
        keys = {row.fingerprint for row in rows}
        return dict(Person.objects.filter(import_key__in=keys).values_list("import_key", "pk"))

    def _result(self, row: ImportRow, there: dict[str, Any]) -> str:
        if row.verdict == Verdict.ERROR or (row.verdict == Verdict.LIKELY and not row.accepted):
            return Result.LEFT
        if row.verdict == Verdict.KNOWN or row.fingerprint in there:
            return Result.KEPT
        return Result.CREATED

    def _person(self, row: ImportRow, values: dict[str, Any], households: list, contacts: list) -> Person:
        person = Person(import_key=row.fingerprint, imported_unit_id=self.batch.unit_id)
        fill(person, values, self.judge.commune(values.get("commune", "")))
        household = _household(values, person.commune_id)
        if household is not None:
            households.append(household)
            person.household = household
        if values.get("guardian_name"):
            contacts.append(Contact(
                person=person, name=values["guardian_name"][:150], relation=_("Người chăm sóc"), is_guardian=True,
                phone=str(values.get("guardian_phone") or ""),
            ))  # fmt: skip
        return person

    def _record(self, row: ImportRow) -> None:
        person = Person(pk=row.person_id)
        facts = {"batch": self.batch.pk, "row": row.number}
        chain.record("person.import", person, self.by, root_id=person.pk, version=1, data=facts)

    def _propose(self, row: ImportRow, values: dict[str, Any]) -> None:
        """A running case waits for the supervisor; what is missing for that is noted at the line."""
        row.case_note = self._why_no_case(row, values)
        if row.case_note:
            return
        worker = self.workers[fold(values["case_worker"])]
        data = {
            "person": str(row.person_id), "old_number": values["case_old_number"][:40], "worker": str(worker.pk),
            "paper": _("Danh sách nhập ngày %(day)s") % {"day": f"{timezone.localdate():%d/%m/%Y}"},
            "opened_at": datetime.combine(date.fromisoformat(values["case_opened"]), time(8)).isoformat(),
            "owner_unit": str(self.batch.unit_id), "problem": "; ".join(
                str(values[name]) for name in ("needs", "note") if values.get(name)
            )[:4000],
        }  # fmt: skip
        try:
            with transaction.atomic():
                row.proposal = perform(Case, "take_over", by=self.by, data=data).record.pk
        except DomainError as error:
            reasons = getattr(error, "reasons", None)
            row.case_note = (str(reasons[0].text) if reasons else _("Không lập được đề nghị tiếp quản."))[:200]

    def _why_no_case(self, row: ImportRow, values: dict[str, Any]) -> str:
        if values.get("case_status") in _ENDED:
            return _("Ca đã kết thúc theo danh sách, không tiếp quản.")
        if not self.takes_over:
            return _("Tiếp quản ca do cán bộ quản lý dữ liệu làm.")
        if not values.get("case_opened"):
            return _("Thiếu ngày mở hồ sơ.")
        if fold(str(values.get("case_worker") or "")) not in self.workers:
            return _("Không rõ người phụ trách trong đơn vị.")
        asked = ImportRow.objects.filter(person=row.person, proposal__isnull=False).values("proposal")
        if Proposal.objects.filter(pk__in=asked, state__in=[ProposalState.OPEN, ProposalState.CONFIRMED]).exists():
            return _("Đã đề nghị tiếp quản ở lần nhập trước.")
        return ""


def fill(person: Person, values: dict[str, Any], commune: str | None) -> None:
    """Columns of a person from the values of a line; also those that `save()` would compute, as many are saved at
    once."""
    person.name = str(values.get("name") or "")[:150]
    person.unidentified = bool(values.get("unidentified")) or not person.name
    parts = [int(part) for part in str(values.get("birth") or "").split("-") if part.isdigit()]
    person.birth_year, person.birth_month, person.birth_day = (*parts, None, None, None)[:3]
    person.sex = _SEX.get(str(values.get("sex") or ""), "unknown")
    person.ethnicity = str(values.get("ethnicity") or "")[:40]
    for field, kind in (("id_number", IdKind.PERSONAL), ("id_old", IdKind.OLD), ("id_other", IdKind.FOREIGN)):
        if values.get(field):
            person.id_number, person.id_kind = str(values[field])[:20], kind
            break
    person.phone = str(values.get("phone") or "")[:20]
    person.commune_id, person.hamlet = commune, str(values.get("hamlet") or "")[:100]
    person.address = str(values.get("address") or "")[:200]
    stated = [values.get("address_old"), None if commune else values.get("commune")]
    person.address_stated = ", ".join(str(part) for part in stated if part)[:300]
    person.policies = str(values.get("group") or "")
    types = values.get("disability_type") or []
    person.disability_type = _DISABILITY.get(types[0] if types else "", "")
    person.disability_level = _LEVEL.get(str(values.get("disability_level") or ""), "")
    person.name_folded, person.sort_name = fold(person.name), sort_key(person.name)
    person.id_index = blind_index(person.id_number, IDENTITY)


def _household(values: dict[str, Any], commune: str | None) -> Household | None:
    head, status = str(values.get("household_head") or ""), str(values.get("household_status") or "")
    if not head and not status:
        return None
    return Household(head_name=head[:150], status=_HOUSEHOLD.get(status, "unknown"), commune_id=commune)
