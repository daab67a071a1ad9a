"""The lifecycle of nothing."""

from tests.core.lifecycle.doors import door, recorded

__all__ = ["door", "recorded"]
