"""The tables of policies: regulations and their editions, obligations, the Service Guide."""

from policies.models.clauses import Clause, EditionClause
from policies.models.editions import AudienceRule, Edition, EditionBody, Receipt
from policies.models.guide import ServiceGuidePage, ServiceItem, ServiceSection
from policies.models.guide_editions import EditionService, GuideBooklet, GuideEdition
from policies.models.imports import ImportPreview
from policies.models.obligations import Obligation
from policies.models.regulations import RegulationIndexPage, RegulationPage

__all__ = [
    "AudienceRule",
    "Clause",
    "Edition",
    "EditionBody",
    "EditionClause",
    "EditionService",
    "GuideBooklet",
    "GuideEdition",
    "ImportPreview",
    "Obligation",
    "Receipt",
    "RegulationIndexPage",
    "RegulationPage",
    "ServiceGuidePage",
    "ServiceItem",
    "ServiceSection",
]
