import uuid
from datetime import date

import pytest
from django.db import connection

from core.access.actor import Actor
from core.accounts.enums import Role, UnitKind
from core.accounts.models import Unit, User
from core.accounts.services import assign
from core.audit import triggers


@pytest.fixture
def committed(transactional_db):
    """Other connections see what the test writes. Emptying the tables afterwards needs the append-only triggers gone;
    the flush puts them back (post_migrate)."""
    yield
    triggers.drop(connection)


@pytest.fixture
def people(db):
    """Three persons, the first with a duty."""
    unit = Unit.objects.create(code=f"U{uuid.uuid4().hex[:6]}", name="Trung tâm", kind=UnitKind.CENTRE)
    users = [
        User.objects.create_user(username=f"u{n}-{uuid.uuid4().hex[:6]}", full_name=f"Người {n}") for n in range(3)
    ]
    assign(users[0], Role.WORKER, unit, valid_from=date(2026, 1, 1))
    return users


@pytest.fixture
def actor(people):
    return Actor.of(people[0])
