"""Applications brought to any state through `perform()` by the people whose duty it is."""

from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accreditation.models import Application, ApplicationPaper, Defect, Licence
from accreditation.selectors import dossier, procedures
from accreditation.selectors import people as selected
from core.accounts.enums import Role, UnitKind
from core.accounts.services import assign
from core.lifecycle.engine import Outcome, perform, system_perform
from facilities.models import Facility
from tests.core.documents.files import pdf, png
from tests.factories.accounts import UnitFactory, UserFactory
from tests.factories.cases import GROUP, day
from tests.factories.world import World

# Beside the people of the world: colleagues who may answer an appeal, a second home, the officers of a commune.
MORE: dict[str, dict[str, Role]] = {
    "department": {"licensing2": Role.LICENSING, "licensing3": Role.LICENSING, "head2": Role.HEAD, "head3": Role.HEAD},
    "commune": {"commune_officer": Role.LICENSING, "commune_officer2": Role.LICENSING, "vice_chair": Role.COMMUNE},
    "commune2": {"commune2_officer": Role.LICENSING},
    "private2": {"private2_manager": Role.FACILITY},
}  # fmt: skip
STATES = (
    "draft", "submitted", "returned", "under_review", "site_visit", "correction", "decision", "approved",
    "conditional", "refused", "appeal", "withdrawn", "lapsed",
)  # fmt: skip
# What the applicant says beyond what the register knows, by kind.
ASKED: dict[str, dict[str, Any]] = {
    "register": {"name": "Nhà dưỡng lão Hoa Mai", "address": "12 đường Hoa Mai", "head_name": "Lê Thị Sáu"},
    "register_change": {"name": "Nhà dưỡng lão Hoa Mai mới", "reason": "Đổi tên."},
    "licence": {"groups": [GROUP], "capacity": 20, "residential": False, "tasks": "Chăm sóc người cao tuổi"},
    "small_facility": {"groups": [GROUP], "capacity": 8, "residential": False},
    "adjust": {"changes": ["name"], "name": "Hoa Mai Vàng", "groups": [GROUP], "capacity": 18, "reason": "Đổi tên."},
    "reissue": {"reason": "Giấy phép bị rách."},
    "renew": {"groups": [GROUP], "capacity": 20},
    "dissolve": {"dissolve_on": day(60), "reason": "Không đủ kinh phí."},
}  # fmt: skip


def people(world: World) -> World:
    """Add the people and the second home of `MORE`; once per world."""
    if "private2" in world.units:
        return world
    world.units["private2"] = UnitFactory(
        code="CSTN2", name="Mái ấm thứ hai", kind=UnitKind.PRIVATE, parent=world.units["centre"]
    )
    for unit, staff in MORE.items():
        for name, role in staff.items():
            world.users[name] = UserFactory(
                username=name, full_name=f"Cán bộ {name}", duty=(role, world.units[unit])
            )  # fmt: skip
    return world


def house(world: World, unit: str = "private", **columns: Any) -> Facility:
    """The home of the world in the register, made once."""
    people(world)
    there = Facility.objects.filter(unit=world.units[unit]).first()
    if there is not None:
        return there
    data = {
        "unit": world.units[unit].pk, "legal_kind": "elderly", "ownership": "private", "source": "Danh sách của Sở",
        "address": "12 đường Hoa Sen", "head_name": "Lê Thị Sáu", "commune": world.communes[0].pk, **columns,
    }  # fmt: skip
    made = perform(Facility, "register", by=world.actor("head"), data=data).record
    return Facility.objects.get(pk=made.pk)


def another_house(world: World) -> str:
    """One more home of the same manager; its key in `world.units`."""
    people(world)
    name = f"home{len(world.units)}"
    world.units[name] = UnitFactory(kind=UnitKind.PRIVATE, parent=world.units["centre"])
    assign(world.user("private_manager"), Role.FACILITY, world.units[name], valid_from=date(2026, 1, 1))
    return name


def scan(name: str = "giay.pdf", pages: int = 1) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf(pages=pages), "application/pdf")


def photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("anh.png", png(), "image/png")


class Recognition:
    """One application; every step names who takes it. `manager`, `officer`, `head` are names of the world's people."""

    def __init__(
        self, world: World, kind: str = "licence", unit: str = "private", officer: str = "", head: str = "",
    ):  # fmt: skip
        self.world, self.kind = world, kind
        self.facility = house(world, unit)
        self.manager = f"{unit}_manager" if f"{unit}_manager" in world.users else "private_manager"
        commune = kind == "small_facility"
        self.officer = officer or ("commune_officer" if commune else "licensing")
        self.head = head or ("chair" if commune else "head")
        self.other_head = "vice_chair" if commune else "head2"
        self.other_officer = "commune_officer2" if commune else "licensing2"
        self.application: Application = None  # type: ignore[assignment]

    # --- taking an action ---
    def do(self, by: str, action: str, /, files: Any = None, **data: Any) -> Outcome:
        """On the application, at the version it has now."""
        row = self.reload()
        outcome = perform(row, action, by=self.world.actor(by), version=row.version, data=data, files=files)
        self.reload()
        return outcome

    def reload(self) -> Application:
        self.application = Application.objects.get(pk=self.application.pk)
        return self.application

    # --- the applicant ---
    def draft(self, **data: Any) -> "Recognition":
        if self.kind in ("adjust", "reissue", "renew") and procedures.living_licence(self.facility) is None:
            take_over(self.world, self.facility)
        typed = {"kind": self.kind, **ASKED[self.kind], **data}
        made = perform(
            Application, "draft", by=self.world.actor(self.manager), parent=self.facility, data=typed
        ).record  # fmt: skip
        self.application = Application.objects.get(pk=made.pk)
        return self

    def upload(self, component: str, by: str = "", file: Any = None, **data: Any) -> ApplicationPaper:
        """A paper with the dates that it needs."""
        self.reload()
        row = {item.code: item for item in procedures.components(self.application)}.get(component)
        dates: dict[str, Any] = {}
        if row is not None and row.has_expiry:
            dates["expires_on"] = day(400)
        if row is not None and row.valid_months is not None:
            dates["issued_on"] = day(-20)
        made = perform(
            ApplicationPaper, "upload", by=self.world.actor(by or self.manager), parent=self.application,
            data={"component": component, **dates, **data}, files={"file": file or scan()},
        ).record  # fmt: skip
        self.reload()
        return ApplicationPaper.objects.get(pk=made.pk)

    def fill(self) -> "Recognition":
        """Every required paper that is not there yet."""
        for entry in dossier.lacking(self.reload(), timezone.localdate()):
            self.upload(entry.component.code)
        return self

    def submit(self) -> "Recognition":
        self.fill()
        self.do(self.manager, "submit", signed_name="Lê Thị Sáu", pledged=True)
        return self

    def answer(self, contested: bool = False, **data: Any) -> "Recognition":
        """Every item, one by one; with evidence where it says that it was mended on site."""
        for row in dossier.unanswered_defects(self.reload()):
            if row.on_site and not contested:
                self.upload(f"item-{row.pk}", file=photo())
            values = {"defect": row.pk, "answer": "Đã sửa.", "contested": contested, **data}
            self.do(self.manager, "evidence", **values)
        return self

    # --- the officer ---
    def declare(self, by: str = "", interest: bool = False) -> "Recognition":
        what = {"what": "Anh họ của giám đốc."} if interest else {}
        self.do(by or self.officer, "declare_interest", has_interest="yes" if interest else "no", **what)
        return self

    def check(self, by: str = "", **faults: str) -> "Recognition":
        """Look at every paper; `faults` {component: what is to be mended}."""
        data: dict[str, Any] = {}
        for code in [entry.component.code for entry in dossier.checklist(self.reload()) if entry.paper is not None]:
            data[f"paper_{code}"] = "defect" if code in faults else "accepted"
            data[f"paper_{code}_note"] = faults.get(code, "")
        self.do(by or self.officer, "check_papers", **data)
        return self

    def take(self, by: str = "") -> "Recognition":
        officer = by or self.officer
        if selected.declared(self.reload(), self.world.user(officer).pk) is None:
            self.declare(officer)
        self.check(officer)
        self.do(officer, "take")
        return self

    def return_(self, by: str = "", **items: str) -> "Recognition":
        """`items` as the form names them: paper_form="…", condition_land="…", more="…", late_reason="…"."""
        officer = by or self.officer
        if selected.declared(self.reload(), self.world.user(officer).pk) is None:
            self.declare(officer)
        faults = {name.removeprefix("paper_"): text for name, text in items.items() if name.startswith("paper_")}
        held = dossier.papers(self.reload())
        self.check(officer, **{code: text for code, text in faults.items() if code in held})
        self.do(officer, "return", **(items or {"more": "Thiếu sơ đồ nhà."}))
        return self

    def visit(self, *team: str) -> "Recognition":
        users = [self.world.user(name).pk for name in team or (self.other_officer,)]
        self.do(self.officer, "visit", planned_on=day(0), team=users)
        return self

    def record_visit(self, by: str = "", **data: Any) -> "Recognition":
        self.do(by or self.officer, "record_visit", **{**self.verdicts(), "met_whom": "Bà Sáu, giám đốc", **data})
        return self

    def verdicts(self, **unmet: str) -> dict[str, Any]:
        """A verdict on every condition; `unmet` {code: what is not as it should be}."""
        data: dict[str, Any] = {}
        for item in dossier.conditions(self.reload()):
            data[f"condition_{item.code}"] = "unmet" if item.code in unmet else "met"
            data[f"condition_{item.code}_note"] = unmet.get(item.code, "")
        return data

    def judge(self, by: str = "", **unmet: str) -> "Recognition":
        if dossier.conditions(self.reload()):
            self.do(by or self.officer, "answer_conditions", **self.verdicts(**unmet))
        return self

    def require_fix(self, by: str = "", days: int = 20, **items: str) -> "Recognition":
        self.do(by or self.officer, "require_fix", fix_by=day(days), **(items or {"more": "Thay cầu dao điện."}))
        return self

    def fixed(self) -> "Recognition":
        self.answer()
        self.do(self.manager, "fixed")
        return self

    def recommend(self, by: str = "", recommendation: str = "approve") -> "Recognition":
        report = "Đã xem hồ sơ và cơ sở."
        self.do(by or self.officer, "recommend", recommendation=recommendation, report=report)
        return self

    # --- the head ---
    def granting(self, **data: Any) -> dict[str, Any]:
        asked = self.reload().asked
        granted = {name: asked[name] for name in ("groups", "capacity") if asked.get(name)}
        return {**granted, **data}

    def approve(self, by: str = "", **data: Any) -> "Recognition":
        self.do(by or self.head, "approve", **self.granting(**data))
        return self

    def conditional(self, by: str = "", **data: Any) -> "Recognition":
        terms = {"conditions": "Lắp thêm tay vịn.", "conditions_by": day(60)}
        self.do(by or self.head, "conditional", **self.granting(**{**terms, **data}))
        return self

    def refuse(self, by: str = "", note: str = "Không đủ điều kiện.") -> "Recognition":
        self.do(by or self.head, "refuse", note=note)
        return self

    def appeal(self) -> "Recognition":
        self.do(self.manager, "appeal", note="Chúng tôi đủ điều kiện.")
        return self

    def overturn(self, by: str = "", officer: str = "") -> "Recognition":
        new = self.world.user(officer or self.other_officer).pk
        self.do(by or self.other_head, "overturn", officer=new, note="Xem xét lại.")
        return self

    # --- shortcuts to a state ---
    def submitted(self, **data: Any) -> "Recognition":
        return self.draft(**data).submit()

    def returned(self, **items: str) -> "Recognition":
        return self.submitted().return_(**items)

    def under_review(self) -> "Recognition":
        return self.submitted().take()

    def site_visit(self) -> "Recognition":
        return self.under_review().visit()

    def correction(self) -> "Recognition":
        return self.under_review().require_fix()

    def decision(self, recommendation: str = "approve") -> "Recognition":
        return self.under_review().judge().recommend(recommendation=recommendation)

    def approved(self) -> "Recognition":
        return self.decision().approve()

    def on_conditions(self) -> "Recognition":
        return self.decision().conditional()

    def refused(self) -> "Recognition":
        return self.decision("refuse").refuse()

    def appealed(self) -> "Recognition":
        return self.refused().appeal()

    def withdrawn(self) -> "Recognition":
        self.submitted().do(self.manager, "withdraw", note="Chưa chuẩn bị xong.")
        return self

    def lapsed(self) -> "Recognition":
        """Nobody answers for sixty days; the clock reminds twice and lets it lapse."""
        self.draft()
        for step in (40, 20):
            long_ago(self.application, step)
            system_perform(self.reload(), "remind")
        Application.objects.filter(pk=self.application.pk).update(
            waiting_since=timezone.now() - timedelta(days=61), reminded_at=timezone.now() - timedelta(days=21)
        )
        system_perform(self.reload(), "lapse")
        self.reload()
        return self

    def reach(self, state: str) -> "Recognition":
        """In that state; the kind must allow it (only a licence can be conditional)."""
        ways = {
            "draft": self.draft, "submitted": self.submitted, "returned": self.returned,
            "under_review": self.under_review, "site_visit": self.site_visit, "correction": self.correction,
            "decision": self.decision, "approved": self.approved, "conditional": self.on_conditions,
            "refused": self.refused, "appeal": self.appealed, "withdrawn": self.withdrawn, "lapsed": self.lapsed,
        }  # fmt: skip
        return ways[state]()  # type: ignore[operator]

    # --- what came of it ---
    def licence(self) -> Licence:
        return Licence.objects.get(application=self.application)

    def defects(self) -> list[Defect]:
        return list(Defect.objects.filter(application=self.application))


def long_ago(application: Application, days: int) -> None:
    """Move what waits for the applicant that many days back."""
    since = timezone.now() - timedelta(days=days)
    Application.objects.filter(pk=application.pk).update(waiting_since=since, reminded_at=None)


def take_over(world: World, facility: Facility, **columns: Any) -> Licence:
    """A licence of before, proposed by the officer and confirmed by the head."""
    data = {
        "number": "77/GP-LĐTBXH", "kind": "licence", "to_unit": world.units["department"].pk,
        "issuer": "Sở Lao động", "issued_on": day(-400), "starts_on": day(-390), "groups": [GROUP], "capacity": 20,
        "source": "Bản gốc giấy phép", **columns,
    }  # fmt: skip
    proposal = perform(
        Licence, "take_over", by=world.actor("licensing"), parent=facility, data=data
    ).record  # fmt: skip
    perform(proposal, "confirm", by=world.actor("head"), version=proposal.version)
    return Licence.objects.get(number=data["number"])


__all__ = [
    "ASKED", "GROUP", "MORE", "STATES", "Recognition", "another_house", "house", "long_ago", "people", "take_over",
]  # fmt: skip
