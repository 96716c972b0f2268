"""The tables of policies: regulations and their editions, obligations, the Service Guide."""

from policies.models.appendices import AppendixFile
from policies.models.clauses import Clause, EditionClause
from policies.models.editions import (
    EVER_PUBLISHED,
    AudienceRule,
    Edition,
    EditionBody,
    Receipt,
    receipts_counting_for,
    receipts_that_count,
)
from policies.models.guide import ServiceGuidePage, ServiceItem, ServiceSection
from policies.models.guide_editions import EditionService, GuideBooklet, GuideEdition
from policies.models.imports import ImportPreview
from policies.models.obligations import CurrentCount, Obligation, PeriodResult
from policies.models.regulations import RegulationIndexPage, RegulationPage
from policies.models.reviews import EditionReview

__all__ = [
    "EVER_PUBLISHED",
    "AppendixFile",
    "AudienceRule",
    "Clause",
    "CurrentCount",
    "Edition",
    "EditionBody",
    "EditionClause",
    "EditionReview",
    "EditionService",
    "GuideBooklet",
    "GuideEdition",
    "ImportPreview",
    "Obligation",
    "PeriodResult",
    "Receipt",
    "RegulationIndexPage",
    "RegulationPage",
    "ServiceGuidePage",
    "ServiceItem",
    "ServiceSection",
    "receipts_counting_for",
    "receipts_that_count",
]
