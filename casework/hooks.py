"""What case work tells the ground below it about its records."""

from casework.access import CASE, FM, IN, SV, SW
from core.access.engine import extend
from core.access.scopes import assigned, own_unit, unit_tree, where
from core.documents.access import papers_of

# Papers tell the story of the case: read by whoever reads the narrative, added by whoever works on the case now.
# Whoever opened an emergency at the desk holds what came with the person (police minutes, identity papers): until the
# supervisor has reviewed it she adds them, and sees what she has added, nothing else.
papers_of(CASE, "read:narrative")
extend(
    CASE,
    {
        "document.upload": {
            IN: [
                where(own_unit("registered_unit"), state="intake"),
                where(
                    assigned("emergency_opened_by"),
                    state="active",
                    track="emergency",
                    emergency_reviewed_at__isnull=True,
                ),
            ],
            SW: [assigned("worker")],
            SV: [unit_tree("owner_unit")],
            FM: [own_unit("owner_unit")],
        },
        # A paper in the wrong file; who added it may take it back itself (core.documents.access).
        "document.withdraw": {SV: [unit_tree("owner_unit")]},
    },
)
