"""Moves that many stories share."""

from typing import Any

from benchmarks.province.playing import Player
from casework.enums import Domain
from casework.models import Assessment, Case, Contact, Goal, PlanAction, ServicePlan, WorkEntry
from casework.models.plan import PlanAction as _Action

OVER_CAP = "Thiếu người, các nhân viên khác đã đủ ca"
GROUPS = {"child": "k1", "adult": "k4", "old": "k5a", "unknown": "f2f"}
RISKS = ("low", "medium", "high", "emergency")
# domain, goal, measure, what is done, service, by whom
GOALS = {
    "clinic": ("health", "Được khám và điều trị bệnh đang mắc", "Có sổ khám, uống thuốc đều 4 tuần",
               "Đưa đi khám, lấy thuốc", "health-treatment", "own"),
    "papers": ("papers", "Có căn cước", "Nhận thẻ căn cước", "Cùng đi làm thủ tục", "social-integration", "own"),
    "allowance": ("income", "Nhận trợ cấp hằng tháng", "Có quyết định của UBND xã, phường",
                  "Lập hồ sơ trợ cấp xã hội", "income-allowance", "own"),
    "school": ("education", "Đi học trở lại", "Đến lớp đủ buổi trong 1 học kỳ", "Làm việc với trường",
               "social-integration", "own"),
    "home": ("selfcare", "Được chăm sóc hằng ngày tại cơ sở", "Ngủ, ăn, tắm đủ; cân nặng không giảm",
             "Nhận chăm sóc nội trú", "selfcare-residential", "other"),
}  # fmt: skip


def kind_of(p: Player) -> str:
    year = p.person["birth_year"]
    return "unknown" if not p.person["name"] else "child" if year > 2010 else "old" if year < 1966 else "adult"


def register(p: Player, **more: Any) -> Case:
    data = {
        **p.form, "source": "commune", "problem": p.person["problem"], "in_danger": "no",
        "needs": ["Chăm sóc sức khỏe", "Trợ cấp"], "legal_basis": "statutory", "duplicates_seen": True,
        "reporter": p.person["reporter"], "reporter_phone": p.person["reporter_phone"],
        "to_unit": str(p.cast.values["centre"]), **more,
    }  # fmt: skip
    return p.do("intake", Case, "register", **data)


def screen_in(p: Player, case: Case, group: str = "") -> None:
    from core.catalogue.models import ClientGroup

    p.wait(1)
    code = group or GROUPS[kind_of(p)]
    found = ClientGroup.objects.on(p.today).get(code=code)
    p.do("supervisor", case, "screen_in", group=found.pk, worker=str(p.cast.values["worker"]), over_cap=OVER_CAP)


def entry(p: Player, case: Case, kind: str, text: str, who: str = "worker", **more: Any) -> Any:
    return p.do(who, WorkEntry, "add", parent=case, kind=kind, text=text, minutes=30, **more)


def describe(p: Player, case: Case) -> None:
    """Family and who may be called: what the worker learns at the first visit."""
    p.do(
        "worker", case.person, "edit_household", head_name=p.person["head_name"], size=4, status="poor",
        income=2_500_000, spend_food=1_500_000, head_relation="Con trai", housing="Nhà cấp 4",
    )  # fmt: skip
    p.do(
        "worker", Contact, "add", parent=case.person, name=p.person["contact"], relation="Con gái",
        phone=p.person["contact_phone"], safety="safe", is_main=True,
    )  # fmt: skip


def assess(p: Player, case: Case, level: int = 1, lock: bool = True, upto: int = 9) -> Assessment:
    assessment = p.do("worker", Assessment, "draft", parent=case)
    data: dict[str, Any] = {"summary": "Nhu cầu chính là sức khỏe và thu nhập.", "risk_reason": "Theo mức tổn hại"}
    if lock:
        data["risk"] = RISKS[level]
    for number, domain in enumerate(assessment.tool.domains[:upto]):
        worst = 0
        for place, item in enumerate(domain["items"]):
            at = min(len(item["options"]) - 1, max(0, level - (number + place) % 3))
            worst = max(worst, at)
            data[f"item_{item['code']}"] = item["options"][at]["value"]
        data[f"{domain['code']}_severity"] = min(3, worst)
        if worst >= 2:
            data[f"{domain['code']}_need"] = f"Cần hỗ trợ: {str(Domain(domain['code']).label).lower()}"
            data[f"{domain['code']}_priority"] = min(9, number + 1)
    p.do("worker", assessment, "answer", **data)
    return p.do("worker", assessment, "lock") if lock else assessment


def assessed(p: Player, level: int = 1, **more: Any) -> Case:
    """From the call to planning."""
    case = register(p, **more)
    screen_in(p, case)
    p.wait(3)
    entry(p, case, "visit", "Đến nhà, gặp cả gia đình, hẹn quay lại.", contacted="reached")
    describe(p, case)
    p.wait(3)
    assess(p, case, level)
    p.do("supervisor" if level >= 2 else "worker", case, "assess_done")
    return case


def draft_plan(p: Player, case: Case, *goals: str) -> ServicePlan:
    plan = p.do("worker", ServicePlan, "draft", parent=case)
    for name in goals or ("clinic", "allowance"):
        add_goal(p, plan, name)
    return plan


def add_goal(p: Player, plan: ServicePlan, name: str) -> Goal:
    domain, text, measure, action, service, provider = GOALS[name]
    goal = p.do("worker", Goal, "add", parent=plan, domain=domain, text=text, measure=measure, due_on=p.day(60))
    who = p.cast.users["worker"].full_name if provider == "own" else "Cơ sở trợ giúp xã hội"
    p.do(
        "worker", PlanAction, "add", parent=goal, text=action, service_type=service, provider=provider, who=who,
        starts_on=p.day(3), ends_on=p.day(60), cost=1_200_000, funding="Ngân sách trung tâm",
    )  # fmt: skip
    return goal


def submit(p: Player, plan: ServicePlan) -> None:
    p.do("worker", plan, "edit", client_view="Đồng ý, mong được ở gần nhà", summary="")
    p.do("worker", plan, "submit")


def conference(p: Player, case: Case) -> None:
    entry(p, case, "conference", "Họp ca: thống nhất mức nguy cơ, phân công từng việc.")


def agree(p: Player, plan: ServicePlan, child: bool = False) -> None:
    p.do("worker", plan, "agree", signature="guardian" if child else "client", signed_on=p.day(0))


def planned(p: Player, *goals: str, level: int = 1, approver: str = "supervisor", **more: Any) -> tuple[Case, Any]:
    """From the call to a plan in force."""
    case = assessed(p, level, **more)
    p.wait(2)
    plan = draft_plan(p, case, *goals)
    child = kind_of(p) == "child"
    if level >= 2 or child:
        conference(p, case)
    p.wait(2)
    submit(p, plan)
    p.wait(1)
    p.do(approver, plan, "approve")
    p.wait(2)
    agree(p, plan, child)
    return Case.objects.get(pk=case.pk), plan


def judge(p: Player, case: Case, *how: str) -> None:
    goals = Goal.objects.filter(plan__case=case, plan__state="active", state__in=["planned", "in_progress"])
    for number, goal in enumerate(goals.order_by("order")):
        action = how[number % len(how)] if how else "achieve"
        p.do("worker", goal, action, note="Đã kiểm tra tại nhà, có xác nhận của gia đình")


def serve(p: Player, case: Case) -> None:
    """A visit under the plan, then the review that is due."""
    p.wait(12)
    row = _Action.objects.filter(goal__plan__case=case, goal__plan__state="active", provider="own").first()
    more = {"plan_action": str(row.pk)} if row else {}
    entry(p, case, "visit", "Đưa đi khám tại bệnh viện, lấy thuốc 30 ngày.", contacted="reached", **more)
    p.wait(12)
    p.do("worker", case, "review", reason="due", outcome="keep", note="Các mục tiêu tiến triển theo kế hoạch")


def request_close(p: Player, case: Case, code: str = "k") -> None:
    told = None if code == "e" else p.day(0)
    note = "Mục tiêu chính đã đạt, gia đình tự lo được"
    p.do("worker", case, "request_close", reason=code, client_told_on=told, note=note)
