"""The register of facilities, what each may do on a day, and the outside bodies that a referral can go to.

Owns `Facility`, its dated `Authority` and `OutsideBody`. May import `core` only; others learn of it through
`facilities.selectors` and string-labelled foreign keys.
"""
