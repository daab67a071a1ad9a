"""The main job over the API alone: from the call to the closed file, each step by whom it belongs to."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from casework.enums import Domain
from casework.models import Assessment
from core.catalogue.models import ClientGroup
from tests.core.documents import files
from tests.factories.referrals import authorise

TODAY = timezone.localdate


def register_case(call, world, **more):
    return call("intake").make(
        "cases/", name="Lý Thị Bông", birth="1950", sex="female", commune=world.communes[0].pk, in_danger="no",
        source="self", problem="Sống một mình, không ai chăm sóc.", legal_basis="statutory", duplicates_seen=True,
        **more,
    )["id"]  # fmt: skip


def assess(call, case):
    worker = call("worker")
    pk = worker.make("assessments/", parent=case)["id"]
    answers = {
        f"item_{item['code']}": item["options"][0]["value"] for item in Assessment.objects.get(pk=pk).tool.items()
    }
    findings = {f"{domain.value}_severity": "1" for domain in Domain}
    worker.done("assessments", pk, "answer", risk="medium", risk_reason="Theo bộ câu hỏi", **answers, **findings)
    worker.done("assessments", pk, "lock")
    return pk


def plan(call, case):
    worker = call("worker")
    pk = worker.make("plans/", parent=case)["id"]
    goal = worker.make(
        "goals/", parent=pk, domain="selfcare", text="Được chăm sóc hằng ngày", measure="Ăn, ngủ đủ",
        due_on=TODAY().isoformat(),
    )["id"]  # fmt: skip
    worker.make(
        "plan-actions/", parent=goal, text="Chăm sóc tại cơ sở", provider="other", who="Cơ sở công lập",
        ends_on=TODAY().isoformat(),
    )  # fmt: skip
    worker.done("plans", pk, "edit", client_view="Bà đồng ý")
    worker.done("plans", pk, "submit")
    call("supervisor").done("plans", pk, "approve")
    worker.done("plans", pk, "agree", signature="client", signed_on=TODAY().isoformat())
    return pk


def test_from_the_call_to_the_closed_file(call, world):
    authorise(world)
    worker, supervisor, manager = call("worker"), call("supervisor"), call("manager")
    case = register_case(call, world)
    group = ClientGroup.objects.on().get(code="k6")
    supervisor.done("cases", case, "screen_in", group=group.pk, worker=str(world.user("worker").pk))
    assessment = assess(call, case)
    told = worker.one("assessments", assessment)
    assert told["state"] == "locked"
    assert {finding["domain"] for finding in told["findings"]} == set(Domain.values)
    worker.done("cases", case, "assess_done")
    plan(call, case)
    assert worker.one("cases", case)["state"] == "referral"

    referral = worker.get("referrals/", case=case).json()["results"][0]["id"]
    worker.done(
        "referrals", referral, "edit", to_unit=str(world.units["public"].pk), need="Cần chăm sóc nội trú",
        basis="consent",
        plan_action=worker.one("referrals", referral)["plan_action_id"], sections=["identity"], consent_by="Bà Bông",
        consent_on=TODAY().isoformat(), consent_until=TODAY().isoformat(),
    )  # fmt: skip
    worker.done("referrals", referral, "send")
    seen = manager.one("referrals", referral)
    assert seen["age_band"] == "60_79"
    assert "packet" not in seen and "case_id" not in seen
    manager.done("referrals", referral, "accept")
    assert manager.one("referrals", referral)["packet"]
    assert worker.one("cases", case)["state"] == "active"
    manager.done("referrals", referral, "start")
    manager.done("referrals", referral, "complete", outcome="achieved", note="Đã ổn định")
    worker.done("referrals", referral, "close", next_step="done")

    for goal in worker.get("goals/", case=case).json()["results"]:
        worker.done("goals", goal["id"], "achieve", note="Đạt")
    ask = {"reason": "c", "client_told_on": TODAY().isoformat(), "note": "Gia đình đón về"}
    refused = worker.act("cases", case, "request_close", **ask)
    assert refused.status_code == 409
    assert "Biên bản bàn giao" in refused.json()["reasons"][0]["text"]
    minutes = SimpleUploadedFile("bien-ban.pdf", files.pdf(), "application/pdf")
    paper = worker.send("papers/", minutes, parent=case, kind="handover_minutes", title="Biên bản bàn giao")
    assert paper.status_code == 201, paper.content.decode()
    worker.done("cases", case, "request_close", **ask)
    supervisor.done("cases", case, "close")
    closed = worker.one("cases", case)
    assert (closed["state"], closed["closure_reason"]) == ("closed", "c")
    assert closed["decision_number"]
    verbs = {event["verb"] for event in worker.get(f"cases/{case}/events/", limit=100).json()["results"]}
    assert {"case.register", "case.screen_in", "case.start", "case.placed", "case.close"} <= verbs
    assert len(worker.get("follow-ups/", case=case).json()["results"]) == 2


def test_a_plan_comes_back_with_a_comment_per_goal(call, world):
    case = register_case(call, world)
    group = ClientGroup.objects.on().get(code="k6")
    call("supervisor").done("cases", case, "screen_in", group=group.pk, worker=str(world.user("worker").pk))
    assess(call, case)
    worker = call("worker")
    worker.done("cases", case, "assess_done")
    pk = worker.make("plans/", parent=case)["id"]
    goal = worker.make(
        "goals/", parent=pk, domain="health", text="Khám bệnh", measure="Có sổ", due_on=TODAY().isoformat()
    )
    goal = goal["id"]
    worker.make(
        "plan-actions/", parent=goal, text="Đưa đi khám", provider="own", who="Lan", ends_on=TODAY().isoformat()
    )
    worker.done("plans", pk, "edit", client_view="Đồng ý")
    worker.done("plans", pk, "submit")
    comment = {f"goal_{goal.replace('-', '')}": "Khám ở đâu?"}
    call("supervisor").done("plans", pk, "return", note="Cần rõ hơn", **comment)
    comments = worker.get("plan-comments/", plan=pk).json()["results"]
    assert {row["goal_id"] for row in comments} == {goal, None}
    blocked = worker.act("plans", pk, "submit")
    assert blocked.status_code == 409
    assert [reason["code"] for reason in blocked.json()["reasons"]] == ["comments_open"]
    for row in comments:
        worker.done("plan-comments", row["id"], "answer", answer="Bệnh viện Đồng Nai")
    worker.done("plans", pk, "submit")
