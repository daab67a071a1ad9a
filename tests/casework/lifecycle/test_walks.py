"""Random walks: whatever anybody does in whatever order, each step is one of the reference and the invariants hold."""

import pytest

from core.audit import chain
from tests.factories.referrals import authorise

from .walker import NAMES, Walker

pytestmark = pytest.mark.django_db
STEPS = 45


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("focus", sorted(NAMES))
def test_a_walk_keeps_to_the_reference(world, focus, seed):
    authorise(world)
    walker = Walker(world, seed, focus)
    for _number in range(STEPS):
        walker.step()
    assert chain.verify()[1] == []
    # A walker that is refused everything, or never comes to the records it is about, would prove nothing.
    assert sum(walker.reached.values()) >= 8, walker.reached
    assert any(machine == focus for machine, _name in walker.reached), walker.reached
