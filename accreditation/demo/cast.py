"""Who plays when: one story a house, so that applications, licences, inspections and incidents stand in every state."""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from accreditation import tasks
from accreditation.demo import oversight
from accreditation.demo.applying import Recognition
from accreditation.demo.houses import furnish
from accreditation.demo.words import HOUSES, PAPERS
from casework.demo import places
from casework.demo.moves import Moves
from casework.demo.stories import DAY, HOUR, Story
from core.hooks import provide
from facilities import tasks as facility_tasks

MODELS = {
    "BTTH": "residential comprehensive",
    "PHCN": "residential",
    "HOAMAI": "residential",
    "ANBINH": "residential",
    "SAOMAI": "residential vocational",
    "HUONGDUONG": "residential foster_support",
    "BINHYEN": "shelter residential",
    "TAMDUC": "residential",
}  # fmt: skip  of the houses of the case histories
FAULTS = {"form": "Chưa ký tên, đóng dấu.", "founding": "Bản sao mờ, không đọc được số quyết định."}


@provide("demo.cast")
def cast(moves: Moves, start: datetime, now: datetime) -> list[tuple[datetime, Story]]:
    """(when it begins, story); stories that must end in a state begin so many days before now."""
    played: list[tuple[datetime, Story]] = [(start + HOUR, the_clock())]
    for number, row in enumerate(places.FACILITIES):
        played.append((start + (2 + number % 5) * HOUR, ground(moves, row[0], row[6], MODELS[row[0]])))
    for number, house in enumerate(HOUSES):
        played.append((start + DAY + (number % 7) * HOUR, ground(moves, house.code, house.manager[0], house.models)))
    for number, (code, paper) in enumerate(PAPERS.items()):
        played.append((start + 2 * DAY + number * HOUR / 2, of_before(moves, code, paper)))
    for code, (ago, story) in STORIES.items():
        played.append((now - ago * DAY, story(moves, code)))
    return [*played, *oversight.cast(moves, now)]


def the_clock() -> Story:
    """What the worker does in the background, every other day."""
    while True:
        for job in (
            tasks.lapse_applications, tasks.activate_licences, tasks.remind_licences, tasks.follow_terms,
            tasks.overdue_applications, facility_tasks.end_replies, facility_tasks.tell_of_late_remedies,
            facility_tasks.lay_out_visits, facility_tasks.remind_of_papers,
        ):  # fmt: skip
            job()
        yield 2 * DAY


def ground(moves: Moves, code: str, manager: str, models: str) -> Story:
    furnish(moves, code, manager, models)
    yield DAY


def of_before(moves: Moves, code: str, paper: str) -> Story:
    story = Recognition(moves, code)
    yield HOUR
    story.take_over(paper)


# --- applications, each left in its state ---


def drafted(moves: Moves, code: str) -> Story:
    story = Recognition(moves, code)
    story.draft()
    yield 2 * HOUR
    story.fill(leave=1)


def submitted(moves: Moves, code: str) -> Story:
    story = Recognition(moves, code)
    story.draft()
    yield 3 * HOUR
    story.submit()


def returned(moves: Moves, code: str) -> Story:
    yield from submitted(moves, code)
    story = _again(moves, code)
    yield 2 * DAY
    story.send_home(FAULTS)


def under_review(moves: Moves, code: str) -> Story:
    """Sent home once, answered, taken."""
    yield from returned(moves, code)
    story = _again(moves, code)
    yield 3 * DAY
    for component in FAULTS:
        story.upload(component)
    story.answer("Đã bổ sung bản ký, đóng dấu và bản sao rõ.")
    story.submit()
    yield 1 * DAY
    story.check()
    story.do(story.officer, "take")


def site_visit(moves: Moves, code: str) -> Story:
    yield from _taken(moves, code)
    _again(moves, code).visit(2)


def correction(moves: Moves, code: str) -> Story:
    yield from _seen(moves, code, {"buildings": "Chưa có khu vui chơi riêng."})
    story = _again(moves, code)
    yield 2 * HOUR
    story.do(
        story.officer, "require_fix", fix_by=timezone.localdate() + 30 * DAY,
        condition_buildings="Bố trí khu vui chơi giải trí.", more="Thay cầu dao điện ở bếp.",
    )  # fmt: skip


def decision(moves: Moves, code: str) -> Story:
    """Mended what the visit found; waits for the head."""
    yield from correction(moves, code)
    story = _again(moves, code)
    yield 6 * DAY
    story.answer("Đã làm xong, có ảnh kèm theo.")
    story.do(story.manager, "fixed", note="Mời đoàn đến xem lại.")
    yield 1 * DAY
    settled = [item.pk for item in story.row().defects.filter(settled_at__isnull=True)]
    story.do(story.officer, "answer_conditions", condition_buildings="met", settled=settled)
    story.recommend()


def approved_for_later(moves: Moves, code: str) -> Story:
    """Approved; the licence begins in some days."""
    yield from _seen(moves, code)
    story = _again(moves, code)
    story.recommend()
    yield 1 * DAY
    story.grant(starts_on=timezone.localdate() + 30 * DAY)


def conditional(moves: Moves, code: str) -> Story:
    yield from _seen(moves, code, {"accessible": "Chưa có lối cho xe lăn ở dãy B."})
    story = _again(moves, code)
    story.recommend("conditional")
    yield 1 * DAY
    granted = story.row().asked["capacity"]
    story.grant(
        "conditional", conditions="Làm lối dốc và nhà vệ sinh cho xe lăn ở dãy B.",
        conditions_by=timezone.localdate() + 60 * DAY, limit_capacity=granted // 2,
    )  # fmt: skip


def refused(moves: Moves, code: str) -> Story:
    yield from _seen(moves, code, {"direct_staff": "Không có người chăm sóc trực tiếp ban đêm."})
    story = _again(moves, code)
    story.recommend("refuse")
    yield 1 * DAY
    story.refuse("Không có nhân viên trực tiếp chăm sóc ban đêm, chưa bảo đảm NĐ 103/2017/NĐ-CP Đ.26 khoản 3.")


def appealed(moves: Moves, code: str) -> Story:
    yield from refused(moves, code)
    story = _again(moves, code)
    yield 5 * DAY
    note = "Cơ sở đã ký hợp đồng với ba người chăm sóc ban đêm từ trước ngày thẩm định; đề nghị xem lại."
    story.do(story.manager, "appeal", note=note)


def withdrawn(moves: Moves, code: str) -> Story:
    yield from submitted(moves, code)
    story = _again(moves, code)
    yield 2 * DAY
    story.do(story.manager, "withdraw", note="Cơ sở đổi địa điểm, sẽ nộp lại sau.")


def forgotten(moves: Moves, code: str) -> Story:
    """A draft that nobody finished: the clock reminds twice and lets it lapse."""
    story = Recognition(moves, code)
    story.draft()
    yield HOUR
    story.fill(leave=1)


def small_home(moves: Moves, code: str) -> Story:
    """Below ten: the commune's officer looks, its chair decides."""
    story = Recognition(moves, code, officer="khanh", head=moves.place.chairs["26041"], second="thuy")
    story.draft("small_facility")
    yield 2 * HOUR
    story.submit()
    yield 1 * DAY
    story.take()
    story.judge()
    yield 2 * DAY
    story.recommend()
    yield 1 * DAY
    story.grant()


def adjusted(moves: Moves, code: str) -> Story:
    """A bigger house: the new licence takes the place of the one of before."""
    story = Recognition(moves, code)
    size = (story.facility.capacity or 20) + 10
    story.draft(
        "adjust", changes=["capacity"], groups=story.groups(), capacity=size, reason="Đã xây thêm một dãy phòng."
    )
    yield 3 * HOUR
    story.submit()
    yield 1 * DAY
    story.take()
    story.judge()
    yield 4 * DAY
    story.recommend()
    yield 1 * DAY
    story.grant()


# --- licences, each left in its state ---


def suspended(moves: Moves, code: str) -> Story:
    story = Recognition(moves, code)
    moves.do(story.officer, story.licence(), "notify_suspension", notice="Không đủ người trực ban đêm trong ba tuần.")
    yield 2 * DAY
    moves.do(story.manager, story.licence(), "reply_suspension", reply="Hai người chăm sóc vừa nghỉ, đang tuyển thêm.")
    yield 1 * DAY
    moves.do(
        story.head, story.licence(), "suspend", mend_by=timezone.localdate() + 80 * DAY,
        note="Không bảo đảm người trực ban đêm cho người cao tuổi không tự phục vụ được.",
    )  # fmt: skip


def revoked(moves: Moves, code: str) -> Story:
    story = Recognition(moves, code)
    yield HOUR
    moves.do(
        story.head, story.licence(), "revoke", reason="idle", note="Không hoạt động trong 12 tháng liền.",
        relocation_plan="Không có người đang ở.",
    )  # fmt: skip


def surrendered(moves: Moves, code: str) -> Story:
    story = Recognition(moves, code)
    proposal = moves.do(
        story.manager, story.licence(), "surrender", note="Người sáng lập tuổi cao, không còn người quản lý.",
        relocation_plan="Sáu trẻ chuyển về Trung tâm Bảo trợ trẻ em Đồng Nai, mỗi trẻ có kế hoạch riêng.",
    )  # fmt: skip
    yield 2 * DAY
    story.confirm(proposal)


def restriction_asked(moves: Moves, code: str) -> Story:
    """The officer proposes to narrow; the head has not answered."""
    story = Recognition(moves, code)
    yield HOUR
    limit = max(1, (story.licence().capacity or 20) // 2)
    moves.do(
        story.officer, story.licence(), "restrict", limit_capacity=limit, limit_reason="Hai phòng ở dãy A bị dột nặng."
    )  # fmt: skip


def _again(moves: Moves, code: str) -> Recognition:
    """The story of the house taken up where it stands."""
    story = Recognition(moves, code)
    story.application = story.facility.applications.latest("created_at")
    return story


def _taken(moves: Moves, code: str) -> Story:
    yield from submitted(moves, code)
    story = _again(moves, code)
    yield 1 * DAY
    story.take()
    yield 2 * DAY


def _seen(moves: Moves, code: str, unmet: dict[str, str] | None = None) -> Story:
    """Visited, with a verdict on every condition."""
    yield from _taken(moves, code)
    story = _again(moves, code)
    story.visit(0)
    yield 4 * HOUR
    story.visited(unmet)
    yield 1 * DAY


# code → days before now, story
STORIES: dict[str, tuple[float, Callable[[Moves, str], Story]]] = {
    "PHUCHAU": (6, drafted), "THIENAN": (4, submitted), "NHANAI": (9, returned), "MINHTAM": (16, under_review),
    "HOASEN": (6, site_visit), "VIETHY": (15, correction), "ANHSAO": (24, decision),
    "PHUOCLOC": (12, approved_for_later), "HYVONG": (20, conditional), "LACLONG": (25, refused),
    "TUTAM": (28, appealed), "HUONGQUE": (40, withdrawn), "BAOAN": (95, forgotten), "NIEMVUI": (45, small_home),
    "ANBINH": (60, adjusted), "MAIXANH": (14, suspended), "KIMLIEN": (30, revoked), "THANHTAM": (35, surrendered),
    "BINHMINH": (4, restriction_asked),
}  # fmt: skip
