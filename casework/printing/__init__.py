"""From the file of a case to the contracts of `core.documents.printing`.

What the reader may not read (`fields_readable`) stays a blank on the paper. Never printed, whoever asks: who reported,
where the person was found, a contact marked unsafe, addresses of contacts, and the work log.
"""

from casework.printing.closure_decision import closure_decision
from casework.printing.intake_sheet import intake_sheet
from casework.printing.service_plan import service_plan

__all__ = ["closure_decision", "intake_sheet", "service_plan"]
