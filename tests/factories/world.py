"""A small province: a department; its centre of social work; two communes; one public and one private facility."""

from dataclasses import dataclass, field

from core.access.actor import Actor
from core.accounts.enums import Role, UnitKind
from core.accounts.models import Unit, User
from core.places.models import Commune
from tests.factories.accounts import UnitFactory, UserFactory
from tests.factories.places import communes

# Who works where. The second supervisor and worker of the centre are colleagues: same duty, same unit.
STAFF: dict[str, dict[str, Role]] = {
    "department": {
        "head": Role.HEAD, "licensing": Role.LICENSING, "leader": Role.LEADER, "auditor": Role.AUDITOR,
        "sysadmin": Role.SYSADMIN, "steward": Role.STEWARD,
    },
    "centre": {
        "intake": Role.INTAKE, "worker": Role.WORKER, "colleague": Role.WORKER, "supervisor": Role.SUPERVISOR,
        "supervisor2": Role.SUPERVISOR,
    },
    "sibling": {
        "sibling_intake": Role.INTAKE, "sibling_worker": Role.WORKER, "sibling_supervisor": Role.SUPERVISOR,
        "sibling_steward": Role.STEWARD, "sibling_auditor": Role.AUDITOR,
    },
    "commune": {"commune_intake": Role.INTAKE, "chair": Role.COMMUNE},
    "commune2": {"commune2_intake": Role.INTAKE, "chair2": Role.COMMUNE},
    "public": {"manager": Role.FACILITY, "public_worker": Role.WORKER, "public_supervisor": Role.SUPERVISOR},
    "private": {"private_manager": Role.FACILITY, "private_worker": Role.WORKER},
}  # fmt: skip


@dataclass
class World:
    units: dict[str, Unit]
    communes: list[Commune]
    users: dict[str, User] = field(default_factory=dict)

    def user(self, name: str) -> User:
        return self.users[name]

    def actor(self, name: str) -> Actor:
        """Made anew, as for each request."""
        return Actor.of(self.users[name])

    def holders(self, role: str) -> list[str]:
        return [name for staff in STAFF.values() for name, held in staff.items() if held == role]


def build_world() -> World:
    places = communes(2)
    department = UnitFactory(code="SYT", name="Sở Y tế", kind=UnitKind.DEPARTMENT)
    units = {
        "department": department,
        "centre": UnitFactory(code="TTCTXH", name="Trung tâm Công tác xã hội", kind=UnitKind.CENTRE, parent=department),
        "commune": UnitFactory(
            code="XA1", name="UBND phường một", kind=UnitKind.COMMUNE, parent=department, commune=places[0]
        ),
        "commune2": UnitFactory(
            code="XA2", name="UBND phường hai", kind=UnitKind.COMMUNE, parent=department, commune=places[1]
        ),
        "public": UnitFactory(code="CSCL", name="Cơ sở công lập", kind=UnitKind.PUBLIC, parent=department),
    }
    # Beside the centre, so that its code begins differently: a prefix of a path must end at a slash.
    units["sibling"] = UnitFactory(code="TTCTXH2", name="Trung tâm khác", kind=UnitKind.CENTRE, parent=department)
    units["private"] = UnitFactory(code="CSTN", name="Mái ấm tư nhân", kind=UnitKind.PRIVATE, parent=units["centre"])
    made = World(units, places)
    for unit, staff in STAFF.items():
        for name, role in staff.items():
            made.users[name] = UserFactory(username=name, full_name=f"Cán bộ {name}", duty=(role, units[unit]))
    nobody = UserFactory(username="no_duty", full_name="Người chưa có vai trò")
    made.users["no_duty"] = nobody
    return made
