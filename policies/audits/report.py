"""An audit as its report shows it: lines with files, counts by result, findings; the same for page and paper."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django_scopes import scopes_disabled

from home import paper
from policies.audits import permissions
from policies.audits.enums import ISSUED, LineResult
from policies.audits.models import Audit, AuditLine, Finding
from portal.files.models import PrivateFile
from portal.lib import clock
from portal.lib.pdf import render_pdf

PRINT_CSS = Path(settings.BASE_DIR) / "portal" / "static" / "portal" / "css" / "record.css"


@dataclass(frozen=True)
class Report:
    audit: Audit
    lines: list[AuditLine]
    findings: list[Finding]
    counts: list[tuple[LineResult, int]]
    unanswered: int
    files_of_line: dict[int, list[PrivateFile]]
    files_of_finding: dict[int, list[PrivateFile]]

    @property
    def answered(self) -> int:
        return len(self.lines) - self.unanswered


def report_of(audit: Audit) -> Report:
    """Five queries, however long the checklist."""
    with scopes_disabled():
        lines = list(AuditLine.objects.filter(audit=audit).select_related("finding").order_by("order", "pk"))
        findings = list(
            Finding.objects.filter(audit=audit, state__in=ISSUED).for_screens().order_by("position")  # type: ignore[attr-defined]
        )
    results = Counter(line.result for line in lines)
    return Report(
        audit=audit,
        lines=lines,
        findings=findings,
        counts=[(result, results[result]) for result in LineResult],
        unanswered=results[""],
        files_of_line=_files("audits.auditline", [line.pk for line in lines]),
        files_of_finding=_files("audits.finding", [finding.pk for finding in findings]),
    )


def _files(owner_type: str, keys: list[int]) -> dict[int, list[PrivateFile]]:
    found: dict[int, list[PrivateFile]] = {}
    names = [str(key) for key in keys]
    for file in PrivateFile.objects.filter(owner_type=owner_type, owner_id__in=names).order_by("position", "kept_at"):
        found.setdefault(int(file.owner_id), []).append(file)
    return found


def heads_of(audit: Audit) -> list[Any]:
    """The managers of the audited unit, who sign the report."""
    return list(permissions.managers_of(audit.unit))


def report_html(audit: Audit) -> str:
    """The complete page for the renderer, in Traditional Chinese."""
    with translation.override("zh-hant"):
        return render_to_string(
            "print/audit_report.html",
            {
                "audit": audit,
                "report": report_of(audit),
                "heads": heads_of(audit),
                "today": clock.today(),
                "organisation_name": settings.ORGANISATION_NAME,
                "document_lang": "zh-Hant",
            },
        )


def report_pdf(audit: Audit) -> bytes:
    return render_pdf(report_html(audit), assets=paper.assets(record=PRINT_CSS))
