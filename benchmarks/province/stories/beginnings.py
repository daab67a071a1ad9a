"""From the call to screening."""

from benchmarks.province.playing import Player, story
from benchmarks.province.stories.moves import GROUPS, assess, assessed, entry, register, screen_in
from casework.models import Case


@story(90, kind="adult", ago=(0, 2))
def just_registered(p: Player) -> None:
    register(p)


@story(50, kind="old", ago=(0, 2))
def old_just_registered(p: Player) -> None:
    register(p, legal_basis="consent", consent_on=p.day(0), consent_by=p.person["consent_by"])


@story(30, kind="child", ago=(0, 2))
def child_just_registered(p: Player) -> None:
    register(p, programme="child_protection")


@story(30, kind="old", ago=(0, 4))
def asked_for_more(p: Player) -> None:
    case = register(p)
    p.wait(1)
    p.do("supervisor", case, "ask_more", note="Thiếu giấy tờ của người giám hộ")


@story(20, kind="adult", ago=(0, 2))
def intake_completed(p: Player) -> None:
    case = register(p)
    p.wait(1)
    p.do("supervisor", case, "ask_more", note="Thiếu giấy tờ tạm trú")
    p.wait(4)
    p.do("intake", case, "complete_intake", note="Đã có giấy tờ")


def _screened_out(p: Player, reason: str) -> Case:
    case = register(p)
    p.wait(1)
    p.do("supervisor", case, "screen_out", reason=reason, note="Đã hướng dẫn đến UBND xã làm hồ sơ")
    return case


@story(1900, kind="adult", ago=(1, 310))
def not_taken(p: Player) -> None:
    _screened_out(p, "ineligible")


@story(1300, kind="old", ago=(1, 310))
def old_not_taken(p: Player) -> None:
    _screened_out(p, "other_agency")


@story(15, kind="adult", ago=(0, 2))
def reconsidered(p: Player) -> None:
    case = _screened_out(p, "withdrew")
    p.wait(6)
    p.do("supervisor2", case, "reconsider", note="Gia đình khiếu nại, có giấy tờ mới")


@story(100, kind="adult", ago=(1, 310))
def entered_by_mistake(p: Player) -> None:
    case = register(p)
    p.wait(1)
    p.do("supervisor", case, "void", note="Nhập trùng khi thử máy")


@story(60, kind="adult", ago=(0, 5))
def just_screened_in(p: Player) -> None:
    screen_in(p, register(p))


@story(40, kind="unknown", ago=(1, 12))
def nobody_knows_the_name(p: Player) -> None:
    case = register(p)
    screen_in(p, case, GROUPS["unknown"])
    p.wait(3)
    entry(p, case, "note", "Đã gửi công an phường xác minh danh tính.")


@story(50, kind="old", ago=(0, 6))
def assessment_begun(p: Player) -> None:
    case = register(p)
    screen_in(p, case)
    p.wait(4)
    assess(p, case, lock=False, upto=7)


@story(60, kind="adult", ago=(0, 6))
def just_assessed(p: Player) -> None:
    assessed(p)


@story(15, kind="adult", ago=(0, 5))
def back_to_assessment(p: Player) -> None:
    case = assessed(p)
    p.wait(2)
    p.do("supervisor", case, "return", note="Cần đánh giá lại phần an toàn")


@story(15, kind="adult", ago=(0, 5))
def assessed_again(p: Player) -> None:
    case = assessed(p, level=2)
    p.wait(2)
    p.do("supervisor", case, "return", note="Cần đánh giá lại phần thu nhập")
    p.wait(3)
    assess(p, case, 1)
    p.do("worker", case, "assess_done")
