"""The PDF of an edition, for its readers."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from policies import paper, reading
from policies.enums import Script
from policies.models import Edition
from policies.views.doors import not_for
from portal.lib.chinese import to_script
from portal.org.requests import ReaderRequest


@require_safe
def regulation_pdf(request: ReaderRequest, slug: str, number: int) -> HttpResponse:
    """Any edition that was ever published, in the reader's script or the one asked for (?script=hant or hans)."""
    edition = (
        Edition.objects.published()
        .filter(regulation__slug=slug, number=number)
        .for_tokens(request.reader.tokens)
        .select_related(
            "regulation", "owner_unit", "interpreting_unit", "drafted_by", "reviewed_by", "approved_by", "issued_by"
        )
        .first()
    )
    if edition is None:
        return not_for(request)
    asked = request.GET.get("script", "")
    script = asked if asked in Script.values else reading.script_for(get_language() or "")
    response = HttpResponse(paper.pdf_of(edition, script), content_type="application/pdf")
    name = to_script(f"{edition.regulation.number} {edition.title} {edition.number}".strip(), script)
    response.headers["Content-Disposition"] = disposition(name)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def disposition(name: str) -> str:
    """Shown in the browser, kept under the document's own name."""
    from django.utils.http import content_disposition_header

    return content_disposition_header(False, f"{name}.pdf") or "inline"
