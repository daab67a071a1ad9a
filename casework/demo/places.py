"""Units, users and facilities of the demo."""

import random
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.access.actor import Actor
from core.access.engine import model_of
from core.accounts.enums import Role, UnitKind, WorkerGrade
from core.accounts.models import Unit, User
from core.accounts.services import assign
from core.catalogue.models import ClientGroup
from core.hooks import ask
from core.lifecycle.engine import perform
from core.places.models import Commune

PASSWORD = "dong-hanh-2026"  # noqa: S105  the demo's, shown on its own page
COMMUNES = (
    "26041",
    "26020",
    "26017",
    "25993",
    "26068",
    "26080",
    "26206",
    "26425",
    "26248",
    "26368",
    "25195",
    "25396",
)  # fmt: skip  Trấn Biên, Long Bình, Tam Hiệp, Trảng Dài, Biên Hòa, Long Khánh, Định Quán, Xuân Lộc, …
# code, name, kind, kind of the law, groups, places, username and name of its manager, commune
FACILITIES: tuple[tuple[str, str, str, str, str, int, str, str, str], ...] = (
    (
        "BTTH",
        "Trung tâm Bảo trợ xã hội tổng hợp Đồng Nai",
        "public",
        "general",
        "*",
        320,
        "tam",
        "Lý Thành Tâm",
        "26020",
    ),
    (
        "PHCN",
        "Trung tâm Phục hồi chức năng người tâm thần",
        "public",
        "mental",
        "k6 f1d f4 k8",
        180,
        "quyen",
        "Đỗ Lệ Quyên",
        "26068",
    ),
    (
        "HOAMAI",
        "Cơ sở bảo trợ xã hội Hoa Mai",
        "private",
        "elderly",
        "k5a k5b f1c f4 k6 k4",
        60,
        "hoa",
        "Trần Thị Thanh Hoa",
        "26041",
    ),
    (
        "ANBINH",
        "Mái ấm An Bình",
        "private",
        "children",
        "k1 k2 k3 k7 f1a f1b f2f",
        45,
        "binhan",
        "Nguyễn Hữu An",
        "26080",
    ),
    (
        "SAOMAI",
        "Cơ sở chăm sóc người khuyết tật Sao Mai",
        "private",
        "disabled",
        "k6 f1d f4",
        50,
        "sao",
        "Vũ Kim Sao",
        "26248",
    ),
    (
        "HUONGDUONG",
        "Cơ sở bảo trợ trẻ em Hướng Dương",
        "private",
        "children",
        "k1 k2 k3 k7 f1a f1b",
        70,
        "duong",
        "Phan Ánh Dương",
        "26368",
    ),
    (
        "BINHYEN",
        "Nhà tạm lánh Bình Yên",
        "private",
        "other",
        "f2a f2b f2c f2d f2e f2f f2g k4",
        20,
        "yen",
        "Huỳnh Bảo Yến",
        "26017",
    ),
    (
        "TAMDUC",
        "Cơ sở chăm sóc người cao tuổi Tâm Đức",
        "private",
        "elderly",
        "k5a k5b f1c f4",
        40,
        "nhan",
        "Bùi Đức Nhân",
        "25195",
    ),
)
BODIES = (
    ("Bệnh viện Đa khoa Đồng Nai", "hospital", "26017"),
    ("Bệnh viện Y dược cổ truyền Đồng Nai", "hospital", "26068"),
    ("Bệnh viện Tâm thần Trung ương 2", "hospital", "26068"),
    ("Trung tâm Trợ giúp pháp lý nhà nước", "legal_aid", "26041"),
    ("Trường Tiểu học Trịnh Hoài Đức", "school", "26041"),
    ("Trung tâm Dịch vụ việc làm Đồng Nai", "job_centre", "26017"),
    ("Công an phường Long Bình", "police", "26020"),
    ("Trường Trung cấp nghề Xuân Lộc", "school", "26425"),
)
_STAFF: tuple[tuple[str, str, Role, str, str], ...] = (
    ("mai", "Nguyễn Thị Mai", Role.INTAKE, "TTCTXH", "Cán bộ tiếp nhận"),
    ("duc", "Trần Minh Đức", Role.INTAKE, "TTCTXH", "Cán bộ tiếp nhận, trực đêm"),
    ("huy", "Lê Quốc Huy", Role.WORKER, "TTCTXH", "Nhân viên công tác xã hội"),
    ("trang", "Đinh Thu Trang", Role.WORKER, "TTCTXH", "Nhân viên công tác xã hội"),
    ("ha", "Phạm Thu Hà", Role.SUPERVISOR, "TTCTXH", "Trưởng phòng, kiểm huấn viên"),
    ("son", "Vũ Ngọc Sơn", Role.SUPERVISOR, "TTCTXH", "Phó trưởng phòng, kiểm huấn viên"),
    ("loan", "Đặng Thị Kim Loan", Role.SUPERVISOR, "SYT", "Phòng Bảo trợ xã hội"),
    ("tuan", "Hoàng Anh Tuấn", Role.LICENSING, "SYT", "Chuyên viên"),
    ("binh", "Nguyễn Thanh Bình", Role.HEAD, "SYT", "Phó Giám đốc Sở"),
    ("an", "Võ Thị Hoài An", Role.STEWARD, "TTCTXH", "Cán bộ quản lý dữ liệu"),
    ("long", "Trương Hoàng Long", Role.LEADER, "SYT", "Giám đốc Sở"),
    ("kiem", "Mai Thế Kiểm", Role.AUDITOR, "SYT", "Thanh tra"),
    ("quantri", "Cao Duy Trí", Role.SYSADMIN, "SYT", "Quản trị hệ thống"),
)
PER_WORKER = 26


@dataclass
class Place:
    """Units, people and facilities by code or username."""

    units: dict[str, Unit] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    workers: list[str] = field(default_factory=list)
    bodies: dict[str, Any] = field(default_factory=dict)
    chairs: dict[str, str] = field(default_factory=dict)  # commune code → username

    def actor(self, name: str) -> Actor:
        if name not in self.actors:
            self.actors[name] = Actor.of(self.users[name])
        return self.actors[name]


def build(rng: random.Random, persons: int, since: date) -> Place:
    """Make all of it; duties begin on `since`."""
    place = Place()
    _units(place)
    _users(place, rng, persons, since)
    _register(place, since)
    ask("demo.places", place, rng, since)
    return place


def add_unit(place: Place, code: str, name: str, kind: str, parent: str = "", commune: str = "") -> None:
    place.units[code] = Unit.objects.create(
        code=code, name=name, kind=kind, parent=place.units.get(parent), commune_id=commune or None
    )


def _units(place: Place) -> None:
    add_unit(place, "UBNDTP", "Ủy ban nhân dân thành phố Đồng Nai", UnitKind.DEPARTMENT)
    add_unit(place, "SYT", "Sở Y tế thành phố Đồng Nai", UnitKind.DEPARTMENT, "UBNDTP")
    add_unit(place, "TTCTXH", "Trung tâm Công tác xã hội Đồng Nai", UnitKind.CENTRE, "SYT", "26041")
    for code in COMMUNES:
        commune = Commune.objects.get(pk=code)
        add_unit(place, f"UB{code}", f"UBND {commune.label}", UnitKind.COMMUNE, "UBNDTP", code)
    for code, name, kind, *_rest, commune_code in FACILITIES:
        public = kind == "public"
        add_unit(place, code, name, UnitKind.PUBLIC if public else UnitKind.PRIVATE, "SYT", commune_code)


def add_user(place: Place, name: str, full_name: str, role: str, unit: str, since: date, **more: Any) -> None:
    user = User(username=name, full_name=full_name, **more)
    first = next(iter(place.users.values()), None)
    if first is None:
        user.set_password(PASSWORD)
    else:
        # One password for all, so one slow hash for all.
        user.password = first.password
    user.save()
    place.users[name] = user
    assign(user, role, place.units[unit], valid_from=since)


def _users(place: Place, rng: random.Random, persons: int, since: date) -> None:
    from casework.demo.names import People

    for name, full_name, role, unit, title in _STAFF:
        grade = {"huy": WorkerGrade.ASSISTANT, "trang": WorkerGrade.STANDARD}.get(name, "")
        add_user(place, name, full_name, role, unit, since, title=title, grade=grade)
    place.workers = ["huy", "trang"]
    people = People(rng, since.year, list(COMMUNES))
    for number in range(1, max(6, persons // PER_WORKER)):
        name = f"nv{number:02d}"
        full_name, _ethnicity = people.name(rng.choice(["male", "female"]))
        grade = rng.choice([WorkerGrade.STANDARD, WorkerGrade.STANDARD, WorkerGrade.SENIOR])
        add_user(
            place,
            name,
            full_name,
            Role.WORKER,
            "TTCTXH",
            since,
            grade=grade,
            title="Công tác xã hội viên",
            certificate=f"CTXH-{number:04d}/DNA",
        )
        place.workers.append(name)
    for code, _name, _kind, _legal, _groups, _size, username, full_name, _commune in FACILITIES:
        add_user(place, username, full_name, Role.FACILITY, code, since, title="Quản lý cơ sở")
    for number, code in enumerate(COMMUNES, 1):
        full_name, _ethnicity = people.name(rng.choice(["male", "female"]))
        name = f"ct{number:02d}"
        add_user(place, name, full_name, Role.COMMUNE, f"UB{code}", since, title="Chủ tịch UBND")
        place.chairs[code] = name


def _register(place: Place, since: date) -> None:
    facility_model, authority_model = model_of("facilities.Facility"), model_of("facilities.Authority")
    head = place.actor("binh")
    every = sorted(set(ClientGroup.objects.on(since).values_list("code", flat=True)))
    for number, (code, _name, kind, legal, groups, size, username, _full, commune) in enumerate(FACILITIES, 1):
        hidden = code == "BINHYEN"
        facility = perform(
            facility_model,
            "register",
            by=head,
            data={
                "unit": str(place.units[code].pk),
                "legal_kind": legal,
                "ownership": kind,
                "commune": commune,
                "address": f"{10 + number} Nguyễn Ái Quốc",
                "hidden_address": hidden,
                "capacity": size,
                "head_name": place.users[username].full_name,
                "phone": f"02513000{number:03d}",
                "source": "Danh sách cơ sở trợ giúp xã hội của Sở Y tế (dữ liệu mẫu)",
            },
        ).record
        perform(
            authority_model,
            "set",
            by=head,
            parent=facility,
            data={
                "groups": [g for g in every if groups == "*" or g in groups.split()],
                "capacity": size,
                "valid_from": since.isoformat(),
                "paper_date": date(2025, 7, number).isoformat(),
                "paper_number": f"{100 + number}/{'QĐ-UBND' if kind == 'public' else 'GP-SYT'}",
                "paper_issuer": "UBND thành phố Đồng Nai" if kind == "public" else "Sở Y tế Đồng Nai",
            },
        )
    for name, kind, commune in BODIES:
        place.bodies[name] = perform(
            model_of("facilities.OutsideBody"),
            "register",
            by=head,
            data={
                "name": name,
                "kind": kind,
                "commune": commune,
                "source": "Dữ liệu mẫu",
                "phone": "02513000099",
            },
        ).record
