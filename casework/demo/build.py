"""Putting it together: every history is played in the order of time, one transaction a day."""

import gc
import heapq
import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from casework.demo import named, places, stories
from casework.demo.clock import Traveller, travel
from casework.demo.moves import Moves
from casework.demo.names import People
from core.access.actor import Actor
from core.accounts.models import Unit, User
from core.audit.chain import unit_of_work
from core.clock.calendar import Calendar
from core.hooks import ask
from core.lifecycle.engine import perform
from core.outbox.tasks import DBTaskResult, TaskResultStatus
from core.worklist.models import AbsenceReason, Delegation

DAYS = 170
SEED = 20261005
NOTICES = timedelta(days=4)
Progress = Callable[[int, int], None]


def is_there() -> bool:
    """Whether this database holds anything that people made."""
    return Unit.objects.exists() or User.objects.exists()


def build(persons: int, progress: Progress = lambda done, all_of: None) -> dict[str, int]:
    """Make the demo; how many persons, moves and users. `progress` is told (days played, days)."""
    rng = random.Random(SEED)  # noqa: S311  the same demo each time, not a secret
    now = timezone.now()
    start = _at(timezone.localdate() - timedelta(days=DAYS), time(8, 0))
    # Millions of short-lived objects and no cycles worth looking for: a rarer search saves a fifth of the time.
    usual = gc.get_threshold()
    gc.set_threshold(100_000, *usual[1:])
    with travel(start - timedelta(days=30)) as clock:
        with unit_of_work():
            place = places.build(rng, persons, clock.now().date())
        people = People(rng, now.year, _communes())
        moves = Moves(place, rng, people)
        moves_made = _Theatre(moves, clock, start, now, progress).play(_cast(moves, persons, start, now))
    gc.set_threshold(*usual)
    _delegate(place)
    _forget_old_notices(now)
    return {"persons": people.count, "moves": moves_made, "users": len(place.users)}


def _communes() -> list[str]:
    """The communes with a unit, more often than the others of the province."""
    from django.conf import settings

    from core.places.models import Commune

    others = Commune.objects.filter(province_id=settings.DH_PROVINCE_CODE, valid_to__isnull=True)
    return [*places.COMMUNES * 6, *others.order_by("pk").values_list("pk", flat=True)]


def _at(day: date, hour: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, hour))


def _cast(moves: Moves, persons: int, start: datetime, now: datetime) -> list[tuple[datetime, stories.Story]]:
    """Who comes when. Some ran on paper before; arrivals grow with the months; the named ones have their days."""
    rng, cast = moves.rng, named.cast(moves, now)
    left = max(0, persons - len(cast))
    old = left // 6
    for number in range(old):
        opened = start.date() - timedelta(days=rng.randint(30, 700))
        when = start + rng.uniform(0.2, 60) * stories.DAY
        cast.append((when, stories.taken_over(moves, moves.people.make(), number + 1, opened)))
    span = (now - start).total_seconds()
    for _number in range(left - old):
        when = start + timedelta(seconds=span * max(rng.random(), rng.random() * 0.9))
        one = moves.people.make()
        if rng.random() < 0.04:
            cast.append((when, stories.emergency(moves, one)))
        else:
            cast.append((when, stories.usual(moves, one)))
    return [*cast, *ask("demo.cast", moves, start, now)]


class _Theatre:
    """Plays histories in the order of time; those of one day share one transaction, so that a disk is asked once."""

    def __init__(self, moves: Moves, clock: Traveller, start: datetime, now: datetime, progress: Progress):
        self.moves, self.clock, self.start, self.now, self.progress = moves, clock, start, now, progress
        self.calendar = Calendar()

    def play(self, cast: list[tuple[datetime, stories.Story]]) -> int:
        began = [(self._office(when, story), number, story) for number, (when, story) in enumerate(cast)]
        # Over a weekend or a holiday the office hours of the next working day may not have come yet.
        waiting = [entry for entry in began if entry[0] < self.now - timedelta(minutes=5)]
        heapq.heapify(waiting)
        made, day = 0, self.start.date()
        while waiting:
            day = timezone.localtime(waiting[0][0]).date()
            self.progress((day - self.start.date()).days, DAYS)
            with unit_of_work():
                while waiting and timezone.localtime(waiting[0][0]).date() == day:
                    when, number, story = heapq.heappop(waiting)
                    made += 1
                    following = self._move(when, story)
                    if following is not None:
                        heapq.heappush(waiting, (following, number, story))
        return made

    def _move(self, when: datetime, story: stories.Story) -> datetime | None:
        """One step; None when the history has ended or goes on after today."""
        self.clock.go(when)
        wait = next(story, None)
        if wait is None:
            return None
        after = self._office(self.clock.moment + wait, story)
        return after if after < self.now - timedelta(minutes=5) else None

    def _office(self, when: datetime, story: stories.Story) -> datetime:
        """Work is done on working days in office hours, except where a night is meant."""
        if getattr(story, "__name__", "") in named.ANY_HOUR:
            return when
        local = timezone.localtime(when)
        if 8 <= local.hour < 17 and self.calendar.is_working_day(local.date()):
            return when
        day = self.calendar.next_working_day(local.date() + (timedelta(days=1) if local.hour >= 17 else timedelta(0)))
        minutes = self.moves.rng.randint(0, 8 * 60)
        return _at(day, time(8, 15)) + timedelta(minutes=minutes)


def _delegate(place: places.Place) -> None:
    """Trang is on maternity leave from next week; Hà stands in for Sơn, who is away for some days."""
    today = timezone.localdate()
    users = place.users
    asked = {
        "deputy": users["ha"].pk, "valid_from": today.isoformat(),
        "valid_to": (today + timedelta(days=20)).isoformat(), "reason": AbsenceReason.DUTY.value,
    }  # fmt: skip
    perform(Delegation, "set", by=Actor.of(users["son"]), data=asked, parent=users["son"])
    users["trang"].away_from, users["trang"].away_to = today + timedelta(days=7), today + timedelta(days=187)
    users["trang"].save(update_fields=["away_from", "away_to"])


def _forget_old_notices(now: datetime) -> None:
    """What happened long ago was read long ago: its notices need not be delivered."""
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path__endswith="deliver_notices")
    waiting.filter(enqueued_at__lt=now - NOTICES).delete()
