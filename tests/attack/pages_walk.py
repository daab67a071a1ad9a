"""Who is shown what in the poisoned province: the places, the people, and what each of them may read."""

import os
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection
from django.test import Client

from core.access.actor import Actor
from core.access.engine import all_rules, visible
from core.audit import triggers
from tests.attack.pages_poison import Mark, Poison
from tests.core.web.every_page import Place, Records, fill, places, readers
from tests.factories.world import World, build_world

LONG = os.environ.get("DH_ATTACK") == "long"
# Another part of the pages every day; a failure names the seed with which it comes again.
SEED = int(os.environ.get("DH_ATTACK_SEED") or date.today().toordinal())
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
# Actions of the API answer to POST alone; the description of the API says nothing of anybody; a paper is as it came.
LEFT_OUT = ("api:schema", "document", "account_logout")


@dataclass
class Province:
    world: World
    records: Records
    marks: dict[str, Mark]
    clients: dict[str, Client]
    places: list[Place]


def build() -> Province:
    world = build_world()
    records = fill(world)
    poison = Poison(SEED)
    triggers.drop(connection)  # the notes of events, too; rolled back with the rest
    marks = poison.into_everything()
    triggers.install(connection)
    for rows in records.values():
        for row in rows:
            row.refresh_from_db()
    clients = {}
    for name in readers(world):
        clients[name] = Client(raise_request_exception=False, HTTP_USER_AGENT='dhxua0z"><script>boom(0)</script>')
        clients[name].force_login(world.user(name), backend=BACKEND)
    found = [
        place for place in places(records)
        if place.path and "-do-" not in place.route and "-make-" not in place.route and place.route not in LEFT_OUT
    ]  # fmt: skip
    return Province(world, records, marks, clients, found)


# Rows without rules of their own are read with the record that they belong to: its label, the class of fields, the way.
BELONGS = {
    "casework.DomainFinding": ("casework.Assessment", "view", "assessment"),
    "accreditation.Defect": ("accreditation.Application", "read:dossier", "application"),
    "accreditation.ConditionAnswer": ("accreditation.Application", "read:appraisal", "application"),
    "casework.ImportRow": ("casework.ImportBatch", "read:rows", "batch"),
    "accreditation.RegisterRow": ("accreditation.RegisterList", "read:rows", "register"),
}
# What is the same for everybody who is signed in: the law's tables, names of places, units and colleagues.
OPEN = {
    "accounts.User", "accounts.Unit", "accreditation.Procedure", "accreditation.ProcedureComponent",
    "casework.AssessmentTool", "facilities.Norm", "facilities.ChecklistItem",
}  # fmt: skip
OPEN_APPS = {"catalogue", "clock", "places"}
# Whose history a person reads goes by its root: tests/architecture and tests/worlds prove that.
ELSEWHERE = {"audit.Event"}


def readable(province: Province, who: str) -> "Reader":
    return Reader(Actor.of(province.world.user(who)))


class Reader:
    """Which columns of which rows the rules (`*/access.py`) open to one person."""

    def __init__(self, actor: Actor):
        self.actor = actor

        @cache
        def keys(label: str, kind: str) -> frozenset[Any]:
            return frozenset(visible(actor, apps.get_model(label), kind).values_list("pk", flat=True))

        self.keys = keys
        self.fields = {rules.label: rules.fields for rules in all_rules()}

    def may(self, mark: Mark) -> bool:
        if mark.label in OPEN | ELSEWHERE or mark.label.split(".")[0] in OPEN_APPS:
            return True
        if mark.label in BELONGS:
            label, kind, way = BELONGS[mark.label]
            rows = apps.get_model(mark.label)._base_manager.filter(**{f"{way}__in": self.keys(label, kind)})
            return (rows.filter(pk=mark.key) if mark.key else rows).exists()
        column = mark.field.split(".")[0]
        for kind, columns in self.fields.get(mark.label, {}).items():
            if column in columns or f"{column}_id" in columns:
                found = self.keys(mark.label, kind)
                if mark.key in found or (mark.key is None and found):
                    return True
        return False
