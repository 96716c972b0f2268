"""The audit or finding of an address, or 404 as if it did not exist."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from policies.audits import permissions
from policies.audits.models import Audit, Finding
from portal.org.requests import ReaderRequest


def audit_of(request: ReaderRequest, pk: int) -> Audit:
    return get_object_or_404(permissions.visible_audits(request.reader).for_screens(), pk=pk)


def finding_of(request: ReaderRequest, pk: int | str) -> Finding:
    return get_object_or_404(permissions.visible_findings(request.reader).for_screens(), pk=pk)
