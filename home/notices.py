"""Where notices show outside their own pages: in the navigation and on the home page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.lib.registries import NavItem

HOME = NavItem(title=_("Home"), url_name="/", icon="house", visible=lambda reader: True)
NOTICES = NavItem(title=_("Notices"), url_name="/notices/", icon="megaphone", visible=lambda reader: True)
