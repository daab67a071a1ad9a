"""Histories as generators: each `yield` says when the next move comes; when that lies ahead of today, there the case
stands."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from casework.demo.moves import Moves
from casework.demo.names import Somebody
from casework.demo.places import COMMUNES
from casework.models import Case, PlanComment, ServicePlan
from core.catalogue.models import ClosureCode
from core.clock.calendar import Calendar

Story = Iterator[timedelta]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def usual(moves: Moves, one: Somebody) -> Story:
    """Most cases: from the call through assessment and plan to services, many to the closed file."""
    rng = moves.rng
    child = one.is_child and one.form["commune"] in COMMUNES and rng.random() < 0.4
    case = moves.register(one, programme="child_protection" if child else "case_management")
    yield rng.uniform(0.1, 0.9) * DAY
    roll = rng.random()
    if roll < 0.06:
        moves.do(
            "ha",
            case,
            "screen_out",
            reason=rng.choice(["ineligible", "other_agency", "withdrew"]),
            note="Đã hướng dẫn đến UBND xã làm hồ sơ",
        )
        if rng.random() < 0.3:
            yield rng.uniform(3, 8) * DAY
            moves.do("son", case, "reconsider", note="Gia đình khiếu nại, có giấy tờ mới")
        return
    if roll < 0.075:
        moves.do("son", case, "void", note="Nhập trùng khi thử máy")
        return
    if roll < 0.17:
        moves.do("ha", case, "ask_more", note="Thiếu giấy tờ của người giám hộ")
        yield rng.uniform(1, 6) * DAY
        moves.do("mai", case, "complete_intake", note="Đã có giấy tờ")
        yield rng.uniform(0.1, 0.6) * DAY
    worker = moves.screen_in(case)
    yield rng.uniform(0.5, 4) * DAY
    yield from _assessment(moves, case, one, worker, rng.choices([0, 1, 2], [35, 45, 20])[0])
    yield from _planning(moves, case, one, worker)
    yield from _services(moves, case, worker)
    yield from _closing(moves, case, worker)


def _assessment(moves: Moves, case: Case, one: Somebody, worker: str, level: int) -> Story:
    rng = moves.rng
    moves.entry(case, worker, "visit", contacted="reached", with_whom="Người được trợ giúp và gia đình")
    moves.describe(case, one, worker)
    yield rng.uniform(1, 6) * DAY
    moves.assess(case, worker, level)
    yield rng.uniform(0.1, 1.5) * DAY
    moves.do("ha" if level >= 2 else worker, case, "assess_done")
    yield rng.uniform(0.5, 3) * DAY


def _planning(moves: Moves, case: Case, one: Somebody, worker: str) -> Story:
    rng = moves.rng
    case = Case.objects.get(pk=case.pk)
    plan = moves.draft_plan(case, worker, moves.goals(rng.randint(2, 3), other=rng.random() < 0.35))
    yield rng.uniform(0.3, 3) * DAY
    if case.is_child or case.risk in ("high", "emergency"):
        moves.entry(case, worker, "conference", with_whom="Kiểm huấn viên, cán bộ xã")
    moves.submit(plan, worker)
    yield rng.uniform(0.3, 3) * DAY
    approver = moves.approver(case)
    if rng.random() < 0.2:
        goal = plan.goals.first()
        moves.do(
            approver,
            plan,
            "return",
            note="Cần rõ ai làm, khi nào xong",
            **dict[str, Any]({f"goal_{goal.pk.hex}": "Đo bằng gì, khi nào coi là đạt?"}),
        )
        yield rng.uniform(0.5, 3) * DAY
        for comment in PlanComment.objects.filter(plan=plan, answered_at__isnull=True):
            moves.do(worker, comment, "answer", answer="Đã sửa trong kế hoạch")
        moves.submit(plan, worker)
        yield rng.uniform(0.3, 2) * DAY
    moves.do(approver, plan, "approve")
    yield rng.uniform(0.3, 3) * DAY
    moves.agree(plan, worker, case.is_child)
    yield rng.uniform(0.2, 2) * DAY


def _services(moves: Moves, case: Case, worker: str) -> Story:
    rng = moves.rng
    for referral in moves.referrals(case).filter(state="draft"):
        yield from referring(moves, case, worker, referral)
    case = Case.objects.get(pk=case.pk)
    if case.state == "referral":
        return
    for _month in range(rng.randint(1, 3)):
        for _time in range(rng.choice([1, 1, 2])):
            yield rng.uniform(5, 14) * DAY
            moves.entry(
                case, worker, rng.choices(["visit", "call", "service", "counselling", "note"], [3, 3, 2, 1, 1])[0]
            )
        yield rng.uniform(2, 8) * DAY
        moves.do(worker, case, "review", reason="due", outcome="keep", note="Các mục tiêu tiến triển theo kế hoạch")
    if rng.random() < 0.1:
        moves.do(
            worker,
            case,
            "hold",
            reason=rng.choice(["away", "hospital"]),
            note="Gia đình báo",
            resume_by=timezone.localdate() + timedelta(days=rng.randint(10, 28)),
        )
        yield rng.uniform(8, 25) * DAY
        moves.do(worker, case, "resume", note="")
        yield rng.uniform(3, 9) * DAY


def referring(moves: Moves, case: Case, worker: str, referral: Any, to_unit: str = "") -> Story:
    """Sent to a facility or an outside body; some decline, and another is asked."""
    rng, row = moves.rng, referral
    hospital = row.service_type is not None and row.service_type.code.startswith("health")
    body = rng.choice([name for name in moves.place.bodies if "Bệnh viện" in name]) if hospital else ""
    group = moves.group_of(row).code
    unit = to_unit or ("" if body else moves.target_for(group))
    if moves.send_referral(row, worker, group, unit, body) == "pending_approval":
        yield rng.uniform(0.1, 1) * DAY
        moves.do("ha", row, "approve")
    yield rng.uniform(0.2, 2.5) * DAY
    receiver = worker if body else moves.manager(unit)
    if not body and rng.random() < 0.15:
        moves.do(receiver, row, "decline", reason="full", note="Hết chỗ đến cuối tháng")
        yield rng.uniform(0.2, 1.5) * DAY
        moves.do(worker, row, "close", next_step="another", note="")
        yield rng.uniform(0.2, 1) * DAY
        following = moves.referrals(case).filter(state="draft").first()
        if following is None:
            return
        row, unit = following, "BTTH"
        receiver = moves.manager(unit)
        if moves.send_referral(row, worker, group, unit) == "pending_approval":
            yield rng.uniform(0.1, 1) * DAY
            moves.do("son", row, "approve")
        yield rng.uniform(0.2, 2) * DAY
    moves.do(receiver, row, "accept", note="Hẹn thứ Hai đưa đến")
    yield rng.uniform(0.5, 2.5) * DAY
    moves.do(receiver, row, "start", note="")
    yield rng.uniform(10, 40) * DAY
    moves.do(
        receiver, row, "complete", outcome=rng.choice(["achieved", "achieved", "partial"]), note="Đã xong đợt chăm sóc"
    )
    yield rng.uniform(0.3, 4) * DAY
    moves.do(worker, row, "close", next_step="done", note="")


def _closing(moves: Moves, case: Case, worker: str) -> Story:
    rng = moves.rng
    if rng.random() < 0.35 or Case.objects.get(pk=case.pk).state not in ("active", "referral"):
        return
    yield rng.uniform(2, 20) * DAY
    while not ClosureCode.objects.on().exists():
        yield rng.uniform(5, 30) * DAY
    if moves.referrals(case).filter(state__in=["draft", "sent", "accepted", "in_service"]).exists():
        return
    moves.judge(case, worker)
    code = rng.choices(["c", "g", "k", "a"], [40, 20, 25, 15])[0]
    moves.request_close(case, worker, code, "Mục tiêu chính đã đạt, gia đình tự lo được")
    yield rng.uniform(0.3, 4) * DAY
    if rng.random() < 0.1:
        moves.do("ha", case, "return_close", note="Cần thêm một lần vãng gia trước khi kết thúc")
        return
    moves.do(rng.choice(["ha", "son"]), case, "close", note="")
    moves.load[worker] -= 1
    if rng.random() < 0.06:
        yield rng.uniform(7, 25) * DAY
        moves.do("ha", case, "reopen", note="Gia đình báo có sự việc mới", worker="")
        moves.load[worker] += 1


def taken_over(moves: Moves, one: Somebody, number: int, opened: date) -> Story:
    """A case that ran on paper before the system."""
    rng, worker = moves.rng, moves.pick_worker()
    proposal = moves.do(
        "an",
        Case,
        "take_over",
        **one.form,
        old_number=f"{number:03d}/{opened.year}/QLTH",
        paper="Sổ quản lý trường hợp của trung tâm",
        opened_at=datetime.combine(opened, datetime.min.time()),
        owner_unit=str(moves.place.units["TTCTXH"].pk),
        worker=str(moves.place.users[worker].pk),
        problem="Đang được thăm hằng tháng",
    )
    moves.load[worker] += 1
    yield rng.uniform(0.2, 2) * DAY
    moves.do("ha", proposal, "confirm")
    case = Case.objects.get(old_number=f"{number:03d}/{opened.year}/QLTH")
    yield rng.uniform(3, 18) * DAY
    moves.describe(case, one, worker)
    moves.entry(case, worker, "visit", contacted="reached")
    yield rng.uniform(1, 6) * DAY
    moves.assess(case, worker, rng.choice([0, 1, 1]))
    for _month in range(3):
        yield rng.uniform(18, 40) * DAY
        moves.entry(case, worker, rng.choice(["visit", "call", "service"]))


def emergency(moves: Moves, one: Somebody, worker: str = "", who: str = "duc") -> Story:
    """Danger first; the file follows."""
    rng, worker = moves.rng, worker or moves.pick_worker()
    case = open_emergency(moves, one, worker, who)
    yield rng.uniform(1, 7) * HOUR
    moves.do("ha", case, "review_emergency", confirmed="yes", note="Đúng là khẩn cấp, đã gặp công an phường")
    yield rng.uniform(2, 30) * HOUR
    plan = moves.do(
        worker,
        ServicePlan,
        "safety_plan",
        parent=case,
        summary="Đưa đến nơi an toàn, có người ở cùng",
        who="Nhân viên trung tâm, dì của nạn nhân",
    )
    moves.entry(case, worker, "visit", contacted="reached")
    yield rng.uniform(4, 20) * HOUR
    moves.do("ha", plan, "review_safety", note="Đã xem, giữ người ở cùng đến khi có nơi an toàn")
    yield rng.uniform(1, 5) * DAY
    moves.assess(case, worker, rng.choice([2, 3]))
    yield rng.uniform(1, 3) * DAY
    yield from _planning(moves, case, one, worker)
    yield from _services(moves, case, worker)


def open_emergency(moves: Moves, one: Somebody, worker: str, who: str) -> Case:
    dangers = ["violence"] if moves.rng.random() < 0.6 else ["abandoned" if one.is_child else "homeless"]
    case = moves.do(
        who,
        Case,
        "emergency_open",
        **one.form,
        dangers=dangers,
        found_at="Bến xe, gần cổng số 2",
        source="police",
        problem="Công an phường báo, cần người đến ngay",
        worker=str(moves.place.users[worker].pk),
    )
    moves.load[worker] += 1
    return case


def working_days_back(today: date, days: int) -> date:
    """The working day from which `days` working days end today (or on the next working day)."""
    calendar, last = Calendar(), Calendar().next_working_day(today)
    while days > 0:
        last -= DAY
        days -= calendar.is_working_day(last)
    return last
