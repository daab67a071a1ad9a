"""Turning confirmed lines into facilities. What a line says on paper waits for the head: a licence as a proposal to
take it over, a founding decision as the authority that the head sets."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accreditation.enums import LicenceKind, LicenceState
from accreditation.models.licence import Licence, Registration
from accreditation.models.listing import RegisterList, RegisterRow, RowPaper, RowResult, RowVerdict
from accreditation.services.listing import Places
from core.access.actor import Actor
from core.accounts.enums import UnitKind
from core.accounts.models import Unit
from core.catalogue.selectors import client_groups
from core.clock import parameters
from core.errors import DomainError, sentence
from core.folding import fold
from core.lifecycle.actions import Act
from core.lifecycle.engine import follow, perform
from core.lifecycle.models import Proposal, ProposalState
from core.places.models import Commune
from core.staging.writing import ListWriter
from facilities.enums import Ownership
from facilities.models import Authority, Facility

_IN_FORCE = [LicenceState.ISSUED, LicenceState.ACTIVE, LicenceState.RESTRICTED, LicenceState.SUSPENDED]


class Writer(ListWriter):
    CHUNK = 20  # a line becomes a unit, a facility, a registration, a proposal

    def __init__(self, register: RegisterList):
        super().__init__(register)
        self.register, self.places = register, Places()
        self.groups = set(client_groups().values_list("code", flat=True))

    def write(self, rows: Sequence[RegisterRow]) -> None:
        for row in rows:
            self._write(row)
        RegisterRow.objects.bulk_update(rows, ["result", "facility", "paper", "proposal", "paper_note"], batch_size=100)

    def _write(self, row: RegisterRow) -> None:
        payload = row.told
        values = payload["values"]
        if row.verdict == RowVerdict.ERROR or (row.verdict == RowVerdict.LIKELY and not row.accepted):
            row.result = RowResult.LEFT
        else:
            facility = self._there(row, values)
            row.result = RowResult.KEPT if facility is not None else RowResult.CREATED
            if facility is None:
                facility = self._enter(values)
                self._founding(facility, values)
            row.facility = facility
            self._paper(row, facility, values)
        if values.get("hidden"):
            # The address stands sealed in the register now; nobody needs it in the list.
            values.pop("address", None)
            row.payload = json.dumps(payload, ensure_ascii=False)
            row.save(update_fields=["payload"])

    def _there(self, row: RegisterRow, values: dict[str, Any]) -> Facility | None:
        """The facility that the preview knew, or one that was written since by this or another list."""
        if row.verdict == RowVerdict.KNOWN and row.facility_id:
            return Facility.objects.select_related("unit").get(pk=row.facility_id)
        commune = self.places.code(values)
        same = Facility.objects.select_related("unit").filter(unit__name_folded=fold(values["name"]))
        return same.filter(commune=commune).first()

    def _act(self) -> Act:
        return Act(by=self.by, action="write", at=timezone.now())

    def _enter(self, values: dict[str, Any]) -> Facility:
        code = self.places.code(values)
        notes = [str(values["note"])] if values.get("note") else []
        if values.get("residents") is not None:
            notes.append(_("Số người đang ở theo danh sách: %(count)s.") % {"count": values["residents"]})
        if values.get("phone_other"):
            notes.append(_("Điện thoại khác: %(phones)s.") % {"phones": values["phone_other"]})
        if values.get("commune") and code is None:
            notes.append(_("Nơi đặt theo danh sách: %(place)s.") % {"place": values["commune"]})
        made: Facility = follow(
            Facility, "enter_from_list", self._act(), parent=self.register.unit, unit_name=values["name"][:200],
            legal_kind=values["legal_kind"], ownership=values["ownership"],
            commune=Commune.objects.get(pk=code) if code else None, hidden_address=bool(values.get("hidden")),
            address=str(values.get("address") or "")[:300], head_name=str(values.get("head_name") or "")[:150],
            phone=str(values.get("phone") or "")[:20], capacity=values.get("capacity"),
            founded_on=_day(values.get("founding_date")), note="\n".join(notes), source=self._source(),
        )  # fmt: skip
        return made

    def _source(self) -> str:
        return _("Danh sách cơ sở nhập ngày %(day)s") % {"day": f"{timezone.localdate():%d/%m/%Y}"}

    def _founding(self, facility: Facility, values: dict[str, Any]) -> None:
        """The paper on which a house that is not public exists."""
        number, day = values.get("founding_number"), _day(values.get("founding_date"))
        issuer = values.get("founding_issuer")
        if facility.ownership == Ownership.PUBLIC or not (number and day and issuer):
            return
        if Registration.objects.filter(number=number).exists():
            return
        fields = {"facility": facility, "number": number, "issued_on": day, "issuer": issuer, "facts": {}}
        follow(Registration, "certify", self._act(), fields=fields)

    # --- what waits for the head ---

    def _paper(self, row: RegisterRow, facility: Facility, values: dict[str, Any]) -> None:
        public = facility.ownership == Ownership.PUBLIC
        row.paper_note = self._why_nothing(facility, values, public)
        if row.paper_note:
            return
        row.paper = RowPaper.FOUNDING if public else RowPaper.LICENCE
        if not public:
            self._propose(row, facility, values)

    def _why_nothing(self, facility: Facility, values: dict[str, Any], public: bool) -> str:
        prefix = "founding" if public else "licence"
        if public and Authority.objects.filter(Authority.on(timezone.localdate()), facility=facility).exists():
            return _("Đã có phạm vi được nhận.")
        if not public and Licence.objects.filter(facility=facility, state__in=_IN_FORCE).exists():
            return _("Đã có giấy phép trong sổ.")
        wanted = {
            f"{prefix}_number": _("số quyết định thành lập") if public else _("số giấy phép"),
            f"{prefix}_date": _("ngày quyết định thành lập") if public else _("ngày cấp giấy phép"),
            f"{prefix}_issuer": _("cơ quan ra quyết định") if public else _("cơ quan cấp giấy phép"),
            "groups": _("nhóm đối tượng"),
        }
        missing = [str(label) for name, label in wanted.items() if not values.get(name)]
        if missing:
            return _("Chưa được nhận người vì danh sách thiếu: %(what)s.") % {"what": ", ".join(missing)}
        return self._waits_already(facility)

    def _waits_already(self, facility: Facility) -> str:
        asked = RegisterRow.objects.filter(facility=facility, proposal__isnull=False).values("proposal")
        open_ones = Proposal.objects.filter(pk__in=asked, state=ProposalState.OPEN)
        waits = RegisterRow.objects.filter(facility=facility, paper=RowPaper.FOUNDING, settled_at__isnull=True)
        if open_ones.exists() or waits.exists():
            return _("Đã trình ở lần nhập trước, chờ xác nhận.")
        return ""

    def _propose(self, row: RegisterRow, facility: Facility, values: dict[str, Any]) -> None:
        unit, kind = self._issuer(facility, values)
        data = {
            "number": values["licence_number"], "kind": kind, "to_unit": str(unit.pk),
            "issuer": values["licence_issuer"], "issued_on": values["licence_date"],
            "starts_on": values["licence_date"], "ends_on": values.get("ends_on") or "",
            "groups": self.known_groups(values), "capacity": values.get("capacity") or "",
            "head_name": str(values.get("head_name") or "")[:150], "source": self._source(),
        }  # fmt: skip
        try:
            with transaction.atomic():
                outcome = perform(Licence, "take_over", by=self.by, parent=facility, data=data)
                row.proposal = outcome.record.pk
        except DomainError as error:
            row.paper, row.paper_note = "", sentence(error)[:300]

    def known_groups(self, values: dict[str, Any]) -> list[str]:
        return [code for code in values["groups"] if code in self.groups]

    def _issuer(self, facility: Facility, values: dict[str, Any]) -> tuple[Unit, str]:
        """A commune's paper for a house below ten stays the commune's; else the unit that keeps the register."""
        most, size = parameters.value("licence.small_capacity_max"), values.get("capacity")
        by_commune = fold(values["licence_issuer"]).startswith(("ubnd xa", "ubnd phuong", "uy ban nhan dan xa",
                                                                "uy ban nhan dan phuong"))  # fmt: skip
        if size and size <= most and by_commune:
            own = Unit.objects.filter(kind=UnitKind.COMMUNE, commune=facility.commune_id, is_active=True).first()
            return own or self.register.unit, LicenceKind.SMALL
        return self.register.unit, LicenceKind.LICENCE


def settle(row: RegisterRow, by: Actor, key: str) -> None:
    """The head confirms one line: the licence is taken over, or the founding decision gives the authority. Raises
    DomainError; then nothing has happened."""
    if row.paper == RowPaper.LICENCE:
        proposal = Proposal.objects.get(pk=cast(UUID, row.proposal))
        perform(proposal, "confirm", by=by, version=proposal.version, key=key)
    else:
        values = row.told["values"]
        known = set(client_groups().values_list("code", flat=True))
        data = {
            "groups": [code for code in values["groups"] if code in known], "capacity": values.get("capacity") or "",
            "valid_from": values["founding_date"], "paper_number": values["founding_number"],
            "paper_date": values["founding_date"], "paper_issuer": values["founding_issuer"],
        }  # fmt: skip
        perform(Authority, "set", by=by, parent=row.facility, data=data, key=key)
    RegisterRow.objects.filter(pk=row.pk).update(settled_at=timezone.now())


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None
