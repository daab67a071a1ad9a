"""The moves of an application and of a licence, each taken by whoever may."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accreditation.demo.words import HOUSES
from accreditation.models import Application, ApplicationPaper, Licence
from accreditation.selectors import dossier, procedures
from casework.demo.moves import Moves
from casework.demo.papers import word_file
from core.catalogue.models import ClientGroup
from core.lifecycle.models import Proposal
from facilities.models import Authority, AuthorityGroup, Facility

DAY = timedelta(days=1)
OFFICER, SECOND, HEAD = "tuan", "phuc", "binh"


class Recognition:
    """One house before the authority. `officer` and `head` decide on it; `second` goes along and stands in after an
    appeal."""

    def __init__(self, moves: Moves, code: str, officer: str = OFFICER, head: str = HEAD, second: str = SECOND):
        self.moves, self.code = moves, code
        self.officer, self.head, self.second = officer, head, second
        self.manager = moves.manager(code)
        self.application: Application = None  # type: ignore[assignment]

    @property
    def facility(self) -> Facility:
        return Facility.objects.select_related("unit").get(unit=self.moves.place.units[self.code])

    def groups(self) -> list[str]:
        known = set(ClientGroup.objects.on().values_list("code", flat=True))
        house = next((row for row in HOUSES if row.code == self.code), None)
        if house is not None:
            return sorted(known & set(house.groups.split()))
        held = AuthorityGroup.objects.filter(authority__facility=self.facility)
        return sorted(known & set(held.values_list("code", flat=True)))

    def do(self, who: str, action: str, files: Any = None, **data: Any) -> Application:
        self.moves.do(who, self.row(), action, files=files, **data)
        return self.row()

    def row(self) -> Application:
        return Application.objects.get(pk=self.application.pk)

    # --- the applicant ---
    def draft(self, kind: str = "licence", **asked: Any) -> Application:
        if kind in ("licence", "small_facility"):
            asked = {
                "groups": self.groups(), "capacity": self.facility.capacity, "residential": True,
                "tasks": "Tiếp nhận, chăm sóc, nuôi dưỡng, phục hồi chức năng", **asked,
            }  # fmt: skip
        self.application = self.moves.do(
            self.manager, Application, "draft", parent=self.facility, kind=kind, **asked
        )  # fmt: skip
        return self.row()

    def fill(self, leave: int = 0) -> None:
        """Every paper that is lacking; `leave` of them stay out."""
        missing = dossier.lacking(self.row(), timezone.localdate())
        for entry in missing[: len(missing) - leave]:
            self.upload(entry.component.code)

    def upload(self, component: str) -> None:
        row = {one.code: one for one in procedures.components(self.row())}.get(component)
        today, dates = timezone.localdate(), {}
        if row is not None and row.has_expiry:
            dates["expires_on"] = (today + 400 * DAY).isoformat()
        if row is not None and row.valid_months is not None:
            dates["issued_on"] = (today - 20 * DAY).isoformat()
        name = row.name if row is not None else "Bằng chứng đã khắc phục"
        file = word_file(name, self.facility.unit.name, "Giấy tờ mẫu của bản dùng thử.")
        self.moves.do(
            self.manager, ApplicationPaper, "upload", parent=self.row(), files={"file": file}, component=component,
            pages=2, **dates,
        )  # fmt: skip

    def submit(self) -> None:
        self.fill()
        self.do(self.manager, "submit", signed_name=self.facility.head_name or "Người đứng đầu", pledged=True)

    def answer(self, text: str) -> None:
        """Every item of the list, with evidence where something was mended on site."""
        for item in dossier.unanswered_defects(self.row()):
            if item.on_site:
                self.upload(f"item-{item.pk}")
            self.do(self.manager, "evidence", defect=item.pk, answer=text, contested=False)

    # --- the officer ---
    def declare(self, who: str = "") -> None:
        self.do(who or self.officer, "declare_interest", has_interest="no")

    def check(self, faults: dict[str, str] | None = None, who: str = "") -> None:
        data: dict[str, Any] = {}
        for entry in dossier.checklist(self.row()):
            if entry.paper is not None:
                code = entry.component.code
                fault = (faults or {}).get(code, "")
                data[f"paper_{code}"], data[f"paper_{code}_note"] = "defect" if fault else "accepted", fault
        self.do(who or self.officer, "check_papers", **data)

    def take(self, who: str = "") -> None:
        self.declare(who)
        self.check(who=who)
        self.do(who or self.officer, "take")

    def send_home(self, faults: dict[str, str]) -> None:
        self.declare()
        self.check(faults)
        self.do(self.officer, "return", **{f"paper_{code}": text for code, text in faults.items()})

    def visit(self, ahead: int) -> None:
        team = [self.moves.place.users[self.second].pk]
        self.do(self.officer, "visit", planned_on=timezone.localdate() + ahead * DAY, team=team)

    def visited(self, unmet: dict[str, str] | None = None) -> None:
        self.do(
            self.officer, "record_visit", met_whom=f"{self.facility.head_name}, người đứng đầu",
            note="Cơ sở hợp tác, cho xem đủ các phòng.", **self._verdicts(unmet),
        )  # fmt: skip

    def judge(self, unmet: dict[str, str] | None = None, who: str = "") -> None:
        self.do(who or self.officer, "answer_conditions", **self._verdicts(unmet))

    def _verdicts(self, unmet: dict[str, str] | None) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for item in dossier.conditions(self.row()):
            fault = (unmet or {}).get(item.code, "")
            data[f"condition_{item.code}"] = "unmet" if fault else "met"
            data[f"condition_{item.code}_note"] = fault
        return data

    def recommend(self, recommendation: str = "approve", who: str = "") -> None:
        report = "Đã xem hồ sơ, đối chiếu điều kiện của NĐ 103/2017/NĐ-CP Đ.26 và thẩm định tại cơ sở."
        self.do(who or self.officer, "recommend", recommendation=recommendation, report=report)

    # --- the head ---
    def grant(self, action: str = "approve", **more: Any) -> None:
        asked = self.row().asked
        granted = {name: asked[name] for name in ("groups", "capacity") if asked.get(name)}
        self.do(self.head, action, **granted, **more)

    def refuse(self, note: str) -> None:
        self.do(self.head, "refuse", note=note)

    # --- the licence ---
    def take_over(self, number: str) -> Licence:
        """A licence on paper of before: the officer enters it, the head confirms."""
        since = timezone.localdate()
        authority = Authority.objects.filter(Authority.on(since), facility=self.facility).first()
        first = authority.valid_from if authority is not None else since - 20 * DAY
        proposal = self.moves.do(
            self.officer, Licence, "take_over", parent=self.facility, number=number, kind="licence",
            to_unit=str(self.moves.place.units["SYT"].pk), issuer="Sở Lao động - Thương binh và Xã hội Đồng Nai",
            issued_on=(first - 900 * DAY).isoformat(), starts_on=(first - 900 * DAY).isoformat(),
            groups=self.groups(), capacity=self.facility.capacity, source="Bản gốc giấy phép (dữ liệu mẫu)",
        )  # fmt: skip
        self.confirm(proposal)
        return self.licence()

    def confirm(self, proposal: Proposal, who: str = "") -> None:
        self.moves.do(who or self.head, proposal, "confirm")

    def licence(self) -> Licence:
        """The one that lives, else the newest."""
        rows = Licence.objects.filter(facility=self.facility).order_by("-created_at")
        return rows.filter(state__in=["active", "restricted", "suspended"]).first() or rows[0]
