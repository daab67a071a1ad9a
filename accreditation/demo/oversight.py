"""Inspections and incidents of the demo, in every state."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from casework.demo.moves import Moves
from casework.demo.stories import DAY, HOUR, Story
from facilities.inputs.inspections import item_field
from facilities.models import Facility, Finding, Incident, Inspection
from facilities.selectors import oversight as selected

LEAD, WITH = "phuc", "ngan"


def cast(moves: Moves, now: datetime) -> Iterator[tuple[datetime, Story]]:
    for code, (ago, story) in INSPECTIONS.items():
        yield now - ago * DAY, story(moves, code)
    for code, ago, kind, story_text, upto in INCIDENTS:
        yield now - ago * DAY, incident(moves, code, kind, story_text, upto)


def _facility(moves: Moves, code: str) -> Facility:
    return Facility.objects.get(unit=moves.place.units[code])


def plan(moves: Moves, code: str, ahead: int = 3, **more: Any) -> Inspection:
    users = moves.place.users
    data = {
        "kind": "periodic", "planned_on": timezone.localdate() + timedelta(days=ahead), "announced": True,
        "subject": "Kiểm tra định kỳ việc chăm sóc, nuôi dưỡng", "lead": users[LEAD].pk, "team": [users[WITH].pk],
        **more,
    }  # fmt: skip
    row: Inspection = moves.do(LEAD, Inspection, "plan", parent=_facility(moves, code), **data)
    return row


def planned(moves: Moves, code: str) -> Story:
    plan(moves, code, ahead=9)
    yield HOUR


def cancelled(moves: Moves, code: str) -> Story:
    row = plan(moves, code)
    yield 1 * DAY
    moves.do(LEAD, row, "cancel", note="Trùng đợt tiêm chủng của cơ sở.")


def underway(moves: Moves, code: str) -> Story:
    row = plan(moves, code, ahead=0)
    yield HOUR
    moves.do(LEAD, row, "begin")
    yield HOUR
    _answer(moves, row, most=5)


def closed(moves: Moves, code: str) -> Story:
    yield from _concluded(moves, code, [])


def reply(moves: Moves, code: str) -> Story:
    yield from _concluded(moves, code, ["Sổ theo dõi thuốc ghi thiếu ba ngày."])


def remedy(moves: Moves, code: str) -> Story:
    yield from _concluded(moves, code, ["Bình chữa cháy ở dãy A hết hạn.", "Thực đơn không niêm yết."])
    row = _last(moves, code)
    yield 2 * DAY
    _say(moves, row)


def recheck(moves: Moves, code: str) -> Story:
    yield from remedy(moves, code)
    row = _last(moves, code)
    yield 5 * DAY
    data: dict[str, Any] = {f"evidence_{one.pk.hex}": "Đã làm xong, có ảnh." for one in selected.open_findings(row)}
    moves.do(_manager(moves, code), row, "remedied", **data)


def mended(moves: Moves, code: str) -> Story:
    yield from recheck(moves, code)
    row = _last(moves, code)
    yield 4 * DAY
    data: dict[str, Any] = {f"result_{one.pk.hex}": "mended" for one in selected.open_findings(row)}
    moves.do(LEAD, row, "recheck", note="Đã khắc phục đủ.", **data)


def _concluded(moves: Moves, code: str, faults: list[str]) -> Story:
    row = plan(moves, code, ahead=0)
    yield HOUR
    moves.do(LEAD, row, "begin")
    yield HOUR
    _answer(moves, row)
    until = timezone.localdate() + timedelta(days=20)
    for fault in faults:
        moves.do(
            LEAD, Finding, "add", parent=row, code="", text=fault, severity="minor" if len(faults) == 1 else "major",
            remedy_by=until,
        )  # fmt: skip
    yield HOUR
    words = "Có thiếu sót phải khắc phục." if faults else "Cơ sở bảo đảm các điều kiện."
    moves.do(LEAD, row, "conclude", summary=words, licence_effect="none")


def _answer(moves: Moves, row: Inspection, most: int | None = None) -> None:
    begun = Inspection.objects.get(pk=row.pk)
    codes = [item.code for item, _answer in selected.asked(begun)][:most]
    data: dict[str, Any] = {item_field(code): "met" for code in codes}
    moves.do(LEAD, row, "answer", **data)


def _say(moves: Moves, row: Inspection) -> None:
    data: dict[str, Any] = {f"stand_{one.pk.hex}": "accepted" for one in selected.open_findings(row)}
    manager = row.facility.unit.assignments.get(role="facility_manager").user.username
    moves.do(manager, row, "reply", **data)


def _last(moves: Moves, code: str) -> Inspection:
    rows = Inspection.objects.filter(facility=_facility(moves, code)).select_related("facility__unit")
    return rows.order_by("-created_at")[0]


def _manager(moves: Moves, code: str) -> str:
    return moves.manager(code)


def incident(moves: Moves, code: str, kind: str, text: str, upto: int) -> Story:
    """Told by the house; `upto` 1: taken by an officer, 2: concluded."""
    happened = timezone.now() - timedelta(hours=3)
    row: Incident = moves.do(
        _manager(moves, code), Incident, "report", parent=_facility(moves, code), kind=kind,
        occurred_at=f"{timezone.localtime(happened):%d/%m/%Y %H:%M}", people=1, story=text,
        measures="Đã sơ cứu, báo gia đình và y tế xã.",
    )  # fmt: skip
    if upto < 1:
        return
    yield 5 * HOUR
    moves.do(LEAD, row, "take")
    if upto < 2:  # noqa: PLR2004
        return
    yield 5 * DAY
    finding = "Bệnh viện đã kết luận tử vong do bệnh nặng tuổi già."
    more: dict[str, Any] = {"no_inspection": finding} if kind == "death" else {}
    moves.do(LEAD, row, "conclude", conclusion="Cơ sở xử lý kịp thời; bổ sung tay vịn ở nhà vệ sinh.", **more)


INSPECTIONS: dict[str, tuple[float, Callable[[Moves, str], Story]]] = {
    "HOAMAI": (4, planned), "TAMDUC": (22, cancelled), "BTTE": (4, underway), "DDNCT": (50, closed),
    "HUONGDUONG": (5, reply), "SAOMAI": (9, remedy), "PHCN": (16, recheck), "BTTH": (70, mended),
}  # fmt: skip
INCIDENTS = (
    ("HOAMAI", 4, "injury", "Một cụ bà ngã ở nhà vệ sinh lúc sáng, trầy xước cánh tay.", 0),
    ("SAOMAI", 6, "missing", "Một thanh niên bỏ ra ngoài lúc chiều, đã tìm thấy sau bốn giờ.", 1),
    ("DDNCT", 32, "death", "Một cụ ông 91 tuổi mất lúc rạng sáng tại phòng, có nhân viên trực.", 2),
)
