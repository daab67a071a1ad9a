"""The register of facilities: what they have, who works there, what each may do on a day, and how they are inspected.

Owns `Facility` with its premises, beds, staff, prices and papers, its dated `Authority`, `Occupancy`, `Inspection`,
`Incident` and `OutsideBody`. May import `core` only; others learn of it through `facilities.selectors` and
string-labelled foreign keys.
"""
