"""Every row of the reference raced by two, and rivals who want different things. On both engines, really committed."""

import pytest

from accreditation.models import Application, ApplicationPaper, Decision, Licence
from core.audit import chain
from core.audit.models import Event
from core.errors import Blocked, Stale
from core.lifecycle.engine import Outcome, perform
from tests.accreditation.applications import ways
from tests.casework.lifecycle.contest import Contest, attempt, decide, together
from tests.factories.accreditation import Recognition, another_house, people, photo, scan
from tests.factories.world import build_world
from tests.spec import reading


@pytest.fixture
def province(committed):
    """One for all the rows: emptying the database after each race would cost minutes."""
    return people(build_world())


@pytest.mark.parametrize("names", [
    ("draft", "submit", "return", "take"), ("visit", "require_fix", "fixed", "recommend"),
    ("approve", "conditional", "met", "unmet", "send_back"), ("refuse", "appeal", "uphold", "overturn"),
    ("withdraw", "lapse"),
])  # fmt: skip
def test_each_row_has_one_winner(province, subtests, names):
    for row in (row for row in reading.rows("application") if row.transition in names):
        with subtests.test(move=row.transition, source=row.source):
            decide(ways.build(province, row))
    assert chain.verify()[1] == []


def test_every_row_is_raced_in_one_of_the_groups():
    groups = test_each_row_has_one_winner.pytestmark[0].args[1]
    assert {row.transition for row in reading.rows("application")} == {name for names in groups for name in names}


def rivals(story, verbs, targets, *tries):
    return Contest([attempt(*one[:-1], **one[-1]) for one in tries], verbs, targets, row=story.application)


def home(world):
    return Recognition(world, unit=another_house(world))


def test_rivals_leave_one_decision(province, subtests):
    """Approval against refusal, withdrawal against approval, return against taking: one of them happens."""
    world = province
    note = {"note": "Ghi chú."}
    with subtests.test("approve or refuse"):
        story = home(world).decision()
        row = story.application
        won = decide(rivals(
            story, {"application.approve", "application.refuse"}, {"approved", "refused"},
            (world, row, "approve", "head", story.granting()), (world, row, "refuse", "head2", note),
        ))  # fmt: skip
        licences = Licence.objects.filter(facility=story.facility)
        assert licences.count() == (1 if won.result["action"] == "approve" else 0)
        assert Decision.objects.filter(application=row).count() == 1
    with subtests.test("approve or withdraw"):
        story = home(world).decision()
        row = story.application
        won = decide(rivals(
            story, {"application.approve", "application.withdraw"}, {"approved", "withdrawn"},
            (world, row, "approve", "head", story.granting()), (world, row, "withdraw", "private_manager", note),
        ))  # fmt: skip
        assert Licence.objects.filter(facility=story.facility).exists() == (won.result["action"] == "approve")
    with subtests.test("take or return"):
        story = home(world).submitted()
        for name in ways.OFFICERS:
            story.declare(name)
        story.check()
        row = story.application
        decide(rivals(
            story, {"application.take", "application.return"}, {"under_review", "returned"},
            (world, row, "take", "licensing", {}), (world, row, "return", "licensing2", {"more": "Thiếu."}),
        ))  # fmt: skip
    with subtests.test("uphold or overturn"):
        story = home(world).appealed()
        row = story.application
        new = {"officer": str(world.user("licensing2").pk), **note}
        decide(rivals(
            story, {"application.uphold", "application.overturn"}, {"refused", "under_review"},
            (world, row, "uphold", "head2", note), (world, row, "overturn", "head3", new),
        ))  # fmt: skip
    assert chain.verify()[1] == []


def test_two_extensions_at_once_give_one(province):
    story = home(province).under_review()
    row = story.application
    tries = [attempt(province, row, "extend", who, days=5, note="Cần xác minh.") for who in ways.HEADS]
    results = together(tries)
    assert [type(result) for result in results if not isinstance(result, Outcome)] == [Stale]
    assert story.reload().extended_days == 5
    assert Decision.objects.filter(application=row, kind="extend").count() == 1


def test_two_papers_for_one_component_leave_one_that_counts(province):
    story = home(province).draft()
    tries = [
        lambda: perform(
            ApplicationPaper, "upload", by=province.actor("private_manager"), parent=story.application,
            data={"component": "form"}, files={"file": scan()},
        )
        for _number in range(2)
    ]  # fmt: skip
    results = together(tries)
    assert all(isinstance(result, Outcome) for result in results), results
    papers = ApplicationPaper.objects.filter(application=story.application, component="form")
    assert papers.count() == 2 and papers.filter(replaced=False).count() == 1


def test_a_paper_and_the_submission_do_not_pass_each_other(province):
    """Whoever comes second sees what the first did: a paper that comes too late is refused, not slipped in."""
    story = home(province).draft().fill()
    row = story.application
    sent = attempt(province, row, "submit", "private_manager", signed_name="Lê Thị Sáu", pledged=True)
    late = {"component": "form"}
    actor = province.actor("private_manager")
    paper = lambda: perform(  # noqa: E731
        ApplicationPaper, "upload", by=actor, parent=row, data=late, files={"file": photo()}
    )
    results = together([paper, sent])
    assert isinstance(results[1], Outcome)
    verbs = list(Event.objects.filter(root_id=row.pk).order_by("seq").values_list("verb", flat=True))
    if isinstance(results[0], Blocked):
        assert verbs[-1] == "application.submit"
    else:
        assert verbs[-2:] == ["applicationpaper.upload", "application.submit"]


def test_two_applications_of_two_kinds_may_begin_at_once(province):
    story = home(province)
    data = {"groups": ["k6"], "capacity": 5}
    tries = [
        attempt(province, Application, "draft", "private_manager", parent=story.facility, kind=kind, **data)
        for kind in ("licence", "small_facility", "register")
    ]
    results = together(tries)
    assert all(isinstance(result, Outcome) for result in results), results
    assert len({result.result["number"] for result in results}) == 3


def test_the_conditions_are_met_once(province):
    story = home(province).on_conditions()
    story.do(story.manager, "evidence", answer="Đã lắp.")
    row = story.application
    note = {"note": "Đã xem."}
    decide(rivals(
        story, {"application.met", "application.unmet"}, {"approved", "refused"},
        (province, row, "met", "head", note), (province, row, "unmet", "head2", note),
    ))  # fmt: skip
    state = story.licence().state
    assert state == ("active" if story.reload().state == "approved" else "revoked")
