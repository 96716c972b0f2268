"""The regulation desk and the Service Guide in Wagtail's admin."""
