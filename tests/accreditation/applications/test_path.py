"""From the first draft to the licence, as it is meant to go."""

import pytest

from tests.factories.accreditation import STATES, Recognition

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_reached_by_the_people_whose_duty_it_is(world, state):
    assert Recognition(world).reach(state).application.state == state
