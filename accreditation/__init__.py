"""Recognition of non-public facilities: applications, appraisal, decisions, licences, and what the public may look up.

Owns `Procedure`, `Application` and `Licence`. May import `facilities`, `casework` and `core`; what a facility may do
follows its licence through `facilities`' own action on `Authority`.
"""
