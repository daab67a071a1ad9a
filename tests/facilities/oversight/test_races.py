"""Each row of the two references raced by two, on both engines, really committed: one wins, the other is told."""

import pytest

from core.audit import chain
from core.errors import Stale
from core.lifecycle.engine import Outcome
from facilities.models import Finding, Inspection
from tests.casework.lifecycle.contest import Mark, attempt, decide, together
from tests.factories.oversight import Oversight
from tests.factories.world import build_world
from tests.spec import reading
from tests.spec.reading import Row

from . import ways


@pytest.fixture
def story(committed):
    return Oversight(build_world())


@pytest.mark.parametrize("machine", ways.MODELS)
def test_each_row_has_one_winner(story, subtests, machine):
    for row in reading.rows(machine):
        with subtests.test(machine=machine, move=row.transition, source=row.source, target=row.target):
            decide(ways.build(story, machine, row))
    assert chain.verify()[1] == []


def test_a_row_that_nobody_says_how_to_race_fails(story):
    with pytest.raises(LookupError):
        ways.build(story, "inspection", Row("burn", "closed", "new", frozenset({"system"}), "-", "-", "3", None))


def test_the_facility_and_the_clock_do_not_both_end_the_reply(story):
    row = story.overdue_reply()
    reply = attempt(story.world, row, "reply", "manager", **story.reply_data(row))
    results = together([reply, attempt(story.world, row, "no_reply", "system")])
    assert len([one for one in results if isinstance(one, Outcome)]) == 1
    row.refresh_from_db()
    assert row.state == "remedy"


def test_two_who_answer_at_once_do_not_overwrite_each_other(story):
    """The second is told, reads again and sends only what is its own."""
    row = story.underway()
    first = attempt(story.world, row, "answer", "licensing", item_legal_licence="met")
    second = attempt(story.world, row, "answer", "licensing2", item_legal_files="unmet")
    results = together([first, second])
    assert sorted(type(one).__name__ for one in results) == ["Outcome", "Stale"]
    loser = 0 if isinstance(results[0], Stale) else 1
    again = ({"item_legal_licence": "met"}, {"item_legal_files": "unmet"})[loser]
    story.do(("licensing", "licensing2")[loser], "answer", row, **again)
    given = dict(row.answers.exclude(verdict="").values_list("code", "verdict"))
    assert given == {"legal.licence": "met", "legal.files": "unmet"}


def test_two_who_find_at_once_both_find(story):
    row = story.answered(findings=False)
    mark = Mark.now()
    data = story.finding_data(code="")
    results = together([attempt(story.world, Finding, "add", "licensing", parent=row, **data) for _number in range(3)])
    assert len({one.result["id"] for one in results}) == len(mark.events()) == 3


def test_a_finding_and_the_conclusion_agree(story):
    """Whoever comes first: an inspection that has a finding never ends without the facility's say."""
    row = story.answered(findings=False)
    found = attempt(story.world, Finding, "add", "licensing", parent=row, **story.finding_data(code=""))
    ended = attempt(story.world, row, "conclude", "licensing2", summary="Đạt.")
    together([found, ended])
    row.refresh_from_db()
    assert row.state == ("reply" if Finding.objects.filter(inspection=row).exists() else "closed")
    assert Inspection.objects.get(pk=row.pk).version == row.version
