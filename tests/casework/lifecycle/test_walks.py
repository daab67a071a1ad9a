"""Random walks: whatever anybody does in whatever order, each step is one of the reference and the invariants hold."""

import pytest

from core.audit import chain
from tests.factories.referrals import authorise

from .walker import Walker

pytestmark = pytest.mark.django_db
STEPS = 60


@pytest.mark.parametrize("seed", range(8))
def test_a_walk_keeps_to_the_reference(world, seed):
    authorise(world)
    walker = Walker(world, seed)
    for _number in range(STEPS):
        walker.step()
    assert chain.verify()[1] == []
    # A walker that is refused everything would prove nothing.
    assert sum(walker.reached.values()) >= 8, walker.reached
