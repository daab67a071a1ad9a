"""Cases that ran on paper before."""

from benchmarks.province.playing import Player, story
from benchmarks.province.stories.moves import assess, describe, entry
from casework.models import Case
from core.lifecycle.models import Proposal


def _proposed(p: Player) -> Proposal:
    return p.do(
        "steward", Case, "take_over", **p.form, old_number=p.person["old_number"],
        paper="Sổ quản lý trường hợp của trung tâm", opened_at=f"{p.day(-400):%d/%m/%Y}",
        owner_unit=str(p.cast.values["centre"]), worker=str(p.cast.values["worker"]),
        problem="Đang được thăm hằng tháng",
    )  # fmt: skip


@story(550, kind="old", ago=(1, 120), full=True)
def taken_over(p: Player) -> None:
    proposal = _proposed(p)
    p.wait(1)
    p.do("supervisor", proposal, "confirm")


@story(150, kind="adult", ago=(1, 60), full=True)
def taken_over_and_assessed(p: Player) -> None:
    proposal = _proposed(p)
    p.wait(1)
    p.do("supervisor", proposal, "confirm")
    case = Case.objects.get(old_number=p.person["old_number"])
    p.wait(8)
    describe(p, case)
    assess(p, case, 1)
    p.wait(20)
    entry(p, case, "call", "Gọi nhắc lịch khám, đã nhận lời.", contacted="reached")
