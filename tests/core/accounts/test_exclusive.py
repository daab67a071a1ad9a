"""Who runs a facility never licenses facilities: the service says it, the database refuses it."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from core.accounts import exclusive
from core.accounts.models import RoleAssignment
from core.accounts.services import assign, end_assignment
from core.errors import Blocked

DAY = date(2026, 5, 4)
LICENSING = ["licensing_officer", "deciding_head", "commune_chair"]


@pytest.fixture
def someone(world):
    user = world.user("no_duty")
    RoleAssignment.objects.filter(user=user).delete()
    return user


def row(user, role, unit, start=DAY, end=None):
    return RoleAssignment(user=user, role=role, unit=unit, valid_from=start, valid_to=end)


@pytest.mark.parametrize("role", LICENSING)
def test_the_service_says_why(world, someone, role):
    assign(someone, "facility_manager", world.units["private"], DAY)
    with pytest.raises(Blocked) as refused:
        assign(someone, role, world.units["department"], DAY + timedelta(days=400))
    assert "không cấp phép cơ sở" in str(refused.value.reasons[0].text)
    assert RoleAssignment.objects.filter(user=someone).count() == 1


@pytest.mark.parametrize("role", LICENSING)
@pytest.mark.parametrize("turned", [False, True])
def test_the_database_refuses_it_however_it_is_written(world, someone, role, turned):
    roles = ("facility_manager", role)[:: -1 if turned else 1]
    row(someone, roles[0], world.units["private"]).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleAssignment.objects.bulk_create([row(someone, roles[1], world.units["department"])])
    other = row(someone, "leader", world.units["department"])
    other.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleAssignment.objects.filter(pk=other.pk).update(role=roles[1])
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_roleassignment SET role = %s WHERE role = 'leader'", [roles[1]])


def test_one_after_the_other_is_no_clash(world, someone):
    first = assign(someone, "facility_manager", world.units["private"], DAY)
    end_assignment(first, DAY + timedelta(days=9))
    assign(someone, "licensing_officer", world.units["department"], DAY + timedelta(days=10))
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleAssignment.objects.filter(pk=first.pk).update(valid_to=None)


def test_other_duties_go_together(world, someone):
    assign(someone, "licensing_officer", world.units["department"], DAY)
    assign(someone, "deciding_head", world.units["department"], DAY)
    assert RoleAssignment.objects.filter(user=someone).count() == 2


def test_putting_it_in_place_again_changes_nothing(world, someone):
    exclusive.install(connection)
    row(someone, "facility_manager", world.units["private"]).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        row(someone, "deciding_head", world.units["department"]).save()
