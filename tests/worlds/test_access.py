"""Who sees what, in provinces made at random: SQL against the plain reading of `tests/spec/reach.csv`.

A *cell* is one question: in this province, on this day, this person, this record, this deed: which rows? The long form
asks more provinces (see README.md).
"""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from core.access.actor import Actor
from core.access.engine import all_rules, visible

from .clock import frozen
from .provinces import FIRST, SPAN, Province, allow_any_state
from .spoken import LABELS, REFERENCE, Rows, deeds

pytestmark = pytest.mark.django_db
PROVINCES = int(os.environ.get("DH_WORLDS", "2"))
FROM = int(os.environ.get("DH_WORLDS_FROM", "0"))
DAYS = 2


def test_the_table_and_the_code_know_the_same_deeds():
    """What the code declares stands in the table, and what stands in the table is declared."""
    declared = {(rules.label, action) for rules in all_rules() for action in rules.actions}
    assert declared == {(LABELS[record], what) for record, what in deeds()}


def moments(province: Province) -> Iterator[datetime]:
    for _number in range(DAYS):
        day = FIRST + timedelta(days=province.chance.randint(0, SPAN))
        yield timezone.make_aware(datetime(day.year, day.month, day.day, province.chance.randint(0, 23), 30))


def seen(actor: Actor, record: str, what: str) -> set[Any]:
    return set(visible(actor, apps.get_model(LABELS[record]), what).values_list("pk", flat=True))


@pytest.mark.parametrize("seed", range(FROM, FROM + PROVINCES))
def test_what_is_seen_is_what_the_table_says(seed, record_property):
    allow_any_state()
    province, cells, rows_met = Province(seed), 0, 0
    rows = Rows()
    asked = [(record, what) for record, what in deeds() if record not in REFERENCE]
    for now in moments(province):
        with frozen(now):
            for user in province.users:
                who = rows.who(user.pk, timezone.localdate(), now)
                actor = Actor.of(user)
                for record, what in asked:
                    expected = {row.id for row in rows.tables[record].all() if rows.may(who, record, what, row)}
                    found = seen(actor, record, what)
                    assert found == expected, (seed, now, user.pk, who.duties, record, what, found ^ expected)
                    cells, rows_met = cells + 1, rows_met + len(found)
    record_property("cells", cells)
    record_property("rows", rows_met)
    assert rows_met > 100, "a province in which nobody sees anything shows nothing"
