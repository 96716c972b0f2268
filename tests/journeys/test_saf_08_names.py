"""SAF-08, clause 4.5.3: a name in the file name of a photo. The writer sees which and why, loses nothing, and of the
refused card there is no byte on the server. (A name in a text: test_card_journey.)"""

from __future__ import annotations

import io
from pathlib import Path

from django.conf import settings
from django.db import connection
from PIL import Image
from playwright.sync_api import expect

from forms.cards.models import Card
from forms.intake.models import Submission
from tests.journeys.test_saf_08_offline import send, write

NAME = "葉子軒"  # the driller of the demo crew
TELLTALE = "獨一無二的建議"


def photo(name: str) -> dict[str, object]:
    out = io.BytesIO()
    Image.new("RGB", (320, 240), (70, 110, 90)).save(out, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": out.getvalue()}


def files_holding(text: str) -> list[Path]:
    """Files of the database, its log and the data folder that hold the text."""
    database = Path(connection.settings_dict["NAME"])
    files = {*database.parent.glob(f"{database.name}*"), *Path(settings.DATA_DIR).rglob("*")}
    return [file for file in files if file.is_file() and text.encode() in file.read_bytes()]


def test_saf_08_a_name_in_a_file_name_is_refused(portal, phone, sign_in, axe, look, expected_errors):
    expected_errors.append("400 (Bad Request)")
    before = Submission.objects.count()
    sign_in(phone, "crew_leader")
    phone.goto("/observe/")
    write(phone, 75)
    phone.locator("#id_suggestion").fill(TELLTALE)
    phone.locator("[data-photos]").set_input_files([photo(f"{NAME}站位.jpg")])
    phone.locator("#id_no_faces").check()
    send(phone)
    error = phone.locator("#id_files_error")
    expect(error).to_contain_text(NAME)
    expect(phone.locator("#id_suggestion")).to_have_value(TELLTALE)
    assert phone.evaluate("document.querySelector('[data-photos]').files.length") == 1
    assert Submission.objects.count() == before
    assert files_holding(TELLTALE) == []
    axe(phone)
    look(phone, "names-in-a-file-name")

    phone.locator("[data-photos]").set_input_files([photo("deck.jpg")])
    send(phone)
    phone.wait_for_url("**/receipts/**")
    card = Card.objects.latest("pk")
    assert (card.seconds, card.suggestion, card.submission.attachments.count()) == (75, TELLTALE, 1)
    assert files_holding(TELLTALE)  # the same search finds what was accepted
