"""Closing, what follows a closure, and opening again (NĐ 335/2026/NĐ-CP Đ.26)."""

from benchmarks.province.playing import Player, story
from benchmarks.province.stories.moves import entry, judge, planned, register, request_close, screen_in, serve
from casework.models import Case


def _short(p: Player, code: str, approver: str = "supervisor") -> Case:
    """Closed from assessment: the need was met before a plan was drawn."""
    case = register(p)
    screen_in(p, case)
    p.wait(4)
    entry(p, case, "visit", "Gia đình đã tự lo được, không cần trợ giúp nữa.", contacted="reached")
    p.wait(2)
    request_close(p, case, code)
    p.wait(2)
    p.do(approver, case, "close", note="")
    return case


@story(1700, kind="adult", ago=(1, 45), closes=True)
def closed_early(p: Player) -> None:
    _short(p, "a")


@story(1300, kind="old", ago=(1, 45), closes=True)
def old_closed_early(p: Player) -> None:
    _short(p, "k", "supervisor2")


@story(700, kind="child", ago=(1, 45), closes=True)
def child_closed_early(p: Player) -> None:
    _short(p, "d")


@story(350, kind="old", ago=(1, 40), closes=True)
def closed(p: Player) -> None:
    """The whole way, goals judged."""
    case, _plan = planned(p, "clinic", "papers")
    serve(p, case)
    p.wait(8)
    judge(p, case, "achieve", "achieve_partly")
    request_close(p, case)
    p.wait(2)
    p.do("supervisor", case, "close", note="")


@story(60, kind="adult", ago=(1, 30), closes=True)
def lost_contact(p: Player) -> None:
    case = register(p)
    screen_in(p, case)
    for _try in range(3):
        p.wait(12)
        entry(p, case, "visit" if _try == 2 else "call", "Không liên lạc được.", contacted="not_reached")
    request_close(p, case, "e")
    p.wait(2)
    p.do("supervisor", case, "close", note="")


@story(80, kind="adult", ago=(0, 4), closes=True)
def closure_asked(p: Player) -> None:
    case, _plan = planned(p, "clinic")
    p.wait(15)
    judge(p, case)
    request_close(p, case)


@story(15, kind="old", ago=(0, 20), closes=True)
def closure_returned(p: Player) -> None:
    case, _plan = planned(p, "clinic")
    p.wait(15)
    judge(p, case)
    request_close(p, case)
    p.wait(2)
    p.do("supervisor", case, "return_close", note="Cần thêm một lần vãng gia trước khi kết thúc")


@story(10, kind="adult", ago=(0, 15), closes=True)
def closed_and_followed(p: Player) -> None:
    case = _short(p, "k")
    p.wait(9)
    p.do("worker", case, "follow_up", done_on=p.day(0), result="stable", note="Gọi điện, vẫn ổn")


@story(15, kind="adult", ago=(0, 9), closes=True)
def reopened(p: Player) -> None:
    case = _short(p, "k")
    p.wait(7)
    p.do("supervisor", case, "reopen", note="Gia đình báo có sự việc mới", worker="")
