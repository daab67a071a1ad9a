"""The demo is made nowhere but in the demo, and no larger than it can be."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from casework.demo.clock import NotTheDemo, travel
from casework.models import Person
from core.accounts.models import User


def test_nowhere_but_in_the_demo(db, settings):
    settings.DH_DEMO = False
    for name in ("demo_data", "demo_users"):
        with pytest.raises(CommandError):
            call_command(name)
    with pytest.raises(NotTheDemo), travel(timezone.now()):
        pass
    assert not User.objects.exists()


def test_a_number_of_persons_in_bounds(db, settings):
    settings.DH_DEMO = True
    for wrong in ("0", "5001", "x"):
        with pytest.raises(CommandError):
            call_command("demo_data", "--persons", wrong)
    assert not Person.objects.exists()
