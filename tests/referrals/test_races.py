"""Many at once: one winner, one event, never more than there is room for."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from core.audit.models import Event
from core.errors import DomainError
from core.lifecycle.engine import perform
from facilities.models import Authority
from referrals.models import Referral


def at_once(jobs):
    """Run all in threads of their own; returns what each gave, or the class of its refusal."""

    def run(job):
        try:
            return job()
        except DomainError as error:
            return type(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_one_of_many_answers_wins(committed, sent, world):
    row = sent()
    manager, helper = world.manager, world.helper

    def answer(who, name, **data):
        return lambda: perform((Referral, row.pk), name, by=who, version=row.version, data=data).result["state"]

    decline = {"reason": "full", "note": "Hết"}
    jobs = [answer(manager, "accept"), answer(helper, "accept"), answer(manager, "decline", **decline)] * 3
    results = at_once(jobs)
    assert len([state for state in results if isinstance(state, str)]) == 1
    answers = Event.objects.filter(subject_id=row.pk, verb__in=["referral.accept", "referral.decline"])
    assert answers.count() == 1


def test_the_last_place_is_given_once(committed, sent, world, make_case, make_plan):
    Authority.objects.filter(facility__unit=world.home).update(capacity=1)
    rows = []
    for name in ("Lê Văn Một", "Lê Văn Hai", "Lê Văn Ba", "Lê Văn Bốn"):
        case = make_case(name=name)
        make_plan(case)
        rows.append(sent(case))
    manager = world.manager
    results = at_once([
        lambda row=row: perform(row, "accept", by=manager, version=row.version).result["state"] for row in rows
    ])  # fmt: skip
    assert sorted(map(str, results)).count("accepted") == 1
    assert Referral.objects.filter(state="accepted").count() == 1
