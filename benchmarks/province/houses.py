"""Facilities: register, ground, people, authority, licences and applications, by the rules, on the stage in memory.

Three hundred are few: each is played by `perform()`; what they wrote is copied into the database as it is, and their
events join those of the people before the chain is made.
"""

from datetime import date, timedelta
from typing import Any

from accreditation.models import Application, Licence
from benchmarks.province.harvest import columns, read
from benchmarks.province.place import House, Province
from benchmarks.province.rehearsal import Copied
from benchmarks.province.rehearsal import place as everything
from benchmarks.province.still import Still, standing
from benchmarks.province.timing import DAY, Book, Frame, Step
from core.access.actor import Actor
from core.audit.models import ChainHead, Event
from core.catalogue.models import ClientGroup, ServiceType
from core.lifecycle.engine import perform
from core.outbox.tasks import DBTaskResult
from facilities.models import Authority, Building, Facility, PriceItem, Room, StaffMember, WalletPaper

GROUPS = {
    "general": "*", "elderly": "k5a k5b f1c f4 k6 k4", "children": "k1 k2 k3 k7 f1a f1b f2f", "disabled": "k6 f1d f4",
    "mental": "k6 f1d f4 k8", "other": "f2a f2b f2c f2d f2e f2f f2g k4",
}  # fmt: skip
AGES = {"children": "child", "elderly": "elderly"}
# Of a hundred private houses: what has become of the licence.
FATES = {
    3: "suspended", 13: "restricted", 23: "restriction_asked", 33: "revoked", 43: "surrendered", 53: "application",
    63: "forgotten", 73: "suspension_notified",
}  # fmt: skip


def fate_of(house: House) -> str:
    """What has become of its licence; "" for one that goes on as it is (public houses need none)."""
    return "" if house.unit.kind == "public_facility" else FATES.get(house.number % 100, "")


def played(province: Province, book: Book, first: date, today: date) -> tuple[Copied, list[dict[str, Any]]]:
    """Play all houses where no other data are; returns the rows they added and their events."""
    before = {model: {row[0] for row in _keyed(model, rows)} for model, rows in everything()}
    mark = Event.objects.count()
    with standing(Frame(book, province.since, [Step(0, 0)]).moments[0]) as still:
        for house in province.houses:
            _Play(province, book, still, house, first, today).play()
        DBTaskResult.objects.all().delete()
    added: Copied = []
    for model, rows in everything():
        if model in (Event, ChainHead):
            continue
        new = [row for key, row in _keyed(model, rows) if key not in before.get(model, set())]
        if new:
            added.append((model, new))
    return added, read(Event, Event.objects.order_by("seq"))[mark:]


def _keyed(model: Any, rows: list[tuple[Any, ...]]) -> list[tuple[Any, tuple[Any, ...]]]:
    place = [column.primary_key for column in columns(model)].index(True)
    return [(row[place], row) for row in rows]


class _Play:
    """One house from its registration on."""

    def __init__(self, province: Province, book: Book, still: Still, house: House, first: date, today: date):
        self.province, self.book, self.still, self.house = province, book, still, house
        self.first, self.today, self.step = first, today, 0
        department = province.department
        self.users = {
            "head": department["phogiamdoc"], "officer": department["chuyenvien1"], "manager": house.manager,
        }  # fmt: skip
        self.public = house.unit.kind == "public_facility"
        self.day = province.since

    def on(self, day: date) -> None:
        """The next acts happen on that day, or the first working day after it."""
        self.day, self.step = self.book.calendar.next_working_day(day), 0

    def do(self, who: str, target: Any, name: str, /, parent: Any = None, **data: Any) -> Any:
        self.step += 1
        minute = 2 * self.step + self.house.number % 60
        moment = Frame(self.book, self.day, [Step(0, minute)]).moments[0]
        self.still.go(moment + timedelta(seconds=self.house.number))
        version = None
        if not isinstance(target, type):
            version = type(target)._base_manager.values_list("version", flat=True).get(pk=target.pk)
        by = Actor.of(self.users[who])
        return perform(target, name, by=by, version=version, parent=parent, data=data).record

    def play(self) -> None:
        self.on(self.province.since + 2 * DAY)
        fate = fate_of(self.house)
        facility = self._register()
        self._furnish(facility)
        if self.public:
            self._found(facility)
        elif fate in ("application", "forgotten"):
            self._apply(facility, fate)
        else:
            licence = self._licence(facility)
            if fate:
                getattr(self, f"_{fate}")(licence)

    def _register(self) -> Facility:
        house = self.house
        house.row = self.do(
            "head", Facility, "register", unit=str(house.unit.pk), legal_kind=house.kind,
            ownership="public" if self.public else "private", commune=house.unit.commune_id,
            address=f"{house.number} Nguyễn Ái Quốc", hidden_address=house.kind == "other",
            capacity=60 + house.number % 5 * 30, head_name=house.manager.full_name,
            phone=f"0251300{house.number:04d}",
            source="Danh sách cơ sở trợ giúp xã hội của Sở Y tế (dữ liệu mẫu)",
        )  # fmt: skip
        return house.row

    def _taken(self) -> list[str]:
        every = sorted(set(ClientGroup.objects.on(self.day).values_list("code", flat=True)))
        wanted = GROUPS[self.house.kind].split()
        return [code for code in every if wanted == ["*"] or code in wanted]

    def _found(self, facility: Facility) -> None:
        """A public house may what its founding decision says."""
        self.do(
            "head", Authority, "set", parent=facility, groups=self._taken(), capacity=facility.capacity,
            valid_from=self.day.isoformat(), paper_date=(self.day - 90 * DAY).isoformat(),
            paper_number=f"{100 + self.house.number}/QĐ-UBND", paper_issuer="UBND thành phố Đồng Nai",
        )  # fmt: skip

    def _furnish(self, facility: Facility) -> None:
        """Ground, rooms and beds, people, prices, papers."""
        size, today = facility.capacity or 20, self.day
        self.do(
            "manager", facility, "describe", zone="rural", land_area=str(size * 32), care_models=["residential"],
            accessible=True, accessibility="Lối dốc, tay vịn", amenities="Nhà ở, bếp, sân chơi",
            phone=facility.phone, opening_hours="Suốt ngày đêm", founded_on=date(2015, 6, 15),
        )  # fmt: skip
        building = self.do("manager", Building, "add", parent=facility, name="Dãy A", storeys=2)
        for number in (1, 2):
            room = self.do(
                "manager", Room, "add", parent=facility, building=str(building.pk), name=f"Phòng {number}",
                storey=number, area=str(size * 4), sleeping=True, accessible=number == 1, round_clock=number == 2,
            )  # fmt: skip
            self.do(
                "manager", room, "add_beds", prefix_text=f"A{number}-", first=1, count=12,
                licensed=True, sex="any", age=AGES.get(self.house.kind, "any"), opened_on=today.isoformat(),
                need="round_clock" if number == 2 else "standard",
            )  # fmt: skip
        for name, position in ((facility.head_name, "director"), ("Trần Thị Mai Lan", "medical")):
            self.do(
                "manager", StaffMember, "add", parent=facility, full_name=name, position=position, full_time=True,
                works_from=(today - 500 * DAY).isoformat(), qualification="Đại học",
            )  # fmt: skip
        service = ServiceType.objects.on().order_by("code")[0]
        self.do(
            "manager", PriceItem, "add", parent=facility, service_type=service.code, detail="Phòng 4 người",
            per="tháng", price=6_500_000, valid_from=today.isoformat(), basis="Bảng giá niêm yết tại cơ sở",
        )  # fmt: skip
        self.do(
            "manager", WalletPaper, "add", parent=facility, kind="food", number="118/ATTP",
            issuer="Cơ quan có thẩm quyền", issued_on=(today - 200 * DAY).isoformat(),
            expires_on=(today + 900 * DAY).isoformat(),
        )  # fmt: skip

    # --- licences ---
    def _licence(self, facility: Facility) -> Licence:
        """A licence on paper of before: the officer enters it, the head confirms."""
        since = self.day - 900 * DAY
        proposal = self.do(
            "officer", Licence, "take_over", parent=facility, number=f"{self.house.number}/GP-LĐTBXH", kind="licence",
            to_unit=str(self.province.top.pk), issuer="Sở Lao động - Thương binh và Xã hội Đồng Nai",
            issued_on=since.isoformat(), starts_on=since.isoformat(), groups=self._taken(),
            capacity=facility.capacity, source="Bản gốc giấy phép (dữ liệu mẫu)",
        )  # fmt: skip
        self.on(self.day + DAY)
        self.do("head", proposal, "confirm")
        return Licence.objects.get(facility=facility)

    def _later(self, before_today: int) -> None:
        self.on(self.today - before_today * DAY)

    def _suspension_notified(self, licence: Licence) -> None:
        self._later(5)
        self.do("officer", licence, "notify_suspension", notice="Không đủ người trực ban đêm trong ba tuần.")

    def _suspended(self, licence: Licence) -> None:
        self._later(14)
        self.do("officer", licence, "notify_suspension", notice="Không đủ người trực ban đêm trong ba tuần.")
        self.on(self.day + 2 * DAY)
        self.do("manager", licence, "reply_suspension", reply="Hai người chăm sóc vừa nghỉ, đang tuyển thêm.")
        self.on(self.day + DAY)
        self.do(
            "head", licence, "suspend", mend_by=self.day + 80 * DAY, note="Không bảo đảm người trực ban đêm."
        )  # fmt: skip

    def _restriction_asked(self, licence: Licence) -> Any:
        self._later(3)
        return self.do(
            "officer", licence, "restrict", limit_capacity=20, limit_reason="Hai phòng ở dãy A bị dột nặng."
        )  # fmt: skip

    def _restricted(self, licence: Licence) -> None:
        proposal = self._restriction_asked(licence)
        self.on(self.day + DAY)
        self.do("head", proposal, "confirm")

    def _revoked(self, licence: Licence) -> None:
        self._later(30)
        self.do(
            "head", licence, "revoke", reason="idle", note="Không hoạt động trong 12 tháng liền.",
            relocation_plan="Không có người đang ở.",
        )  # fmt: skip

    def _surrendered(self, licence: Licence) -> None:
        self._later(30)
        proposal = self.do(
            "manager", licence, "surrender", note="Người sáng lập tuổi cao, không còn người quản lý.",
            relocation_plan="Không có người đang ở.",
        )  # fmt: skip
        self.on(self.day + 2 * DAY)
        self.do("head", proposal, "confirm")

    # --- applications ---
    def _apply(self, facility: Facility, fate: str) -> None:
        self._later(5 if fate == "application" else 90)
        self.do(
            "manager", Application, "draft", parent=facility, kind="licence", groups=self._taken(),
            capacity=facility.capacity, residential=True, tasks="Tiếp nhận, chăm sóc, nuôi dưỡng",
        )  # fmt: skip
