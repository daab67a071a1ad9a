"""Cases, brought to any state through `perform()` by the people whose duty it is."""

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from casework.enums import Domain
from casework.models import (
    Assessment,
    Case,
    Goal,
    Person,
    PlanAction,
    PlanComment,
    ServicePlan,
    WorkEntry,
)  # fmt: skip
from core.catalogue.models import ClientGroup, ClosureCode
from core.documents.models import Document, DocumentKind
from core.lifecycle.engine import Outcome, perform
from core.lifecycle.models import Proposal
from tests.core.documents.files import pdf
from tests.factories.persons import ChildData, PersonData
from tests.factories.world import World

GROUP = "k6"  # people with disabilities, of any age
INTAKE = {
    "in_danger": "no", "source": "self", "problem": "Sống một mình, không có thu nhập.", "needs": "Tiền thuốc\nNhà ở",
    "legal_basis": "statutory", "duplicates_seen": True,
}  # fmt: skip


def day(offset: int) -> str:
    """A date from today, as it is typed."""
    return f"{timezone.localdate() + timedelta(days=offset):%d/%m/%Y}"


class Story:
    """One person's case; every step names who takes it and returns the outcome of `perform()`."""

    def __init__(self, world: World, case: Case | None = None):
        self.world = world
        self.case = case

    # --- taking an action ---
    def do(self, by: str, name: str, target: Any = None, **data: Any) -> Outcome:
        """On the case or another record, at the version it has now."""
        row = self.case if target is None else target
        row.refresh_from_db()
        outcome = perform(row, name, by=self.world.actor(by), version=row.version, data=data)
        row.refresh_from_db()
        if self.case is not None:
            self.case.refresh_from_db()
        return outcome

    def make(self, by: str, model: Any, name: str, parent: Any = None, **data: Any) -> Any:
        """A new record, under the case unless another parent is given."""
        under = self.case if parent is None else parent
        row = perform(model, name, by=self.world.actor(by), data=data, parent=under).record
        self.case.refresh_from_db()
        return model.objects.get(pk=row.pk)

    # --- intake ---
    def register(self, by: str = "intake", child: bool = False, **data: Any) -> "Story":
        person = {} if data.get("person") else dict((ChildData if child else PersonData)())
        person.setdefault("commune", self.world.communes[0].pk)
        if data.get("person"):
            person = {}
        outcome = perform(Case, "register", by=self.world.actor(by), data={**person, **INTAKE, **data})
        self.case = Case.objects.get(pk=outcome.record.pk)
        return self

    def emergency(self, by: str = "intake", child: bool = True, dangers: tuple[str, ...] = ("violence",)) -> "Story":
        person = dict((ChildData if child else PersonData)())
        data = {**person, "dangers": list(dangers), "found_at": "Chợ đêm", "commune": self.world.communes[0].pk}
        outcome = perform(Case, "emergency_open", by=self.world.actor(by), data=data)
        self.case = Case.objects.get(pk=outcome.record.pk)
        return self

    def screen_in(self, worker: str = "worker", by: str = "supervisor", **data: Any) -> "Story":
        group = ClientGroup.objects.on().filter(code=GROUP).get()
        data.setdefault("over_cap", "Không còn ai khác.")
        self.do(by, "screen_in", group=group.pk, worker=self.world.user(worker).pk, **data)
        return self

    # --- assessment ---
    def draft_assessment(self, by: str = "worker") -> Assessment:
        return self.make(by, Assessment, "draft")

    def answers(self, assessment: Assessment, risk: str = "medium") -> dict[str, Any]:
        data: dict[str, Any] = {"risk": risk, "risk_reason": "Theo bộ câu hỏi.", "summary": "Cần trợ giúp lâu dài."}
        for item in assessment.tool.items():
            data[f"item_{item['code']}"] = str(item["options"][0]["value"])
        for domain in Domain:
            data[f"{domain.value}_severity"] = "1"
            data[f"{domain.value}_need"] = f"Nhu cầu: {domain.label}"
        return data

    def assess(self, by: str = "worker", risk: str = "medium") -> Assessment:
        assessment = self.draft_assessment(by)
        self.do(by, "answer", assessment, **self.answers(assessment, risk))
        self.do(by, "lock", assessment)
        return assessment

    # --- plan ---
    def draft_plan(self, by: str = "worker", provider: str = "own", goals: int = 1) -> ServicePlan:
        plan = self.make(by, ServicePlan, "draft")
        self.fill_plan(plan, by, provider, goals)
        return plan

    def fill_plan(self, plan: ServicePlan, by: str = "worker", provider: str = "own", goals: int = 1) -> None:
        for number in range(goals):
            goal = self.make(
                by,
                Goal,
                "add",
                plan,
                domain="health",
                text=f"Khỏe hơn {number}",
                measure="Khám mỗi tháng",
                due_on=day(90),
            )
            for one in provider.split("+"):
                self.make(
                    by, PlanAction, "add", goal, text="Khám bệnh", provider=one, who="Nhân viên", starts_on=day(0),
                    ends_on=day(60),
                )  # fmt: skip
        self.do(by, "edit", plan, client_view="Đồng ý với kế hoạch.", summary="Ngắn gọn.")

    def submit(self, plan: ServicePlan, by: str = "worker") -> None:
        self.do(by, "submit", plan)

    def approve(self, plan: ServicePlan, by: str = "supervisor") -> None:
        self.do(by, "approve", plan)

    def agree(self, plan: ServicePlan, by: str = "worker") -> None:
        self.do(by, "agree", plan, signature="client", signed_on=day(0))

    def conference(self, by: str = "worker") -> WorkEntry:
        return self.make(by, WorkEntry, "add", kind="conference", text="Họp ca với công an, trường học.")

    # --- shortcuts to a state ---
    def in_assessment(self, **data: Any) -> "Story":
        return self.register(**data).screen_in()

    def in_planning(self, **data: Any) -> "Story":
        self.in_assessment(**data)
        self.assess()
        self.do("worker", "assess_done")
        return self

    def running(self, provider: str = "own", **data: Any) -> "Story":
        """ACTIVE with an agreed plan, or REFERRAL when a provider is another ("other", "own+other")."""
        self.in_planning(**data)
        plan = self.draft_plan(provider=provider)
        self.submit(plan)
        self.approve(plan)
        self.agree(plan)
        return self

    def active_plan(self) -> ServicePlan:
        return ServicePlan.objects.get(case=self.case, kind="service", state="active")

    def judge_goals(self, verdict: str = "achieve", by: str = "worker") -> None:
        for goal in Goal.objects.filter(
            plan__case=self.case, plan__state="active", state__in=["planned", "in_progress"]
        ):
            self.do(by, verdict, goal, note="Đã xem cùng người được trợ giúp.")

    def paper(self, kind: str, by: str = "worker") -> Document:
        """Hand in a paper of this kind."""
        file = SimpleUploadedFile("giay.pdf", pdf(), "application/pdf")
        actor = self.world.actor(by)
        return perform(Document, "upload", by=actor, data={"kind": kind}, files={"file": file}, parent=self.case).record

    def ground(self, reason: str, by: str = "worker") -> None:
        """What the ground for closing asks for: its papers, and that the person was met."""
        requires = ClosureCode.objects.on().get(code=reason).requires
        for kind in requires:
            if kind in DocumentKind.values:
                self.paper(kind, by)
        if "safety_check" in requires:
            self.make(by, WorkEntry, "add", kind="visit", text="Gặp tại nhà, an toàn.", contacted="reached")

    def request_close(self, by: str = "worker", reason: str = "c") -> None:
        """With what the ground asks for on file."""
        self.ground(reason, by)
        self.do(by, "request_close", reason=reason, client_told_on=day(0), note="Gia đình đón về.")

    def closed(self, **data: Any) -> "Story":
        self.running(**data)
        self.judge_goals()
        self.request_close()
        self.do("supervisor", "close")
        return self

    def hold(self, by: str = "worker", days: int = 10) -> None:
        self.do(by, "hold", reason="hospital", resume_by=day(days), note="Đang nằm viện.")


def take_over(world: World, by: str = "steward", **data: Any) -> Proposal:
    """A running case of before, proposed; it exists once a supervisor has confirmed."""
    values = {
        **dict(PersonData()), "old_number": "12/HS-2024", "paper": "Sổ theo dõi 2024", "opened_at": "2024-05-06 08:00",
        "owner_unit": world.units["centre"].pk, "worker": world.user("worker").pk, **data,
    }  # fmt: skip
    return perform(Case, "take_over", by=world.actor(by), data=values).record


def known(person: Person) -> dict[str, Any]:
    return {"person": person.pk}


__all__ = ["GROUP", "INTAKE", "PlanComment", "Story", "day", "known", "take_over"]
