"""The facilities of the demo and their recognition: houses of every kind with rooms, beds, staff, papers and prices;
applications and licences in every state; inspections and incidents. Played among the histories of `casework.demo`, by
the people whose duty it is, through `perform()`.
"""

from accreditation.demo import cast, houses

__all__ = ["cast", "houses"]
