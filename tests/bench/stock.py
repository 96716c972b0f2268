"""The peer: a project made by `wagtail start`, with a text behind a login, a FormPage, and one that takes a photo."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.bench.servers import Site

MODELS = '''
from django.db import models
from django.forms import ImageField
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.forms.forms import FormBuilder
from wagtail.contrib.forms.models import AbstractForm, AbstractFormField
from wagtail.fields import RichTextField
from wagtail.images import get_image_model
from wagtail.models import Page


class HomePage(Page):
    pass


class PolicyPage(Page):
    body = RichTextField()
    content_panels = Page.content_panels + [FieldPanel("body")]


class FormField(AbstractFormField):
    page = ParentalKey("FormPage", on_delete=models.CASCADE, related_name="form_fields")


class FormPage(AbstractForm):
    pass


class PhotoField(AbstractFormField):
    page = ParentalKey("PhotoPage", on_delete=models.CASCADE, related_name="form_fields")


class PhotoFormBuilder(FormBuilder):
    def create_url_field(self, field, options):
        return ImageField(**options)


class PhotoPage(AbstractForm):
    """Keeps the uploaded picture as a Wagtail image and its id as the answer."""

    form_builder = PhotoFormBuilder

    def process_form_submission(self, form):
        photo = form.cleaned_data["photo"]
        image = get_image_model().objects.create(title=photo.name, file=photo)
        form.cleaned_data["photo"] = image.pk
        return super().process_form_submission(form)
'''

SETTINGS = """
from .base import *

DEBUG = False
SECRET_KEY = "a key for the benchmark only, long enough for signing cookies and tokens"
ALLOWED_HOSTS = ["127.0.0.1"]
DATABASES = {{"default": {database!r}}}
DATABASES["default"]["NAME"] = str(BASE_DIR / "stock.sqlite3")
STORAGES["staticfiles"] = {{"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WAGTAIL_FRONTEND_LOGIN_TEMPLATE = "base.html"
LOGGING = {{"version": 1, "root": {{"level": "WARNING"}}}}
"""

FILL = """
import sys
import django; django.setup()
from django.contrib.auth import get_user_model
from wagtail.models import Page, PageViewRestriction, Site
from home.models import FormField, FormPage, HomePage, PhotoField, PhotoPage, PolicyPage

get_user_model().objects.create_user("reader", password="a long enough password")
Page.objects.filter(depth=2).delete()
root = Page.objects.get(depth=1)
home = root.add_child(instance=HomePage(title="Home", slug="home"))
Site.objects.all().delete()
Site.objects.create(hostname="127.0.0.1", root_page=home, is_default_site=True)
policy = home.add_child(instance=PolicyPage(title="Policy", slug="policy", body=open(sys.argv[1]).read()))
PageViewRestriction.objects.create(page=policy, restriction_type="login")
fields = [("kind", "singleline"), ("subject", "singleline"), ("text", "multiline"), ("house", "singleline"),
          ("contact_name", "singleline"), ("contact_phone", "singleline")]
form = home.add_child(instance=FormPage(title="Form", slug="form"))
photo = home.add_child(instance=PhotoPage(title="Photo", slug="photo"))
for number, (name, kind) in enumerate(fields):
    for page, model in ((form, FormField), (photo, PhotoField)):
        model.objects.create(page=page, sort_order=number, label=name, clean_name=name, field_type=kind, required=False)
PhotoField.objects.create(page=photo, sort_order=9, label="photo", clean_name="photo", field_type="url", required=True)
"""

FORM_TEMPLATE = """{% extends "base.html" %}{% block content %}<h1>{{ page.title }}</h1>
<form method="post" enctype="multipart/form-data" action="{{ page.url }}">
{% csrf_token %}{{ form.as_div }}<button>Send</button></form>
{% endblock %}"""
LANDING_TEMPLATE = '{% extends "base.html" %}{% block content %}<p>Thank you</p>{% endblock %}'
POLICY_TEMPLATE = (
    '{% extends "base.html" %}{% load wagtailcore_tags %}{% block content %}<h1>{{ page.title }}</h1>'
    "{{ page.body|richtext }}{% endblock %}"
)


def stock(folder: Path, text: str, database: dict[str, object]) -> Site:
    """The project with its pages; `text` is the HTML of the portal's regulation, `database` its settings."""
    place = folder / "peer"
    place.mkdir(parents=True)
    start = "from wagtail.bin.wagtail import main; main()"
    subprocess.run(
        [sys.executable, "-c", start, "start", "plainsite", str(place)], check=True, capture_output=True, cwd=folder
    )
    (place / "home" / "models.py").write_text(MODELS, encoding="utf-8")
    for migration in (place / "home" / "migrations").glob("0*.py"):
        migration.unlink()
    kept = {key: value for key, value in database.items() if key in {"ENGINE", "OPTIONS", "CONN_MAX_AGE"}}
    (place / "plainsite" / "settings" / "bench.py").write_text(SETTINGS.format(database=kept), encoding="utf-8")
    templates = place / "home" / "templates" / "home"
    for name, content in {
        "policy_page": POLICY_TEMPLATE,
        "form_page": FORM_TEMPLATE,
        "photo_page": FORM_TEMPLATE,
        "form_page_landing": LANDING_TEMPLATE,
        "photo_page_landing": LANDING_TEMPLATE,
    }.items():
        (templates / f"{name}.html").write_text(content, encoding="utf-8")
    (place / "text.html").write_text(text, encoding="utf-8")
    environment = {"DJANGO_SETTINGS_MODULE": "plainsite.settings.bench"}
    site = Site("stock Wagtail", "plainsite.wsgi:application", place, environment)
    site.run("manage.py", "makemigrations", "home", "-v0")
    site.run("manage.py", "migrate", "-v0")
    site.run("-c", FILL, "text.html")
    return site
