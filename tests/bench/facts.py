"""Run inside the portal's settings: writes the text of the safety regulation for the peer, prints the key of an area in
which the employee observes, and the regulation's address."""

from __future__ import annotations

from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.urls import reverse  # noqa: E402
from django_scopes import scopes_disabled  # noqa: E402

from forms.cards.models import Area  # noqa: E402
from policies.models import EditionBody  # noqa: E402

body = EditionBody.objects.filter(edition__state="issued", script="hant", title__contains="安全觀察").select_related(
    "edition__regulation"
)[0]
(Path(settings.DATA_DIR) / "bench-text.html").write_text(body.html, encoding="utf-8")
with scopes_disabled():
    print(Area.objects.open().filter(unit__code="CREW1").order_by("pk").values_list("pk", flat=True)[0])
print(reverse("regulation_detail", args=[body.edition.regulation.slug]))
