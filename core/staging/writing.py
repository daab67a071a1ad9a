"""Writing a confirmed list chunk by chunk; each chunk is one transaction and marks its lines, so that a second run goes
on where the first was broken off."""

from collections.abc import Sequence
from typing import Any, ClassVar

from core.access.actor import Actor
from core.audit import chain
from core.staging.models import BatchState, StagedList
from core.staging.reading import Progress


class ListWriter:
    """What a line becomes is said by `write()` of the inheriting class."""

    CHUNK: ClassVar[int] = 500

    def __init__(self, batch: StagedList):
        assert batch.confirmed_by is not None
        self.batch: Any = batch
        self.by = Actor.of(batch.confirmed_by)

    def write(self, rows: Sequence[Any]) -> None:
        """Make of these lines what they are to become, and save on each what came of it."""
        raise NotImplementedError

    def all(self, progress: Progress = lambda percent: None) -> int:
        """Write what is left; returns how many lines this run wrote."""
        written = 0
        while count := self.next_chunk():
            written += count
            progress(min(99, self.batch.rows_written * 100 // max(1, self.batch.rows_seen)))
        progress(100)
        return written

    def next_chunk(self) -> int:
        """Write the next lines; how many there were, 0 when all is done."""
        with chain.unit_of_work():
            # Not the file itself, which may be large; somebody else may have written a part meanwhile.
            held = self.batch.stored().select_for_update(of=("self",)).only("rows_written").get()
            self.batch.rows_written = held.rows_written
            rows = list(self.batch.rows.filter(result="").order_by("number")[: self.CHUNK])
            if rows:
                self.write(rows)
            self._tell(len(rows))
        return len(rows)

    def _tell(self, count: int) -> None:
        self.batch.rows_written += count
        done: dict[str, Any] = {"rows_written": self.batch.rows_written}
        if count == 0:
            done.update(state=BatchState.DONE, percent=100, content=None)
        else:
            done["percent"] = min(99, self.batch.rows_written * 100 // max(1, self.batch.rows_seen))
        self.batch.stored().update(**done)
