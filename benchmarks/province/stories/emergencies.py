"""Danger first; the file follows (NĐ 335/2026/NĐ-CP Đ.24.3, NĐ 56/2017/NĐ-CP)."""

from benchmarks.province.playing import Player, story
from benchmarks.province.stories.moves import assess, conference, draft_plan, entry, planned, submit
from casework.models import Case, ServicePlan


def _open(p: Player, **more: object) -> Case:
    return p.do(
        "intake", Case, "emergency_open", **p.form,
        **{"dangers": ["violence"], "found_at": "Bến xe, gần cổng số 2", "source": "police",
           "problem": "Công an phường báo, cần người đến ngay", "worker": str(p.cast.values["worker"]),
           "to_unit": str(p.cast.values["centre"]), **more},
    )  # fmt: skip


@story(10, kind="adult", ago=(0, 2))
def emergency_tonight(p: Player) -> None:
    p.night()
    _open(p)


@story(8, kind="child", ago=(0, 2))
def child_in_danger(p: Player) -> None:
    """A measure within twelve hours; the review came at once."""
    p.night()
    case = _open(p, dangers=["abandoned"])
    p.wait(1)
    p.do("supervisor", case, "review_emergency", confirmed="yes", note="Đúng là khẩn cấp")
    entry(p, case, "visit", "Đã đưa cháu đến nơi an toàn.", contacted="reached")


@story(10, kind="adult", ago=(0, 15))
def false_alarm(p: Player) -> None:
    case = _open(p)
    p.wait(1)
    p.do("supervisor", case, "review_emergency", confirmed="no", note="Gia đình cãi nhau, không có bạo lực")


@story(30, kind="adult", ago=(1, 20))
def safety_plan_runs(p: Player) -> None:
    """Safety plan, assessment, then a plan of services."""
    case = _open(p)
    p.do("supervisor", case, "review_emergency", confirmed="yes", note="Đã gặp công an phường")
    safety = p.do(
        "worker", ServicePlan, "safety_plan", parent=case, summary="Đưa đến nơi an toàn, có người ở cùng",
        who="Nhân viên trung tâm, dì của nạn nhân",
    )  # fmt: skip
    p.wait(1)
    p.do("supervisor", safety, "review_safety", note="Đã xem, giữ người ở cùng")
    p.wait(2)
    assess(p, case, 2)
    plan = draft_plan(p, case, "clinic")
    conference(p, case)
    submit(p, plan)
    p.wait(1)
    p.do("supervisor", plan, "approve")
    p.wait(1)
    p.do("worker", plan, "agree", signature="client", signed_on=p.day(0))


@story(8, kind="old", ago=(0, 4))
def became_an_emergency(p: Player) -> None:
    case, _plan = planned(p, "clinic")
    p.wait(8)
    p.do("worker", case, "raise_emergency", dangers=["life"], note="Con trai đánh, phải đi cấp cứu")


@story(5, kind="adult", ago=(0, 4))
def emergency_while_held(p: Player) -> None:
    case, _plan = planned(p, "clinic")
    p.wait(6)
    p.do("worker", case, "hold", reason="away", note="Gia đình báo", resume_by=p.day(25))
    p.wait(5)
    p.do("worker", case, "raise_emergency", dangers=["violence"], note="Bị đánh khi về quê")
