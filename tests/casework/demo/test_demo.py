"""The demo: believable, made by the rules, in the past."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from casework.demo import build
from casework.demo.places import PASSWORD
from casework.models import Case, Contact, Person, ServicePlan
from core.access.actor import Actor
from core.access.engine import visible
from core.accounts.models import User
from core.audit import chain
from core.audit.models import Event
from core.worklist.models import WorkItem
from referrals.models import Referral


def say(*args):
    out = StringIO()
    call_command(*args, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    with override_settings(DH_DEMO=True), django_db_blocker.unblock(), transaction.atomic():
        yield build.build(40)
        transaction.set_rollback(True)


@pytest.fixture
def demo(made, db, settings):
    """Made once; each test undoes what it did."""
    settings.DH_DEMO = True
    return made


def test_the_demo_tells_its_story(demo, settings):
    now = timezone.now()
    assert demo["persons"] == 40
    assert 30 <= Person.objects.count() <= 40
    states = set(Case.objects.values_list("state", flat=True))
    assert {"intake", "assessment", "planning", "referral", "active", "closure_review"} <= states
    assert not Event.objects.filter(recorded_at__gt=now).exists()
    assert Event.objects.order_by("seq").first().recorded_at < now - timedelta(days=150)
    count, broken = chain.verify()
    assert count == Event.objects.count() and broken == []
    told = list(Event.objects.order_by("seq").values_list("recorded_at", flat=True))
    assert told == sorted(told)
    for number in Case.objects.values_list("number", flat=True):
        assert number.startswith("HS-")
    assert Case.objects.filter(old_number__contains="/QLTH", state="active").exists()


def test_what_waits_for_whom(demo):
    huy, ha, hoa = (Actor.of(User.objects.get(username=name)) for name in ("huy", "ha", "hoa"))
    tuyet = Case.objects.get(person__name="Trần Thị Bạch Tuyết")
    assert ServicePlan.objects.get(case=tuyet).state == "returned"
    assert Contact.objects.filter(person=tuyet.person, safety="unsafe").count() == 1
    mine = set(WorkItem.objects.filter(user=huy.user, closed_at__isnull=True).values_list("kind", flat=True))
    assert {"plan.rework", "case.assess", "case.handover", "case.safety_plan"} <= mine
    desk = WorkItem.objects.filter(role="supervisor", closed_at__isnull=True).values_list("kind", flat=True)
    assert {"plan.approve", "case.close_review", "case.screen", "case.review_emergency"} <= set(desk)
    assert visible(ha, Case).count() > visible(huy, Case).count() > 0
    inbox = set(visible(hoa, Referral).values_list("state", flat=True))
    assert {"sent", "info_requested", "accepted"} <= inbox
    tonight = Case.objects.filter(track="emergency", opened_at__gt=timezone.now() - timedelta(hours=12))
    assert tonight.count() == 2


def test_a_second_run_keeps_everything(demo):
    before = Event.objects.count()
    assert "giữ nguyên" in say("demo_data", "--persons", "40")
    assert Event.objects.count() == before


def test_the_users_are_told_and_can_sign_in(demo):
    told = say("demo_users")
    assert PASSWORD in told
    for name in ("huy", "ha", "hoa", "an"):
        assert f"  {name} " in told
        assert User.objects.get(username=name).check_password(PASSWORD)
