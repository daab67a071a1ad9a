"""What must be true of the database after any fault: said as a list of sentences, empty where all is well."""

from collections import Counter, defaultdict
from typing import Any

from django.apps import apps
from django.utils import timezone

from core.audit import chain
from core.audit.models import Event
from core.lifecycle.models import IdempotencyKey
from core.outbox.tasks import DBTaskResult
from core.worklist.models import Notice, WorkItem


def contradictions(acknowledged: dict[str, str], drained: bool = False) -> list[str]:
    """`acknowledged`: the event of each idempotency key that somebody was told is done."""
    return [
        *_chain(), *_records(), *_acknowledged(acknowledged), *_keys(), *_work(), *_messages(), *_notices(drained),
    ]  # fmt: skip


def _chain() -> list[str]:
    count, broken = chain.verify()
    if broken:
        return [f"the chain of {count} events is broken at {broken[:5]}"]
    return [] if count == Event.objects.count() else ["events stand outside the chain"]


def _records() -> list[str]:
    """All or nothing: the events of each record, one after the other, lead to its state and its version."""
    told = []
    stories: dict[Any, list[Event]] = defaultdict(list)
    for event in Event.objects.order_by("seq"):
        stories[event.subject_model, event.subject_id].append(event)
    versions: dict[str, dict[Any, Any]] = {}
    for label in {label for label, _pk in stories}:
        model = apps.get_model(label)
        names = {field.name for field in model._meta.get_fields()}
        if "version" not in names:
            continue
        columns = ["pk", "version", *(["state"] if "state" in names else [])]
        versions[label] = {row["pk"]: row for row in model._base_manager.values(*columns)}
        strangers = set(versions[label]) - {pk for name, pk in stories if name == label}
        told += [f"{label} {pk} has no event" for pk in strangers if versions[label][pk]["version"]]
    for (label, pk), events in stories.items():
        if label in versions:
            told += _replayed(label, versions[label].get(pk), [event for event in events if event.version])
    return told


def _replayed(label: str, row: dict[str, Any] | None, events: list[Event]) -> list[str]:
    if row is None:
        return [f"{label}: events of a record that is not there"] if events else []
    if not events:
        return []
    said, state = [], None
    if [event.version for event in events] != list(range(1, len(events) + 1)):
        said.append(f"{label} {row['pk']}: versions {[event.version for event in events]}")
    for event in events:
        if event.target:
            if state is not None and event.source != state:
                said.append(f"{label} {row['pk']}: {event.verb} from {event.source}, it was {state}")
            state = event.target
    if row["version"] != len(events) or (state is not None and row.get("state") != state):
        said.append(f"{label} {row['pk']}: version {row['version']}, {row.get('state')}; events {len(events)}, {state}")
    return said


def _acknowledged(acknowledged: dict[str, str]) -> list[str]:
    there = {str(pk) for pk in Event.objects.values_list("id", flat=True)}
    lost = [key for key, event in acknowledged.items() if event not in there]
    doubled = [event for event, count in Counter(acknowledged.values()).items() if count > 1]
    told = [f"{len(lost)} acknowledged writes are lost"] if lost else []
    return [*told, *(f"event {event} answers two keys" for event in doubled)]


def _keys() -> list[str]:
    """A key stands for one event that exists, and no two keys for the same."""
    rows = list(IdempotencyKey.objects.values_list("key", "result"))
    told = [f"the key {key} was committed without an answer" for key, result in rows if not result]
    events = [result["event"] for _key, result in rows if result and result.get("event")]
    there = {str(pk) for pk in Event.objects.filter(id__in=events).values_list("id", flat=True)}
    told += [f"a key answers with {event}, which is not there" for event in events if event not in there]
    return told + [f"{event} answers two keys" for event, count in Counter(events).items() if count > 1]


def _work() -> list[str]:
    """What opened and closed a work item has happened."""
    there = set(Event.objects.values_list("id", flat=True))
    named = {event for pair in WorkItem.objects.values_list("opened_by", "closed_by") for event in pair if event}
    told = [f"a work item of {event}, which is not there" for event in named - there]
    twice = Counter(WorkItem.objects.filter(closed_at__isnull=True).values_list("kind", "subject_id"))
    return told + [f"{kind} is open twice for {subject}" for (kind, subject), count in twice.items() if count > 1]


def _messages() -> list[str]:
    """Every message is about an event that happened, and there is one of it."""
    rows = DBTaskResult.objects.filter(task_path__endswith="deliver_notices").values_list("args_kwargs", flat=True)
    counts = Counter(row["kwargs"]["event"] for row in rows)
    there = {str(pk) for pk in Event.objects.values_list("id", flat=True)}
    told = [f"a message about {event}, which is not there" for event in counts if event not in there]
    return told + [f"two messages about {event}" for event, count in counts.items() if count > 1]


def _notices(drained: bool) -> list[str]:
    """Nobody is told twice, nobody of what did not happen; with an empty queue everybody has been told."""
    made = Counter(Notice.objects.values_list("user_id", "event_id", "kind"))
    there = set(Event.objects.values_list("id", flat=True))
    told = [f"{user} is told twice of {event}" for (user, event, _kind), count in made.items() if count > 1]
    told += [f"a notice of {event}, which is not there" for _user, event, _kind in made if event not in there]
    if not drained:
        return told
    left = DBTaskResult.objects.exclude(status="SUCCESSFUL").values_list("status", flat=True)
    told += [f"{count} tasks are {status}" for status, count in Counter(left).items()]
    have = {(str(user), str(event)) for user, event, _kind in made}
    for row in DBTaskResult.objects.filter(task_path__endswith="deliver_notices"):
        asked = row.args_kwargs["kwargs"]
        missing = [user for user in asked["users"] if (user, asked["event"]) not in have]
        told += [f"{user} was not told of {asked['event']}" for user in missing]
    return told


def due_now() -> None:
    """Failed tasks are tried again at once instead of in a minute."""
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
