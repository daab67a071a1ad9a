"""Words for every deed, and the pure choice of the next step."""

from types import SimpleNamespace

import pytest

from casework.selectors.words import WORDS
from casework.web.next_step import TITLES, next_step
from core.errors import Reason
from core.lifecycle.actions import actions_of, lifecycle_models

OURS = {"casework", "referrals", "core"}


def verbs():
    return {
        f"{model._meta.model_name}.{name}"
        for model in lifecycle_models()
        if model._meta.app_label in OURS
        for name in actions_of(model)
    }


def test_every_declared_action_has_words_and_no_word_is_left_over():
    assert verbs() - set(WORDS) == set()
    # Named by a right of the clock, not by an action of its own; papers stand on the timeline and belong to core.
    assert set(WORDS) - verbs() <= {"planaction.follow_referral", "document.upload", "document.withdraw"}


def test_every_icon_of_the_timeline_is_in_the_sprite():
    from pathlib import Path

    from casework.selectors.timeline import ENTRY_ICON

    sprite = (Path(__file__).parents[3] / "core/web/templates/core/icons.svg").read_text()
    for icon in {words.icon for words in WORDS.values()} | set(ENTRY_ICON.values()):
        assert f'id="i-{icon}"' in sprite, icon


def one(status, *codes):
    return SimpleNamespace(status=status, reasons=tuple(Reason(code, code) for code in codes))


def case(state, **columns):
    values = {"handover_to_id": None, "paused_at": None, "track": "standard", "episode": 1, **columns}
    return SimpleNamespace(state=state, **values)


def plan(state, kind="service"):
    return SimpleNamespace(state=state, kind=kind)


def assessment(state, episode=1):
    return SimpleNamespace(state=state, episode=episode)


CASES = [
    ("screening", case("intake"), {"case.screen_in": one("ready")}, None, None, "case.screen_in", "ready"),
    (
        "screening by others",
        case("intake"),
        {"case.screen_in": one("not_you")},
        None,
        None,
        "case.screen_in",
        "waiting",
    ),
    (
        "asked for more",
        case("intake", paused_at="x"),
        {"case.complete_intake": one("ready"), "case.screen_in": one("not_you")},
        None,
        None,
        "case.complete_intake",
        "ready",
    ),
    (
        "handover first",
        case("planning", handover_to_id="x"),
        {"case.accept_handover": one("ready"), "serviceplan.draft": one("not_you")},
        None,
        None,
        "case.accept_handover",
        "ready",
    ),
    ("no assessment", case("assessment"), {"assessment.draft": one("ready")}, None, None, "assessment.draft", "ready"),
    (
        "an assessment of the episode before",
        case("assessment", episode=2),
        {"assessment.draft": one("ready")},
        None,
        assessment("locked"),
        "assessment.draft",
        "ready",
    ),
    (
        "unfinished assessment",
        case("assessment"),
        {"assessment.lock": one("missing", "no_risk")},
        None,
        assessment("draft"),
        "assessment.lock",
        "missing",
    ),
    (
        "high risk",
        case("assessment"),
        {"case.assess_done": one("missing", "needs_supervisor")},
        None,
        assessment("locked"),
        "case.assess_done",
        "missing",
    ),
    ("no plan", case("planning"), {"serviceplan.draft": one("ready")}, None, None, "serviceplan.draft", "ready"),
    (
        "returned plan",
        case("planning"),
        {"serviceplan.submit": one("missing", "no_measure")},
        plan("returned"),
        None,
        "serviceplan.submit",
        "missing",
    ),
    (
        "plan with the supervisor",
        case("planning"),
        {"serviceplan.approve": one("not_you")},
        plan("submitted"),
        None,
        "serviceplan.approve",
        "waiting",
    ),
    (
        "approved plan",
        case("planning"),
        {"serviceplan.agree": one("ready")},
        plan("approved"),
        None,
        "serviceplan.agree",
        "ready",
    ),
    ("on hold", case("on_hold"), {"case.resume": one("ready")}, None, None, "case.resume", "ready"),
    (
        "emergency without a safety plan",
        case("active", track="emergency"),
        {"serviceplan.safety_plan": one("ready"), "case.review_emergency": one("not_you"), "case.review": one("ready")},
        None,
        None,
        "serviceplan.safety_plan",
        "ready",
    ),
    (
        "emergency with a safety plan",
        case("active", track="emergency"),
        {
            "serviceplan.safety_plan": one("missing", "safety_plan_exists"),
            "case.review_emergency": one("not_you"),
            "assessment.draft": one("ready"),
        },
        plan("active", "safety"),
        None,
        "assessment.draft",
        "ready",
    ),
    (
        "emergency, supervisor",
        case("active", track="emergency"),
        {"serviceplan.safety_plan": one("not_you"), "case.review_emergency": one("ready")},
        None,
        None,
        "case.review_emergency",
        "ready",
    ),
    (
        "running",
        case("active"),
        {"case.review": one("ready"), "serviceplan.draft": one("ready")},
        plan("active"),
        assessment("locked"),
        "case.review",
        "ready",
    ),
    (
        "a new version in preparation",
        case("active"),
        {"case.review": one("ready"), "serviceplan.submit": one("ready")},
        plan("draft"),
        assessment("locked"),
        "serviceplan.submit",
        "ready",
    ),
    ("closing", case("closure_review"), {"case.close": one("not_you")}, None, None, "case.close", "waiting"),
    (
        "closed, all visits done",
        case("closed"),
        {"case.follow_up": one("missing", "no_follow_up")},
        None,
        None,
        "",
        "done",
    ),
    ("entered by mistake", case("void"), {}, None, None, "", "done"),
]


@pytest.mark.parametrize(
    ("name", "row", "possible", "the_plan", "found", "key", "status"), CASES, ids=[c[0] for c in CASES]
)
def test_the_next_step(name, row, possible, the_plan, found, key, status):
    step = next_step(row, possible, the_plan, found)
    assert (step.key, step.status) == (key, status)
    assert step.title


def test_a_returned_plan_is_named_as_such():
    step = next_step(case("planning"), {"serviceplan.submit": one("missing", "no_due")}, plan("returned"), None)
    assert step.title == "Bổ sung kế hoạch rồi trình lại"
    step = next_step(case("planning"), {"serviceplan.submit": one("ready")}, plan("returned"), None)
    assert step.title == "Trình lại kế hoạch"


def test_every_step_names_a_declared_action():
    assert set(TITLES) <= verbs()
