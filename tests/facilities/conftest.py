from datetime import date

import pytest

from core.access.actor import Actor
from core.accounts.enums import Role, UnitKind
from core.accounts.models import Unit, User
from core.accounts.services import assign
from core.lifecycle.engine import perform
from facilities.models import Authority, Facility

FACILITY = {
    "legal_kind": "children", "ownership": "private", "source": "Danh sách của Sở Y tế, tháng 10/2026",
    "address": "12 Nguyễn Ái Quốc", "commune": "", "capacity": "20", "head_name": "Trần Thị B", "phone": "", "note": "",
}  # fmt: skip
PAPER = {"paper_number": "12/GP-SYT", "paper_date": "01/10/2026", "paper_issuer": "Sở Y tế Đồng Nai"}


@pytest.fixture
def form():
    """A filled-in form for a facility."""
    return dict(FACILITY)


@pytest.fixture
def department(db):
    return Unit.objects.create(code="SYT", name="Sở Y tế", kind=UnitKind.DEPARTMENT)


@pytest.fixture
def home(department):
    return Unit.objects.create(code="MAI", name="Mái ấm Hoa Mai", kind=UnitKind.PRIVATE, parent=department)


@pytest.fixture
def someone(department):
    def make(role, unit=department):
        user = User.objects.create_user(username=f"{role}-{unit.code}", full_name=f"Người {role}")
        assign(user, role, unit, valid_from=date(2026, 1, 1))
        return Actor.of(user)

    return make


@pytest.fixture
def head(someone):
    return someone(Role.HEAD)


@pytest.fixture
def steward(someone):
    return someone(Role.STEWARD)


@pytest.fixture
def facility(home, steward):
    return perform(Facility, "register", by=steward, data={**FACILITY, "unit": str(home.pk)}).record


@pytest.fixture
def authorise(head):
    def make(facility, groups=("k1",), valid_from="01/10/2026", **data):
        asked = {**PAPER, "groups": list(groups), "valid_from": valid_from, **data}
        return perform(Authority, "set", by=head, parent=facility, data=asked).record

    return make
