"""The tables of recognition."""

from accreditation.models.application import Application, ApplicationPaper, Defect, InterestDeclaration
from accreditation.models.appraisal import ConditionAnswer, SiteVisit, SiteVisitMember
from accreditation.models.decision import Decision
from accreditation.models.licence import Licence, LicenceGroup, Registration
from accreditation.models.listing import RegisterList, RegisterRow
from accreditation.models.procedure import Procedure, ProcedureComponent

__all__ = [
    "Application", "ApplicationPaper", "ConditionAnswer", "Decision", "Defect", "InterestDeclaration", "Licence",
    "LicenceGroup", "Procedure", "ProcedureComponent", "RegisterList", "RegisterRow", "Registration",
    "SiteVisit", "SiteVisitMember",
]  # fmt: skip
