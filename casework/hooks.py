"""What case work tells the ground below it about its records."""

from casework.access import CASE, FM, IN, SV, SW
from core.access.engine import extend
from core.access.scopes import assigned, own_unit, unit_tree, where
from core.documents.access import papers_of

# Papers tell the story of the case: read by whoever reads the narrative, added by whoever works on the case now.
papers_of(CASE, "read:narrative")
extend(
    CASE,
    {
        "document.upload": {
            IN: [where(own_unit("registered_unit"), state="intake")],
            SW: [assigned("worker")],
            SV: [unit_tree("owner_unit")],
            FM: [own_unit("owner_unit")],
        }
    },
)
