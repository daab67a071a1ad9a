"""A world under siege: records of several stages, a token for everybody, the application called in process and each
call undone. Keys of all records are known, so that it can be said of every answer whose they are."""

import json
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction

from core.access.engine import all_rules, model_of, visible
from core.api import tokens
from core.api.records import RecordViewSet
from core.lifecycle.actions import actions_of
from tests.architecture.reads import stage_of
from tests.architecture.routes import walk
from tests.factories.world import STAFF, World, build_world

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# Of each duty one; two who hold it nearer and farther where that matters.
PEOPLE = (
    "intake", "worker", "supervisor", "manager", "licensing", "head", "chair", "steward", "leader", "auditor",
    "sysadmin", "no_duty", "sibling_worker", "private_manager",
)  # fmt: skip
assert set(PEOPLE) - {"no_duty"} <= {name for staff in STAFF.values() for name in staff}
# A key of somebody or of a place says nothing by itself: names of staff and units are for all who sign in.
OPEN_LABELS = {"accounts.User"}


@dataclass
class Siege:
    world: World
    stages: dict[str, dict[str, Any]]
    secrets: dict[str, str] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)  # key of a record: its model
    pools: dict[str, list[str]] = field(default_factory=dict)  # model: keys
    versions: dict[str, int] = field(default_factory=dict)
    seen: dict[str, set[str]] = field(default_factory=dict)  # who: keys this person may know
    resources: dict[str, str] = field(default_factory=dict)  # path of the API: model
    parents: dict[str, str] = field(default_factory=dict)  # model: that of the records under which its own are made

    def __post_init__(self) -> None:
        self.app = get_wsgi_application()
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)  # the transaction around all of it is kept
        for route in walk():
            view = getattr(route.view, "cls", None)
            if isinstance(view, type) and issubclass(view, RecordViewSet):
                prefix = route.where.removeprefix("api/v1/").partition("/<")[0].partition("/actions")[0].strip("/")
                self.resources[prefix] = view.model._meta.label
                for spec in actions_of(view.model).values():
                    if spec.parent is not None:
                        self.parents[view.model._meta.label] = spec.parent._meta.label
        for name in PEOPLE:
            self.secrets[name] = tokens.issue(self.world.user(name))[1]
            self.seen[name] = set()
        for rules in all_rules():
            model = model_of(rules.label)
            rows = list(model._default_manager.order_by("pk"))
            self.pools[rules.label] = [str(row.pk) for row in rows]
            self.owners.update(dict.fromkeys(self.pools[rules.label], rules.label))
            self.versions.update({str(row.pk): row.version for row in rows if hasattr(row, "version")})
            for name in PEOPLE:
                keys = visible(self.world.actor(name), model).values_list("pk", flat=True)
                self.seen[name].update(map(str, keys))

    def leaked(self, who: str, sent: str, answer: str) -> list[str]:
        """Records whose keys the answer holds, though this person may not know of them and has not sent them."""
        found = set(UUID.findall(answer)) - set(UUID.findall(sent)) - self.seen[who]
        return sorted(f"{self.owners[key]} {key}" for key in found if self.owners.get(key, "") not in self.closed())

    def closed(self) -> set[str]:
        return {"", *OPEN_LABELS}


def called(app: Any, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    """The application, with what came of the call undone."""
    with transaction.atomic():
        answer = list(app(environ, start))
        transaction.set_rollback(True)
    return answer


def besieged(stages: Iterable[str] = ("running", "accepted", "child")) -> Siege:
    world = build_world()
    return Siege(world, {stage: stage_of(world, stage) for stage in stages})


def text_of(value: Any) -> str:
    return json.dumps(value, default=str)


def strange(pick: int, siege: Siege, label: str) -> Any:
    """What is no key of the right record: of another model, of nothing, or no key at all."""
    labels = sorted(name for name, pool in siege.pools.items() if pool and name != label)
    other = siege.pools[labels[pick % len(labels)]][0]
    return (other, str(uuid.UUID(int=pick)), -1, 0, None, [], [other], "", "' OR 1=1 --", {"id": other})[pick % 10]
