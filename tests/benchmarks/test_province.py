"""The bulk province against the rules: the same story, day and person told both ways leave equal rows.

In short form some stories and forty people; `DH_PROVINCE_PROOF=300` tells all stories and compares three hundred.
"""

import itertools
import os
import re
from uuid import UUID

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone

from benchmarks.province import build as province
from benchmarks.province import names
from benchmarks.province.harvest import by_keys, columns, is_counted, read
from benchmarks.province.learning import EVENT, NOTICE, play
from benchmarks.province.stories import STORIES
from casework.models import Case, Person
from casework.selectors import people
from core.access.actor import Actor
from core.audit import chain
from core.audit.models import ChainHead, Event
from core.folding import fold, sort_key
from core.lifecycle.engine import perform
from core.lifecycle.numbers import Counter

pytestmark = pytest.mark.django_db
WHOLE = int(os.environ.get("DH_PROVINCE_PROOF", "0"))
SHORT = (
    "just_registered", "not_taken", "taken_over", "closed_early", "asked_for_more", "emergency_tonight",
    "held_and_resumed",
)  # fmt: skip
NUMBER = re.compile(r"\b[^\W\d_]{2}-20\d\d-\d{6}\b")


@pytest.fixture
def made():
    """A province as `build()` makes it, with what it was built from."""
    told = list(STORIES.values()) if WHOLE else [STORIES[name] for name in SHORT]
    builder = province.Builder(WHOLE or 40, 7, 8, 12, timezone.localdate(), told, lambda text: None)
    builder.settle()
    builder.learn(2)
    builder.plan()
    # By the rules first: afterwards everybody would be on file already.
    builder.counted = {}
    builder.ruled = [by_rules(builder, number) for number in range(len(builder.plan_))]
    province.load(builder, 1)
    assert province.triggers() == builder.triggers
    return builder


def keys_of(builder, number):
    """The keys of the rows of a copy by label, in the order of the template."""
    telling = builder.plan_.tellings[builder.plan_.stories[number]]
    copy = builder.copy(number)
    found = {}
    steps = telling.stamp.slots.day(copy.start)[2]
    order = {place: row for row, place in enumerate(sorted(telling.stamp.steps_of_keys))}
    for place, step in telling.stamp.steps_of_keys.items():
        head = f"{(steps[step] + copy.shift) * 1000:012x}7{order[place]:03x}"
        found.setdefault(place[0], []).append((place[1], UUID(head + copy.tail)))
    return {label: [key for _place, key in sorted(keys)] for label, keys in found.items()}


def in_bulk(builder, number):
    keys = keys_of(builder, number)
    found = {}
    every = [key for label in keys for key in keys[label]]
    for label in keys:
        model = apps.get_model(label)
        if model is Event:
            found[label] = read(model, model.objects.filter(id__in=keys[label]).order_by("seq"))
        else:
            found[label] = by_keys(model, keys[label])
    for telling_label in builder.plan_.tellings[builder.plan_.stories[number]].template.cells:
        model = apps.get_model(telling_label)
        if is_counted(model):
            fields = [field.attname for field in columns(model) if field.is_relation and field.attname.endswith("_id")]
            mine = models.Q()
            for name in fields:
                if isinstance(model._meta.get_field(name.removesuffix("_id")).target_field, models.UUIDField):
                    mine |= models.Q(**{f"{name}__in": every})
            found[telling_label] = read(model, model._base_manager.filter(mine).order_by("pk"))
    return found


def by_rules(builder, number):
    copy = builder.copy(number)
    story = builder.plan_.tellings[builder.plan_.stories[number]].template.story
    person = builder.people.values(number, story.kind, story.full)
    run = play(builder.book, story, builder.casting.cast(number, story.house), person, copy.start, copy.shift)
    return run.rows


def laid_bare(rows):
    """Rows without what must differ: keys by their place, numbers by their series, the chain left out."""
    places = {}
    for label, many in rows.items():
        for position, row in enumerate(many):
            if isinstance(row.get("id"), UUID):
                places[row["id"]] = f"{label}#{position}"
    dashed = {str(key): place for key, place in places.items()}
    plain = {key.hex: place for key, place in places.items()}

    def bare(value):
        if isinstance(value, UUID):
            return places.get(value, value)
        if isinstance(value, str):
            text = NUMBER.sub(lambda found: found.group()[:7], value)
            pattern = r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}"
            return re.sub(pattern, lambda found: {**dashed, **plain}.get(found.group(), found.group()), text)
        if isinstance(value, dict):
            return {bare(name): bare(one) for name, one in sorted(value.items())}
        if isinstance(value, list):
            return [bare(one) for one in value]
        return value

    found = {}
    for label, many in rows.items():
        left = {"seq", "prev", "hash"} if label == EVENT else {"id"} if is_counted(apps.get_model(label)) else set()
        found[label] = [{name: bare(value) for name, value in row.items() if name not in left} for row in many]
    return found


def without_old_notices(rows):
    since = timezone.now() - province.KEPT_NOTICES
    kept = [row for row in rows.get(NOTICE, []) if row["at"] >= since]
    kept.sort(key=lambda row: (row["at"], str(row["user_id"]), row["kind"]))
    return {**{label: many for label, many in rows.items() if label != NOTICE}, **({NOTICE: kept} if kept else {})}


def test_rules_and_bulk_leave_equal_rows_and_the_product_goes_on(made):
    compared = 0
    for number in range(len(made.plan_)):
        ours, theirs = without_old_notices(in_bulk(made, number)), without_old_notices(made.ruled[number])
        ours = {label: many for label, many in ours.items() if many}
        assert sorted(ours) == sorted(theirs)
        left, right = laid_bare(ours), laid_bare(theirs)
        story = made.plan_.tellings[made.plan_.stories[number]].template.story.name
        for label in right:
            if label == NOTICE:
                for row in [*left[label], *right[label]]:
                    row["id"] = ""
            assert len(left[label]) == len(right[label]), f"{story}: {label}"
            for one, other in zip(left[label], right[label], strict=True):
                differing = {name: (one[name], other[name]) for name in other if one[name] != other[name]}
                assert not differing, f"{story}: {label}: {differing}"
        compared += 1
    assert compared == (WHOLE or 40)
    _chain_holds(made)
    _search_finds(made)
    _work_goes_on(made)


def _chain_holds(made):
    count, broken = chain.verify()
    assert broken == [] and count == made.report.events == ChainHead.objects.get().seq
    moments = list(Event.objects.order_by("seq").values_list("recorded_at", flat=True))
    assert moments == sorted(moments)


def _search_finds(made):
    known = Person.objects.exclude(name="").exclude(id_index="").order_by("id").first()
    actor = Actor.of(made.province.department["baotro"])
    rows = Person.objects.filter(name_folded__contains=fold(known.name).split()[-1])
    assert known in rows and actor.holdings
    matches = people.matches({"name": known.name, "id_number": known.id_number})
    assert known.pk in {match.id for match in matches}


def _work_goes_on(made):
    case = Case.objects.filter(state="intake", paused_at__isnull=True).order_by("number").last()
    supervisor = next(c.supervisors[0] for c in made.province.centres if c.unit.pk == case.to_unit_id)
    asked = {"reason": "ineligible", "note": "Đã hướng dẫn đến UBND xã"}
    perform(case, "screen_out", by=Actor.of(supervisor), version=case.version, data=asked)
    intake = next(c for c in made.province.centres if c.unit.pk == case.to_unit_id).intake[0]
    form = names.form_of(made.people.values(5_000_000, "adult"))
    data = {**form, "source": "self", "problem": "Cần giúp", "in_danger": "no", "legal_basis": "statutory",
            "duplicates_seen": True}  # fmt: skip
    new = perform(Case, "register", by=Actor.of(intake), data=data).record
    assert Case.objects.filter(number=new.number).count() == 1
    last = Counter.objects.get(series="HS", year=timezone.localdate().year).last
    assert new.number.endswith(f"{last:06d}")
    assert chain.verify()[1] == []


def test_it_refuses_a_database_with_people(db):
    Person.objects.create(name="Nguyễn Văn An")
    with pytest.raises(province.Occupied):
        province.build(10, 1)


def test_names_are_folded_and_sorted_as_the_product_does(db):
    people_ = names.People(3, [("26041", "phường Trấn Biên")])
    for number, kind in itertools.product(range(60), ("child", "adult", "old", "unknown")):
        known = dict(zip(names.ATTRIBUTES, people_.values(number, kind), strict=True))
        person = Person(name=known["name"], id_number=known["id_number"], unidentified=not known["name"])
        person.save()
        assert (known["name_folded"], known["sort_name"], known["id_index"]) == (
            fold(person.name), sort_key(person.name), person.id_index,
        )  # fmt: skip


def test_a_seed_gives_many_names():
    people_ = names.People(1, [("26041", "phường Trấn Biên")])
    words = {" ".join(people_._words(number & 1, people_.dice(number), 1)) for number in range(20_000)}
    assert len(words) > 14_000
