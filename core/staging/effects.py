"""What the actions of a list do; each app declares them on its own list with its own words."""

import hashlib
from collections.abc import Iterable

from django.utils.translation import gettext as _

from core.errors import Reason
from core.imports.keeping import seal_file
from core.lifecycle.actions import Act
from core.staging.models import BatchState, StagedList

LIKELY, ERROR = "likely", "error"


def take_file(batch: StagedList, act: Act, keep: bool = True) -> None:
    """Only staged: nothing enters the registers by it. `keep` False: whoever uploads reads the file at once."""
    assert act.by.user is not None and act.by.home is not None
    file, digest = act.data["file"], hashlib.sha256()
    for piece in file.chunks():
        digest.update(piece)
    batch.unit_id, batch.made_by, batch.sha256 = act.by.home.unit_id, act.by.user, digest.hexdigest()
    if keep:
        file.seek(0)
        batch.content = seal_file(file.read(), batch.pk)
    act.facts["sha256"] = batch.sha256


def file_kept(batch: StagedList, act: Act) -> Iterable[Reason]:
    if not batch.stored().filter(content__isnull=False).exists():
        yield Reason("file_gone", _("Tệp không còn được giữ. Hãy đọc lại tệp."), batch.FOLDER)


def something_to_write(batch: StagedList, act: Act) -> Iterable[Reason]:
    if not batch.rows.exclude(verdict=ERROR).exists():
        yield Reason("nothing_to_write", _("Không có dòng nào nhập được."))


def choose_columns(batch: StagedList, act: Act) -> None:
    """The file is read once more; what was decided about lines falls away with them."""
    batch.mapping = {name.removeprefix("col_"): target for name, target in act.data.items() if name.startswith("col_")}
    batch.state, batch.percent = BatchState.READING, 0
    act.facts["columns"] = batch.mapping


def decide_row(batch: StagedList, act: Act) -> None:
    """Something else of a like name: the line is written although it looks like a record that is there."""
    row = batch.rows.filter(pk=act.data["row"], verdict=LIKELY).first()
    if row is not None:
        row.accepted = act.data["accepted"]
        row.save(update_fields=["accepted"])
        act.facts.update(row=row.number, accepted=row.accepted)


def begin_writing(batch: StagedList, act: Act) -> None:
    """From now on the worker writes; each line is written once, whatever happens to the worker."""
    batch.state, batch.percent = BatchState.WRITING, 0
    batch.confirmed_by, batch.confirmed_at = act.by.user, act.at
