"""Every deed has words; what officers do among themselves is not told to the applicant."""

from pathlib import Path

import pytest
from django.conf import settings

from accreditation.enums import ApplicationState, LicenceState
from accreditation.selectors.words import WORDS
from accreditation.web.shown import FOR_APPLICANT, FOR_OFFICE, LICENCE_ICONS, steps
from core.lifecycle.actions import actions_of, lifecycle_models
from tests.factories.accreditation import Recognition

TOLD_OF = {"application", "applicationpaper", "licence", "decision", "registration", "sitevisit"}


def verbs():
    models = [model for model in lifecycle_models() if model._meta.model_name in TOLD_OF]
    return {f"{model._meta.model_name}.{name}" for model in models for name in actions_of(model)}


def test_every_declared_action_has_words_and_no_word_is_left_over():
    assert verbs() == set(WORDS)


def test_every_icon_is_in_the_sprite():
    sprite = (Path(settings.BASE_DIR) / "core/web/templates/core/icons.svg").read_text()
    for icon in {words.icon for words in WORDS.values()} | set(LICENCE_ICONS.values()):
        assert f'id="i-{icon}"' in sprite, icon


def test_each_state_is_said_to_both_sides_and_licences_have_a_shape():
    assert set(FOR_APPLICANT) == set(ApplicationState)
    assert set(FOR_OFFICE) == set(ApplicationState) - {ApplicationState.DRAFT}  # which it never sees
    assert set(LICENCE_ICONS) == set(LicenceState)
    assert len(set(LICENCE_ICONS.values())) == len(LicenceState)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "state, place, shape",
    [
        ("draft", 0, "now"), ("submitted", 1, "now"), ("returned", 1, "hold"), ("under_review", 2, "now"),
        ("site_visit", 3, "now"), ("correction", 2, "hold"), ("decision", 4, "now"), ("approved", 5, "done"),
        ("conditional", 5, "hold"), ("refused", 5, "now"), ("appeal", 5, "now"), ("withdrawn", 5, "now"),
    ],
)  # fmt: skip
def test_the_line_of_steps_says_where_the_file_is(world, state, place, shape):
    row = Recognition(world).reach(state).reload()
    line = steps(row, state == "site_visit")
    assert [one["state"] for one in line[:place]] == ["done"] * place
    assert line[place]["state"] == shape
    assert {one["state"] for one in line[place + 1 :]} <= {"todo"}
