import pytest

from tests.factories.licences import Licences


@pytest.fixture
def desk(world):
    """The private home with everybody who acts on its licence."""
    return Licences(world)
