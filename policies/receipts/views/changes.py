"""What changed since the reader's last receipt: only these clauses, before and after, and the receipt for them."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from policies import reading, serving
from policies.comparing import changes_only
from policies.models import Edition
from policies.reading import Standing
from policies.views.doors import not_for
from portal.org.requests import ReaderRequest


@never_cache
@require_safe
def regulation_changes(request: ReaderRequest, slug: str) -> HttpResponse:
    """Compares the edition confirmed last with the one in force (or the one that `edition` names), for its readers."""
    reader = request.reader
    person_id = reading.person_id_of(reader)
    number = request.GET.get("edition", "")
    if number.isdecimal() and len(number) < 6:
        found = reading.standings(slug, person_id, number=int(number))
        standing = found[0] if found else None
    else:
        standing = reading.in_force(reading.standings(slug, person_id), reader.day)
    if standing is None or not standing.is_for(reader):
        return not_for(request)
    new = Edition.objects.select_related("regulation").get(pk=standing.edition_id)
    old = _confirmed_before(new, standing, person_id)
    if old is None:
        return HttpResponseRedirect(reverse("regulation_edition", args=[slug, new.number]))
    changes = changes_only(list(old.clauses.order_by("order")), list(new.clauses.order_by("order")))
    context = {
        "old": old,
        "new": new,
        "changes": changes,
        "title_changed": old.title != new.title,
        "receipt": serving.receipt_state(reader, standing),
        "receipt_at": standing.receipt_at,
        "edition_url": reverse("regulation_edition", args=[slug, new.number]),
    }
    return render(request, "receipts/changes.html", context)


def _confirmed_before(new: Edition, standing: Standing, person_id: int | None) -> Edition | None:
    """The edition that this reader confirmed last before the new one."""
    if person_id is None or standing.last_number is None:
        return None
    earlier = Edition.objects.filter(
        regulation=new.regulation_id, number__lt=new.number, issued_at__isnull=False, receipts__person=person_id
    )
    return earlier.order_by("-number").first()
