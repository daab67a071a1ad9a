"""Units, users and duties: the department, centres, the communes, facilities; who plays in which history."""

import random
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password

from benchmarks.province.words import FAMILY, GIVEN, MIDDLE
from core.accounts.enums import Role, UnitKind, WorkerGrade
from core.accounts.models import RoleAssignment, Unit, User
from core.folding import sort_key
from core.places.models import Commune

PASSWORD = "dong-hanh-2026"  # the demo's
PER_CENTRE = 40  # workers
DEPARTMENT = (
    ("giamdoc", Role.LEADER, "Giám đốc Sở"),
    ("phogiamdoc", Role.HEAD, "Phó Giám đốc Sở"),
    ("chuyenvien1", Role.LICENSING, "Chuyên viên"),
    ("chuyenvien2", Role.LICENSING, "Chuyên viên"),
    ("baotro", Role.SUPERVISOR, "Phòng Bảo trợ xã hội"),
    ("thanhtra", Role.AUDITOR, "Thanh tra"),
    ("quantri", Role.SYSADMIN, "Quản trị hệ thống"),
)


@dataclass
class Centre:
    """A centre of social work with its people."""

    unit: Unit
    intake: list[User] = field(default_factory=list)
    supervisors: list[User] = field(default_factory=list)
    stewards: list[User] = field(default_factory=list)
    workers: list[User] = field(default_factory=list)


@dataclass
class House:
    """A facility's unit and its manager; `row` is the key of its row in the register, once there is one."""

    unit: Unit
    manager: User
    kind: str
    number: int
    row: Any = None


@dataclass
class Province:
    """Everything that histories take their actors from."""

    since: date
    department: dict[str, User] = field(default_factory=dict)
    top: Unit | None = None
    centres: list[Centre] = field(default_factory=list)
    communes: list[tuple[str, str]] = field(default_factory=list)
    chairs: dict[str, User] = field(default_factory=dict)
    commune_units: dict[str, Unit] = field(default_factory=dict)
    houses: list[House] = field(default_factory=list)


class _Users:
    """Makes users with one slow password hash for all, and their duties."""

    def __init__(self, rng: random.Random, since: date):
        self.rng, self.since, self.password = rng, since, make_password(PASSWORD)
        self.users: list[User] = []
        self.duties: list[RoleAssignment] = []

    def add(self, username: str, role: str, unit: Unit, **more: Any) -> User:
        sex = self.rng.randrange(2)
        name = f"{self.rng.choice(FAMILY)} {self.rng.choice(MIDDLE[sex])} {self.rng.choice(GIVEN[sex])}"
        user = User(username=username, full_name=name, sort_name=sort_key(name), password=self.password, **more)
        self.users.append(user)
        self.duties.append(RoleAssignment(user=user, role=role, unit=unit, valid_from=self.since))
        return user

    def save(self) -> None:
        User.objects.bulk_create(self.users)
        RoleAssignment.objects.bulk_create(self.duties)
        through = User.groups.through
        through.objects.bulk_create(
            through(user_id=duty.user_id, group_id=duty.unit.group_id) for duty in self.duties
        )  # fmt: skip


def _unit(code: str, name: str, kind: str, parent: Unit | None, commune: str | None = None) -> Unit:
    return Unit.objects.create(code=code, name=name, kind=kind, parent=parent, commune_id=commune)


KINDS = ("general", "elderly", "children", "disabled", "elderly", "mental", "children", "other")
NAMES = {
    "general": "Cơ sở trợ giúp xã hội tổng hợp", "elderly": "Cơ sở chăm sóc người cao tuổi", "children": "Mái ấm",
    "disabled": "Cơ sở chăm sóc người khuyết tật", "mental": "Cơ sở chăm sóc người tâm thần", "other": "Nhà tạm lánh",
}  # fmt: skip


def build(seed: int, workers: int, facilities: int, since: date) -> Province:
    """Make all units and users; duties begin on `since`. The same shape at every centre: two supervisors, two intake
    officers, one data steward."""
    rng = random.Random(seed)
    province, users = Province(since), _Users(rng, since)
    people = _unit("UBNDTP", "Ủy ban nhân dân thành phố Đồng Nai", UnitKind.DEPARTMENT, None)
    province.top = top = _unit("SYT", "Sở Y tế thành phố Đồng Nai", UnitKind.DEPARTMENT, people)
    for username, role, title in DEPARTMENT:
        province.department[username] = users.add(username, role, top, title=title)
    here = Commune.objects.filter(province_id=settings.DH_PROVINCE_CODE, valid_to__isnull=True).order_by("pk")
    communes = list(here)
    province.communes = [(commune.pk, commune.label) for commune in communes]
    for number, commune in enumerate(communes, 1):
        unit = _unit(f"UB{commune.pk}", f"UBND {commune.label}", UnitKind.COMMUNE, people, commune.pk)
        province.commune_units[commune.pk] = unit
        province.chairs[commune.pk] = users.add(f"ct{number:02d}", Role.COMMUNE, unit, title="Chủ tịch UBND")
    _centres(province, users, workers, communes)
    _houses(province, users, facilities, communes)
    users.save()
    return province


def _centres(province: Province, users: _Users, workers: int, communes: list[Commune]) -> None:
    number = 0
    count = max(2, round(workers / PER_CENTRE))
    for place in range(1, count + 1):
        commune = communes[place * len(communes) // (count + 1)]
        code = f"TT{place:02d}"
        unit = _unit(code, f"Trung tâm Công tác xã hội khu vực {place}", UnitKind.CENTRE, province.top, commune.pk)
        centre = Centre(unit)
        for which in ("a", "b"):
            name = f"tt{place:02d}{which}"
            centre.intake.append(users.add(f"tn{name}", Role.INTAKE, unit, title="Cán bộ tiếp nhận"))
            centre.supervisors.append(users.add(f"kh{name}", Role.SUPERVISOR, unit, title="Kiểm huấn viên"))
        centre.stewards.append(users.add(f"dltt{place:02d}", Role.STEWARD, unit, title="Cán bộ quản lý dữ liệu"))
        share = max(2, workers * place // count - workers * (place - 1) // count)
        for _worker in range(share):
            number += 1
            grade = users.rng.choice([WorkerGrade.STANDARD, WorkerGrade.STANDARD, WorkerGrade.SENIOR])
            worker = users.add(
                f"nv{number:03d}", Role.WORKER, unit, grade=grade, title="Công tác xã hội viên",
                certificate=f"CTXH-{number:04d}/DNA",
            )  # fmt: skip
            centre.workers.append(worker)
        province.centres.append(centre)


def _houses(province: Province, users: _Users, facilities: int, communes: list[Commune]) -> None:
    for number in range(1, facilities + 1):
        public = number % 10 == 1
        kind = "general" if public else KINDS[number % len(KINDS)]
        commune = communes[number * 7 % len(communes)]
        name = f"{NAMES[kind]} {users.rng.choice(GIVEN[1])} {users.rng.choice(GIVEN[0])} {number}"
        unit = _unit(
            f"CS{number:03d}", name, UnitKind.PUBLIC if public else UnitKind.PRIVATE, province.top, commune.pk
        )  # fmt: skip
        manager = users.add(f"qlcs{number:03d}", Role.FACILITY, unit, title="Quản lý cơ sở")
        province.houses.append(House(unit, manager, kind, number))
