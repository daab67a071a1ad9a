"""Several at once: let go together, each on a connection of its own, and what must be true after one has won."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connections
from django.utils import translation

from core.access.actor import SYSTEM
from core.audit import chain
from core.audit.models import ChainHead, Event
from core.errors import DomainError, Stale
from core.lifecycle.engine import Outcome, perform
from core.outbox.tasks import DBTaskResult
from tests.factories.world import World

from .walker import replay

Attempt = Callable[[], Outcome]


@dataclass
class Contest:
    """`attempts` are let go together and one of them wins. The winner's event on the record is one of `verbs` and leads
    to one of `targets`. `row` is the record, None where the winner brings it into being: then `found` finds it from
    the winner's outcome. `loses`: how the others are refused. Whoever names a version is told that it is old, before
    any guard is asked: another refusal would mean that the loser could not have won at all."""

    attempts: Sequence[Attempt]
    verbs: set[str]
    targets: set[str]
    row: Any = None
    found: Callable[[Outcome], Any] | None = None
    loses: tuple[type[DomainError], ...] = (Stale,)
    version: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        if self.row is not None:
            self.row.refresh_from_db()
            self.version = self.row.version


def attempt(
    world: World, target: Any, name: str, who: str, /, parent: Any = None, key: str = "", **data: Any
) -> Attempt:
    """`who` acts on the version of the record that is stored now; "system" is the clock, which names no version."""
    by = SYSTEM if who == "system" else world.actor(who)
    if isinstance(target, type):
        return lambda: perform(target, name, by=by, data=data, parent=parent, key=key)
    model, pk = type(target), target.pk
    version = None if by.is_system else model._base_manager.values_list("version", flat=True).get(pk=pk)
    return lambda: perform((model, pk), name, by=by, version=version, data=data, key=key)


def together(attempts: Sequence[Attempt]) -> list[Outcome | DomainError]:
    """Let all go at once; what each gave. Anything but an outcome or a refusal (a deadlock, say) fails the test."""
    gate = threading.Barrier(len(attempts))
    results: list[Any] = [None] * len(attempts)

    def run(number: int) -> None:
        try:
            with translation.override("vi"):
                gate.wait(timeout=30)
                results[number] = attempts[number]()
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(attempts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads), "somebody still waits"
    for result in results:
        if not isinstance(result, Outcome | DomainError):
            raise AssertionError("not a refusal but an error") from result
    return results


@dataclass
class Mark:
    """How far chain and outbox had come before."""

    seq: int
    hash: str
    tasks: set[Any]

    @classmethod
    def now(cls) -> "Mark":
        head = ChainHead.objects.filter(pk=1).first()
        tasks = set(DBTaskResult.objects.values_list("pk", flat=True))
        return cls(head.seq if head else 0, head.hash if head else "0" * 64, tasks)

    def events(self) -> list[Event]:
        """What was written since, in order; every link is held against the one before and the last against the head."""
        found = list(Event.objects.filter(seq__gt=self.seq).order_by("seq"))
        seq, previous = self.seq, self.hash
        for event in found:
            assert (event.seq, event.prev, event.hash) == (seq + 1, previous, chain.link(event)), event.verb
            seq, previous = event.seq, event.hash
        head = ChainHead.objects.get(pk=1)
        assert (head.seq, head.hash) == (seq, previous)
        return found

    def messages(self) -> list[dict[str, Any]]:
        """What was queued since."""
        rows = DBTaskResult.objects.exclude(pk__in=self.tasks).filter(task_path__endswith="deliver_notices")
        return [row.args_kwargs["kwargs"] for row in rows]


def decide(contest: Contest) -> Outcome:
    """Let them go and hold what came of it against the rule: one winner, one cause, one event, one set of messages."""
    mark = Mark.now()
    results = together(contest.attempts)
    won = [result for result in results if isinstance(result, Outcome) and not result.replayed]
    assert len(won) == 1, f"{len(won)} winners: {results}"
    for refused in results:
        assert isinstance(refused, (Outcome, *contest.loses)), repr(refused)
    events = mark.events()
    assert len([event for event in events if event.cause_id is None]) == 1, [event.verb for event in events]
    check_record(contest, won[0], events)
    check_messages(mark.messages(), events)
    return won[0]


def check_record(contest: Contest, won: Outcome, events: list[Event]) -> None:
    """One event, one version more, and the state that the event names."""
    if contest.row is not None:
        row = contest.row
        row.refresh_from_db()
    elif contest.found is not None:
        row = contest.found(won)
    else:
        row = type(won.record).objects.get(pk=won.result["id"])
    own = [event for event in events if event.subject_id == row.pk and event.verb in contest.verbs]
    assert len(own) == 1, [event.verb for event in events]
    assert own[0].target == row.state and row.state in contest.targets
    assert own[0].version == row.version == contest.version + 1
    replay(row)


def check_messages(messages: list[dict[str, Any]], events: list[Event]) -> None:
    """Nobody is told twice of one event, nor of an event that was undone."""
    happened = {str(event.id) for event in events}
    told = [(message["event"], message["root_id"], user) for message in messages for user in message["users"]]
    assert {event for event, _root, _user in told} <= happened, "a message of an event that is not there"
    assert len(set(told)) == len(told), "somebody is told twice"
