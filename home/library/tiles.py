"""The library's entry in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.lib.registries import NavItem

LIBRARY_ENTRY = NavItem(title=_("Library"), url_name="library_index", icon="archive", visible=lambda reader: True)
