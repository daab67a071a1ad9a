"""F9: clocks that are wrong by an hour or by four hundred days, forwards and backwards, in one process and not in the
next. The chain goes by its numbers, deadlines by the times that were written, and nothing stands still for long."""

import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from core.access import grants
from core.api import tokens
from core.audit import anchor, chain
from core.audit.models import Event
from core.clock.due import end_of
from core.health import checks
from core.outbox import chores, heartbeat, queue, schedule
from core.outbox.models import ScheduledRun, WorkerProcess
from core.outbox.tasks import DBTaskResult, enqueue_at
from core.web.middleware import BEGAN, SEEN
from tests.core.outbox import jobs
from tests.factories.cases import Story, day

from . import ledger

HOUR, YEAR = timedelta(hours=1), timedelta(days=400)
SKEWS = (HOUR, -HOUR, YEAR, -HOUR, -YEAR, timedelta(0))


@pytest.fixture
def clock(monkeypatch):
    """`with clock(skew):` the clock of this process is wrong by so much."""
    right, seconds = timezone.now, time.time

    @contextmanager
    def wrong(skew):
        with monkeypatch.context() as patch:
            patch.setattr(timezone, "now", lambda: right() + skew)
            patch.setattr(time, "time", lambda: seconds() + skew.total_seconds())
            yield

    return wrong


@pytest.mark.django_db
def test_the_chain_goes_by_number_and_the_story_too(world, clock):
    story = Story(world).in_assessment()
    for skew in (HOUR, -HOUR, YEAR, -HOUR):  # before anybody held a duty
        with clock(skew):
            story.do("worker", "hold", reason="hospital", resume_by=day(5), note="Nằm viện.")
        story.do("worker", "resume", note="Về.")
    assert chain.verify() == (Event.objects.count(), [])
    assert ledger.contradictions({}) == []
    times = list(Event.objects.filter(subject_id=story.case.pk).order_by("seq").values_list("recorded_at", flat=True))
    assert times != sorted(times), "the clocks were not wrong at all"
    lines = []
    for skew in SKEWS:
        with clock(skew):
            lines.append(anchor.write(anchor.current()))
    assert list(anchor.compare(lines)) == []


@pytest.mark.parametrize("micro", [0, 1, 499_999, 999_499, 999_500, 999_999])
@pytest.mark.django_db
def test_the_chain_holds_at_every_part_of_a_second(world, monkeypatch, micro):
    """Found by killing: SQLite rounds the last half of a millisecond up to the next second."""
    right = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: right().replace(microsecond=micro))
    Story(world).in_assessment()
    assert chain.verify() == (Event.objects.count(), [])


@pytest.mark.django_db
def test_a_deadline_is_counted_from_the_time_that_was_written(world, clock):
    """Whoever's clock was wrong wrote a wrong beginning; the term from there is the lawful one, and no later reader's
    clock moves it."""
    terms = set()
    for skew in (timedelta(0), HOUR, -HOUR):
        story = Story(world).register()
        with clock(skew):
            story.screen_in()
        case = story.case
        written = Event.objects.get(subject_id=case.pk, verb="case.screen_in").recorded_at
        assert timedelta(0) <= written - case.stage_since < timedelta(seconds=30)
        due = case.due_at
        for later in SKEWS:
            with clock(later):
                case.refresh_from_db()
                assert case.due_at == due
        rule = case.term_of_state(case.state)
        terms.add(end_of(case.stage_since, rule) == due)
    assert terms == {True}


@pytest.mark.django_db
def test_no_page_and_no_call_fails(world, door, clock):
    story = Story(world).in_assessment()
    supervisor, worker = door(world.user("supervisor")), door(world.user("worker"))
    for skew in SKEWS:
        with clock(skew):
            client = Client(raise_request_exception=False)
            client.force_login(world.user("worker"))
            for address in ("/", f"/ca/{story.case.pk}/", "/thong-bao/", "/api/v1/me/"):
                assert client.get(address).status_code in (200, 404), (skew, address)
            # A token of three months is no good in four hundred days, and before their duties began nobody had any.
            expected = {YEAR: 401, -YEAR: 404}.get(skew, 200)
            assert supervisor.get(f"cases/{story.case.pk}/").status_code == expected
            story.case.refresh_from_db()
            move = ("resume", {"note": "Về."}) if story.case.state == "on_hold" else (
                "hold", {"reason": "missing", "resume_by": f"{timezone.localdate() + timedelta(days=5)}", "note": "Đi."}
            )  # fmt: skip
            body = {"version": story.case.version, **move[1]}
            assert worker.post(f"cases/{story.case.pk}/actions/{move[0]}/", body).status_code == expected
    assert chain.verify()[1] == []


@pytest.mark.django_db
def test_a_session_is_not_lengthened_by_a_clock_that_goes_back(world, clock):
    client = Client()
    client.force_login(world.user("worker"))
    assert client.get("/").status_code == 200
    with clock(-timedelta(minutes=2)):
        assert client.get("/").status_code == 200  # two machines may differ by so much
    for skew in (-HOUR, -YEAR, HOUR):
        client = Client()
        client.force_login(world.user("worker"))
        assert client.get("/").status_code == 200
        assert {BEGAN, SEEN} <= set(client.session.keys())
        with clock(skew):
            assert client.get("/").status_code == 302, skew
        assert client.get("/").status_code == 302, "once ended it stays so"


@pytest.mark.django_db
def test_what_ends_by_the_clock_of_the_web_server_ends_an_hour_late_and_no_more(world, clock):
    """Known and told in docs/faults.md: shares and tokens are judged by the clock of the process that is asked."""
    story = Story(world).in_assessment()
    colleague = world.user("colleague")
    grants.share(story.case, colleague, timezone.now() - timedelta(minutes=30), grants.Basis.HELP)
    token, secret = tokens.issue(colleague, "thử")
    type(token).objects.update(expires_at=timezone.now() - timedelta(minutes=30))
    from core.access.actor import Actor

    def open_to():
        return bool(grants.shared_ids(Actor.of(colleague), "worker", "casework.Case")), bool(tokens.find(secret))

    assert open_to() == (False, False)
    with clock(HOUR):
        assert open_to() == (False, False)
    with clock(-HOUR):
        assert open_to() == (True, True)
    tokens.revoke(token)
    with clock(-HOUR):
        assert tokens.find(secret) is None  # a revocation asks no clock


@pytest.fixture
def runs(monkeypatch):
    monkeypatch.setattr(schedule, "_jobs", {})
    made = []
    schedule.every(60, "test.one")(lambda: made.append("one"))
    return made


@pytest.mark.django_db
def test_a_worker_from_next_year_does_not_stop_the_periodic_jobs(runs):
    now = timezone.now()
    assert schedule.run_due(now + YEAR) == ["test.one"]
    assert schedule.run_due(now) == ["test.one"]
    assert ScheduledRun.objects.get(pk="test.one").last_at == now
    assert schedule.run_due(now + timedelta(seconds=59)) == []


@pytest.mark.django_db
def test_two_workers_an_hour_apart_do_not_chase_each_other(runs):
    now = timezone.now()
    for second in range(10):
        schedule.run_due(now + timedelta(seconds=second) + HOUR)
        schedule.run_due(now + timedelta(seconds=second))
    assert runs == ["one"]


@pytest.mark.django_db
def test_a_dead_worker_from_next_year_keeps_no_task():
    now = timezone.now()
    for name, skew in (("dead", YEAR), ("ahead", HOUR)):
        WorkerProcess.objects.create(pk=name, started_at=now + skew, at=now + skew)
        jobs.note.enqueue(word=name)
        queue.claim(name)
    assert queue.reap(now) == 1
    states = dict(DBTaskResult.objects.values_list("args_kwargs__kwargs__word", "status"))
    assert states == {"dead": "READY", "ahead": "RUNNING"}


@pytest.mark.django_db
def test_a_task_put_off_until_next_year_comes_back_and_one_meant_for_then_stays():
    now = timezone.now()
    jobs.note.enqueue(word="astray")
    row = queue.claim("w")
    queue.release(row)
    DBTaskResult.objects.update(run_after=now + YEAR)
    enqueue_at(jobs.note, now + YEAR, word="meant")
    assert queue.reap(now) == 1
    waits = dict(DBTaskResult.objects.values_list("args_kwargs__kwargs__word", "run_after"))
    assert waits == {"astray": now, "meant": now + YEAR}


@pytest.mark.django_db
def test_readiness_does_not_believe_a_beat_from_next_year(clock):
    with clock(HOUR):
        heartbeat.beat()
    assert checks.worker() == ""
    with clock(YEAR):
        heartbeat.beat()
    assert checks.worker() == "silent"


@pytest.mark.django_db
def test_the_periodic_jobs_themselves_bear_any_clock(world, clock):
    Story(world).in_assessment()
    for skew in SKEWS:
        with clock(skew):
            chores.lapse_proposals()
            chores.forget_finished()
            queue.reap()
    assert ledger.contradictions({}) == []
