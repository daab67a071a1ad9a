"""Eight at once on the same record: one wins, one event, the others are told. On both engines, really committed."""

import threading
import uuid

import pytest
from django.db import connection, connections

from casework.models import Assessment, Case, Goal, ServicePlan
from core.audit import chain
from core.audit.models import Event
from core.errors import Blocked, DomainError, KeyReused, Stale
from core.lifecycle.engine import perform
from core.lifecycle.models import IdempotencyKey
from tests.factories.cases import INTAKE, Story, day
from tests.factories.persons import PersonData
from tests.factories.world import build_world

pytestmark = pytest.mark.django_db(transaction=True)
RACERS = 8


@pytest.fixture
def story(committed):
    return Story(build_world())


def race(step, count=RACERS):
    """Run `step(number)` in as many threads, let go together; results are outcomes or errors."""
    gate, results = threading.Barrier(count), [None] * count

    def run(number):
        try:
            gate.wait(timeout=30)
            results[number] = step(number)
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    unexpected = [r for r in results if isinstance(r, Exception) and not isinstance(r, DomainError)]
    assert not unexpected, unexpected
    return results


def winners(results):
    return [result for result in results if not isinstance(result, Exception)]


# transition, how the record gets there, who takes it, what is typed
MOVES = [
    ("screen_in", "register", "supervisor", None),
    ("ask_more", "register", "supervisor", {"note": "Thiếu."}),
    ("void", "register", "supervisor", {"note": "Nhầm."}),
    ("screen_out", "register", "supervisor", {"reason": "ineligible", "note": "Hướng dẫn."}),
    ("emergency_open", "register", "intake", {"dangers": ["life"], "note": "Nguy hiểm."}),
    ("hold", "in_assessment", "worker", {"reason": "hospital", "resume_by": day(5), "note": "Nằm viện."}),
    ("return", "in_planning", "supervisor", {"note": "Xem lại."}),
    ("review", "running", "worker", {"reason": "due", "note": "Tốt.", "outcome": "keep"}),
    ("raise_emergency", "running", "worker", {"dangers": ["life"], "note": "Nguy hiểm."}),
    ("refer", "running", "worker", {"note": "Mất nơi nhận."}),
    ("follow_up", "closed", "worker", {"done_on": day(0), "result": "stable", "note": "Ổn."}),
    ("reopen", "closed", "supervisor", {"note": "Cần trợ giúp lại."}),
]


@pytest.mark.parametrize(("name", "start", "by", "data"), MOVES, ids=[move[0] for move in MOVES])
def test_a_transition_has_one_winner(story, name, start, by, data):
    getattr(story, start)()
    case, actor = story.case, story.world.user(by)
    if data is None:
        from core.catalogue.models import ClientGroup

        group = ClientGroup.objects.on().get(code="k6")
        data = {"group": group.pk, "worker": story.world.user("worker").pk}
    before, version = Event.objects.filter(verb=f"case.{name}").count(), case.version

    results = race(lambda _n: perform(case, name, by=story.world.actor(actor.username), version=version, data=data))

    assert len(winners(results)) == 1
    assert all(isinstance(result, Stale | Blocked) for result in results if isinstance(result, Exception))
    assert Event.objects.filter(verb=f"case.{name}").count() == before + 1
    case.refresh_from_db()
    assert case.version == version + 1
    assert chain.verify()[1] == []


def test_different_transitions_from_one_state_have_one_winner(story):
    story.register()
    case, world = story.case, story.world
    verbs = [("void", {"note": "Nhầm."}), ("screen_out", {"reason": "withdrew", "note": "Rút."})]

    def step(number):
        name, data = verbs[number % 2]
        return perform(case, name, by=world.actor("supervisor"), version=case.version, data=data)

    assert len(winners(race(step))) == 1
    assert Event.objects.filter(subject_id=case.pk).count() == 2


def test_plan_goal_and_assessment_have_one_winner_each(story):
    story.in_assessment()
    assessment = story.draft_assessment()
    story.do("worker", "answer", assessment, **story.answers(assessment))
    case, world = story.case, story.world

    def act(target, name, by, **data):
        version = type(target).objects.get(pk=target.pk).version
        results = race(lambda _n: perform(target, name, by=world.actor(by), version=version, data=data))
        assert len(winners(results)) == 1, name
        assert Event.objects.filter(subject_id=target.pk, verb__endswith=f".{name}").count() == 1
        target.refresh_from_db()

    act(assessment, "lock", "worker")
    story.do("worker", "assess_done")
    plan = story.draft_plan()
    act(plan, "submit", "worker")
    act(plan, "approve", "supervisor")
    act(plan, "agree", "worker", signature="client", signed_on=day(0))
    case.refresh_from_db()
    assert case.state == "active"
    goal = Goal.objects.get(plan=plan)
    act(goal, "achieve", "worker", note="Đạt.")
    assert Event.objects.filter(verb="case.start").count() == 1


def test_one_plan_in_preparation_and_one_draft_assessment(story):
    story.in_planning()
    case, world = story.case, story.world
    results = race(lambda _n: perform(ServicePlan, "draft", by=world.actor("worker"), parent=case))
    assert len(winners(results)) == 1 and ServicePlan.objects.count() == 1
    results = race(lambda _n: perform(Assessment, "draft", by=world.actor("worker"), parent=case))
    assert len(winners(results)) == 1 and Assessment.objects.filter(state="draft").count() == 1


def test_one_live_case_per_person(story):
    story.register()
    person = story.case.person
    story.do("supervisor", "void", note="Nhầm.")
    data = {**INTAKE, "person": person.pk}
    results = race(lambda _n: perform(Case, "register", by=story.world.actor("intake"), data=data))
    assert len(winners(results)) == 1
    assert Case.objects.filter(person=person, state="intake").count() == 1


def test_numbers_are_given_once(story):
    world = story.world
    sheets = [{**dict(PersonData()), **INTAKE} for _number in range(RACERS)]
    results = race(lambda n: perform(Case, "register", by=world.actor("intake"), data=sheets[n]))
    assert len(winners(results)) == RACERS
    numbers = sorted(Case.objects.values_list("number", flat=True))
    assert len(set(numbers)) == RACERS
    assert [int(number[-6:]) for number in numbers] == list(range(1, RACERS + 1))
    assert chain.verify() == (RACERS, [])


def test_the_same_key_has_one_effect_and_one_answer(story):
    world, key = story.world, uuid.uuid4().hex
    data = {**dict(PersonData()), **INTAKE}
    results = race(lambda _n: perform(Case, "register", by=world.actor("intake"), data=data, key=key))
    assert len(winners(results)) == RACERS
    assert Case.objects.count() == Event.objects.count() == IdempotencyKey.objects.count() == 1
    assert len({result.result["id"] for result in results}) == 1
    assert sum(not result.replayed for result in results) == 1


def test_the_same_key_for_something_else_is_refused(story):
    world, key = story.world, uuid.uuid4().hex
    first = {**dict(PersonData()), **INTAKE}
    perform(Case, "register", by=world.actor("intake"), data=first, key=key)
    with pytest.raises(KeyReused):
        perform(Case, "register", by=world.actor("intake"), data={**first, "problem": "Việc khác."}, key=key)
    results = race(
        lambda n: perform(Case, "register", by=world.actor("intake"), data={**first, "problem": f"Việc {n}"}, key="k2")
    )
    won = [result for result in winners(results) if not result.replayed]
    assert len(won) == 1
    assert sum(isinstance(result, KeyReused) for result in results) == RACERS - 1


def test_another_persons_key_is_another_key(story):
    world = story.world
    for name in ("intake", "commune_intake"):
        perform(Case, "register", by=world.actor(name), data={**dict(PersonData()), **INTAKE}, key="one")
    assert Case.objects.count() == 2


def test_an_action_that_fails_leaves_nothing_not_even_its_key(story):
    story.register()
    case = story.case
    with pytest.raises(DomainError):
        perform(case, "void", by=story.world.actor("supervisor"), version=case.version, data={}, key="again")
    assert not IdempotencyKey.objects.filter(key="again").exists()
    outcome = perform(
        case, "void", by=story.world.actor("supervisor"), version=case.version, data={"note": "Nhầm."}, key="again"
    )
    assert outcome.result["state"] == "void" and not connection.in_atomic_block
