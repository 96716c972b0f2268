"""The tables of policies: regulations and their editions, obligations, the Service Guide."""

from policies.models.clauses import Clause, EditionClause
from policies.models.editions import AudienceRule, Edition, EditionBody, Receipt
from policies.models.guide import ServiceGuidePage, ServiceItem, ServiceSection
from policies.models.imports import ImportPreview
from policies.models.obligations import CurrentCount, Obligation, PeriodResult
from policies.models.regulations import RegulationIndexPage, RegulationPage

__all__ = [
    "AudienceRule",
    "Clause",
    "CurrentCount",
    "Edition",
    "EditionBody",
    "EditionClause",
    "ImportPreview",
    "Obligation",
    "PeriodResult",
    "Receipt",
    "RegulationIndexPage",
    "RegulationPage",
    "ServiceGuidePage",
    "ServiceItem",
    "ServiceSection",
]
