"""Many who ask for the last bed: one has it, the others are told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import sleep

from django.db import connection, transaction
from django.utils import timezone

from core.errors import Blocked
from core.ids import new_id
from facilities.models import Bed, Occupancy
from facilities.services import occupancy
from facilities.services.occupancy import Guest

MANY = 8


def at_once(jobs):
    """Run all in threads of their own; returns what each gave, or the codes of its refusal."""

    def run(job):
        try:
            job()
            return ["done"]
        except Blocked as error:
            return [reason.code for reason in error.reasons]
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return sorted(pool.map(run, jobs))


def test_the_last_bed_is_given_once(committed, beds, person):
    guests = [Guest(person(f"Lê Văn {number}").pk, "male", 700) for number in range(MANY)]
    jobs = [lambda guest=guest: occupancy.hold(beds[0], guest, new_id()) for guest in guests]
    assert at_once(jobs) == [["bed_taken"]] * (MANY - 1) + [["done"]]
    assert Occupancy.objects.count() == 1


def test_a_person_lies_in_one_bed(committed, beds, person):
    guest = Guest(person().pk, "male", 700)
    jobs = [lambda bed=bed: occupancy.stay(bed, guest, new_id()) for bed in beds] * 2
    results = at_once(jobs)
    assert results.count(["done"]) == 1
    assert Occupancy.objects.filter(person=guest.person).count() == 1


def test_a_hold_settles_once(committed, beds, person):
    ref = new_id()
    occupancy.hold(beds[0], Guest(person().pk), ref, begins=timezone.now() - timedelta(hours=1))
    assert at_once([lambda: occupancy.settle(ref)] * 6) == [["done"]] + [["no_hold"]] * 5
    assert Occupancy.objects.filter(kind="stay").count() == 1


def test_who_waited_for_the_bed_asks_about_the_moment_after_waiting(committed, beds, person):
    """Two settle one hold; the slower reads the clock, then waits: it is told that the hold is gone."""
    ref = new_id()
    occupancy.hold(beds[0], Guest(person().pk), ref, begins=timezone.now() - timedelta(hours=1))
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Bed.objects.select_for_update().get(pk=beds[0].pk)
            slower = pool.submit(at_once, [lambda: occupancy.settle(ref)])
            sleep(0.3)
            occupancy.settle(ref)
        assert slower.result() == [["no_hold"]]


def test_two_who_exchange_beds_do_not_wait_for_ever(committed, beds, person):
    first, second = (Guest(person(name).pk) for name in ("Một", "Hai"))
    refs = [new_id(), new_id()]
    start = timezone.now() - timedelta(days=1)
    occupancy.stay(beds[0], first, refs[0], start)
    occupancy.stay(beds[1], second, refs[1], start)
    jobs = [
        lambda: occupancy.move(refs[0], beds[1], first),
        lambda: occupancy.move(refs[1], beds[0], second),
    ]
    assert at_once(jobs) == [["bed_taken"], ["bed_taken"]]
    assert Occupancy.objects.filter(ends__isnull=True).count() == 2
