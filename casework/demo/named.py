"""The persons whom the pages of the demo tell of: what waits for Lê Quốc Huy, for Phạm Thu Hà, for Hoa Mai, tonight."""

from collections.abc import Generator
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from casework.demo.moves import Moves
from casework.demo.names import Somebody
from casework.demo.stories import DAY, HOUR, Story, open_emergency, working_days_back
from casework.demo.words import GOALS
from casework.models import Case
from core.clock.due import add_months

Cast = list[tuple[datetime, Story]]


def until(when: datetime) -> timedelta:
    return max(when - timezone.now(), timedelta(minutes=2))


class Named:
    """`day(n)` is nine o'clock of the n-th working day before today (or before the next working day)."""

    def __init__(self, moves: Moves, now: datetime):
        self.moves, self.now, self.today = moves, now, timezone.localtime(now).date()

    def day(self, back: int, hour: int = 9) -> datetime:
        return timezone.make_aware(datetime.combine(working_days_back(self.today, back), time(hour)))

    def one(self, name: str, birth: str, sex: str, commune: str, **more: str) -> Somebody:
        people = self.moves.people
        people.count += 1
        age = self.today.year - int(birth[-4:])
        form = {"name": name, "birth": birth, "sex": sex, "commune": commune, "phone": people.phone(), **more}
        form.setdefault("address", f"{people.count} Hùng Vương")
        if not more.get("unidentified"):
            form.update(id_kind="personal", id_number=people.paper(sex, int(birth[-4:])))
        return Somebody(form, age, sex, "Kinh", {"ethnicity": "Kinh", "condition": "Tỉnh táo, tự đi lại trong nhà"})

    # --- Huy's desk ---

    def tuyet(self) -> Story:
        """High risk, plan returned with comments, a son who must not be called."""
        moves = self.moves
        one = self.one("Trần Thị Bạch Tuyết", "03/04/1951", "female", "26041")
        case = moves.register(one, problem="Con trai uống rượu, chửi mắng; bà đi lại khó, không ai chăm sóc ban đêm")
        yield until(self.day(17))
        moves.screen_in(case, "huy", "ha")
        yield until(self.day(15))
        moves.do("huy", case.person, "edit", **{**one.form, **one.more})
        moves.contact(case, "huy", "Con gái", "Ngô Thị Hạnh", is_main=True)
        moves.contact(
            case,
            "huy",
            "Con trai",
            "Ngô Văn Lợi",
            safety="unsafe",
            lives_with=True,
            note="Hay uống rượu, từng dọa đánh",
        )
        moves.contact(case, "huy", "Tổ trưởng", "Bùi Đức Ái")
        moves.do("huy", case, "edit_safety_note", safety_note="Đi hai người. Con trai hay uống rượu, từng dọa đánh.")
        moves.entry(
            case,
            "huy",
            "visit",
            contacted="reached",
            colleagues="Đinh Thu Trang",
            text="Bà ăn được, tự đi lại trong nhà. Muốn ở gần chợ, không muốn vào cơ sở.",
        )
        yield until(self.day(8))
        moves.assess(case, "huy", 2)
        moves.do("ha", case, "assess_done")
        yield until(self.day(5))
        goals = [goal for goal in moves.goals(12) if goal.provider == "own"][:3]
        plan = moves.draft_plan(case, "huy", goals)
        moves.entry(case, "huy", "conference")
        yield until(self.day(3, 15))
        moves.submit(plan, "huy")
        yield until(self.day(1, 16))
        second = plan.goals.all()[1]
        note = "Anh nhớ lấy ý kiến bà Tuyết trước khi trình lại."
        comment: dict[str, Any] = {f"goal_{second.pk.hex}": "Đo bằng gì, khi nào coi là đạt?"}
        moves.do("ha", plan, "return", note=note, **comment)

    def lan(self) -> Story:
        """A child in danger: the safety plan is overdue by hours."""
        one = self.one("Điểu Thị Lan", "12/05/2017", "female", "26206")
        case = open_emergency(self.moves, one, "huy", "duc")
        yield 5 * HOUR
        self.moves.do(
            "ha", case, "review_emergency", confirmed="yes", note="Cháu ở với bà ngoại, cần kế hoạch an toàn ngay"
        )

    def dung(self) -> Story:
        """The assessment is due today, two domains are open."""
        moves, one = self.moves, self.one("Hoàng Thị Mỹ Dung", "20/02/1999", "female", "26425")
        case = moves.register(one)
        yield until(self.day(10))
        moves.screen_in(case, "huy", "ha")
        yield until(self.day(3))
        moves.assess(case, "huy", 2, lock=False, upto=7)

    def nobody(self) -> Story:
        """Nobody knows the name."""
        one = self.one(
            "", "1966", "male", "26017", unidentified="on", known_as="Khoảng 60 tuổi, gặp ở bến xe, nói giọng Bắc"
        )
        one.form["birth_estimated"] = "on"
        case = self.moves.register(one, problem="Ở bến xe nhiều ngày, không nhớ tên, không giấy tờ")
        yield until(self.day(8))
        self.moves.screen_in(case, "huy", "son")
        yield until(self.day(4))
        self.moves.entry(case, "huy", "note", text="Đã gửi công an phường xác minh danh tính.")

    def ut(self) -> Story:
        """Runs well; the review comes up in some days."""
        one = self.one("Lâm Văn Út", "15/08/2014", "male", "26248")
        agreed = add_months(self.today, -1) + timedelta(days=3)
        yield from self.until_agreed(one, "huy", timezone.make_aware(datetime.combine(agreed, time(9))))

    def anh(self) -> Story:
        """Screening waits for papers, its clock stands still."""
        case = self.moves.register(self.one("Đặng Thị Ánh", "1968", "female", "26068"))
        yield until(self.day(2, 14))
        self.moves.do("ha", case, "ask_more", note="Chờ UBND phường bổ sung giấy tờ")

    def cong(self) -> Story:
        """Handed over from Trang to Huy, who has not answered."""
        one = self.one("Võ Thành Công", "11/11/1980", "male", "26020")
        case = yield from self.until_agreed(one, "trang", self.day(20))
        yield until(self.day(1, 10))
        worker = self.moves.place.users["huy"]
        self.moves.do(
            "ha",
            case,
            "reassign",
            worker=str(worker.pk),
            over_cap="Trang nghỉ thai sản",
            note="Trang nghỉ thai sản; gia đình đã biết, hồ sơ đủ giấy tờ",
        )

    # --- Hoa Mai ---

    def hoa_mai(self, name: str, birth: str, upto: str) -> Story:
        """An old person for whom a place at Hoa Mai is asked: sent, asked back, or accepted."""
        moves, one = self.moves, self.one(name, birth, "female", "26041")
        case = yield from self.until_agreed(one, "huy", self.day(4), other=True)
        yield until(self.day(2, 10))
        referral = moves.referrals(case).filter(state="draft").first()
        if moves.send_referral(referral, "huy", moves.group_of(referral).code, "HOAMAI") == "pending_approval":
            yield HOUR
            moves.do("ha", referral, "approve")
        yield until(self.day(1, 9))
        if upto == "ask":
            moves.do("hoa", referral, "ask", note="Bà có tự đi lại được không?")
        elif upto == "accept":
            moves.do("hoa", referral, "accept", note="Còn một giường tầng trệt")

    # --- Hà's desk ---

    def until_agreed(
        self, one: Somebody, worker: str, agreed: datetime, other: bool = False
    ) -> Generator[timedelta, None, Case]:
        """From the call to a plan in force at `agreed`; returns the case."""
        moves = self.moves
        case, plan = yield from self._until_submitted(one, worker, agreed - 2 * DAY, other)
        yield until(agreed - DAY)
        moves.do("ha", plan, "approve")
        yield until(agreed)
        moves.agree(plan, worker, case.is_child)
        return Case.objects.get(pk=case.pk)

    def _until_submitted(
        self, one: Somebody, worker: str, submitted: datetime, other: bool = False
    ) -> Generator[timedelta, None, tuple[Case, Any]]:
        moves = self.moves
        case = moves.register(one)
        yield until(submitted - 12 * DAY)
        moves.screen_in(case, worker, "ha")
        yield until(submitted - 7 * DAY)
        moves.describe(case, one, worker)
        moves.assess(case, worker, 1)
        moves.do(worker, case, "assess_done")
        yield until(submitted - 3 * DAY)
        goals = moves.goals(2, other=False)
        if other:
            goals = [next(goal for goal in GOALS if goal.service == "selfcare-residential"), goals[0]]
        plan = moves.draft_plan(case, worker, goals)
        if case.is_child:
            moves.entry(case, worker, "conference")
        yield until(submitted)
        moves.submit(plan, worker)
        return case, plan

    def to_approve(self, name: str, birth: str, worker: str) -> Story:
        yield from self._until_submitted(self.one(name, birth, "male", "26017"), worker, self.day(1, 14))

    def to_close(self, name: str, birth: str, worker: str) -> Story:
        one = self.one(name, birth, "female", "25993")
        case = yield from self.until_agreed(one, worker, self.day(25))
        yield until(self.day(2, 10))
        self.moves.judge(case, worker)
        self.moves.request_close(case, worker, "c", "Con gái đã đón về chăm sóc, mục tiêu đạt")

    def to_screen(self, name: str, birth: str) -> Story:
        self.moves.register(self.one(name, birth, "female", "26041"))
        yield timedelta()

    # --- tonight ---

    def tonight(self, one: Somebody, worker: str) -> Story:
        open_emergency(self.moves, one, worker, "duc")
        yield timedelta()


def cast(moves: Moves, now: datetime) -> Cast:
    """Each history with the moment of its first move."""
    tell = Named(moves, now)
    day = tell.day
    shelter = tell.one("Phan Thị Diễm", "1994", "female", "26017")
    found = {"unidentified": "on", "known_as": "Bé sơ sinh, bỏ lại trước cổng chùa"}
    baby = tell.one("", str(tell.today.year), "female", "26080", **found)
    before = day(4) - 16 * DAY
    long_ago = day(25) - 40 * DAY
    return [
        (day(18), tell.tuyet()),
        (now - 75 * HOUR, tell.lan()),
        (day(11), tell.dung()),
        (day(9), tell.nobody()),
        (day(22) - 25 * DAY, tell.ut()),
        (day(3), tell.anh()),
        (day(20) - 16 * DAY, tell.cong()),
        (before, tell.hoa_mai("Nguyễn Thị Sáu", "1947", "ask")),
        (before, tell.hoa_mai("Lưu Thị Nguyệt", "1949", "send")),
        (before, tell.hoa_mai("Huỳnh Kim Cúc", "1944", "accept")),
        (day(1) - 16 * DAY, tell.to_approve("Phạm Minh Tâm", "07/07/1992", "trang")),
        (day(1) - 16 * DAY, tell.to_approve("Ngô Văn Bảy", "1945", "nv01")),
        (long_ago, tell.to_close("Bùi Thị Sương", "1950", "nv01")),
        (long_ago, tell.to_close("Lê Thị Thơm", "1988", "nv02")),
        (day(1, 15), tell.to_screen("Trịnh Thị Nga", "1979")),
        (day(1, 16), tell.to_screen("Tạ Ngọc Uyên", "30/09/2012")),
        (now - 5 * HOUR, tell.tonight(shelter, "trang")),
        (now - 2 * HOUR, tell.tonight(baby, "nv01")),
    ]


ANY_HOUR = {"lan", "tonight", "emergency"}
