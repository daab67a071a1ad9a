import pytest

from tests.factories.oversight import Oversight


@pytest.fixture
def story(world):
    return Oversight(world)
