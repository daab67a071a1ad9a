"""The tables of recognition."""

from accreditation.models.application import Application, ApplicationPaper, Defect, InterestDeclaration
from accreditation.models.appraisal import ConditionAnswer, SiteVisit, SiteVisitMember
from accreditation.models.decision import Decision
from accreditation.models.licence import Licence, LicenceGroup, Registration
from accreditation.models.procedure import Procedure, ProcedureComponent

__all__ = [
    "Application", "ApplicationPaper", "ConditionAnswer", "Decision", "Defect", "InterestDeclaration", "Licence",
    "LicenceGroup", "Procedure", "ProcedureComponent", "Registration", "SiteVisit", "SiteVisitMember",
]  # fmt: skip
