"""Uploaded files: what is taken, what is refused, what is left out of what is taken."""

from __future__ import annotations

import io
import time
import zlib

import pikepdf
import pytest
from PIL import Image, PngImagePlugin

from portal.lib.uploads import LONGEST_SIDE, UploadRefused, clean_name, examine


def picture(kind: str = "JPEG", size: tuple[int, int] = (80, 60), mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    image = Image.new(mode, size)
    image.paste(Image.new(mode, (size[0] // 2, size[1] // 2), "white"), (0, 0))  # white above left
    image.save(out, kind, **options)
    return out.getvalue()


def pdf(change=lambda pdf: None, **options: object) -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    document.docinfo["/Author"] = "Somebody"
    change(document)
    out = io.BytesIO()
    document.save(out, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize(
    ("data", "kind", "extension"),
    [
        (picture("JPEG"), "jpeg", ".jpg"),
        (picture("JPEG", mode="L"), "jpeg", ".jpg"),
        (picture("JPEG", mode="CMYK"), "jpeg", ".jpg"),
        (picture("PNG"), "png", ".png"),
        (picture("PNG", mode="RGBA"), "png", ".png"),
        (picture("PNG", mode="L"), "png", ".png"),
        (picture("WEBP"), "jpeg", ".jpg"),
        (picture("WEBP", mode="RGBA"), "png", ".png"),
        (pdf(), "pdf", ".pdf"),
    ],
)
def test_what_is_taken(data: bytes, kind: str, extension: str) -> None:
    examined = examine(io.BytesIO(data), name="現場.JPG")
    assert (examined.kind, examined.extension, examined.name) == (kind, extension, f"現場{extension}")
    assert examined.clean_bytes != data
    assert examine(examined.clean_bytes).kind == kind


def test_the_content_type_is_what_the_file_is() -> None:
    assert examine(picture()).content_type == "image/jpeg"
    assert examine(pdf()).content_type == "application/pdf"


def test_a_photo_is_turned_upright_and_tells_nothing_of_its_camera() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"
    data = picture(exif=exif, comment=b"SecretComment", icc_profile=b"SecretProfile" + bytes(200))
    examined = examine(data)
    assert (examined.width, examined.height) == (60, 80)
    clean = opened(examined.clean_bytes)
    assert clean.size == (60, 80)
    assert not clean.getexif()
    assert b"Secret" not in examined.clean_bytes
    upright = clean.convert("L")
    assert upright.getpixel((55, 5)) > 200  # What was white above left is now above right.
    assert upright.getpixel((5, 75)) < 50


def test_words_hidden_in_a_png_are_left_behind() -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "SecretPerson")
    assert b"Secret" not in examine(picture("PNG", pnginfo=words)).clean_bytes


def test_a_second_file_behind_the_picture_is_left_behind() -> None:
    assert b"PK\x03\x04" not in examine(picture() + b"PK\x03\x04secret").clean_bytes


@pytest.mark.parametrize(
    ("size", "result"),
    [
        ((2560, 100), (2560, 100)),
        ((4000, 3000), (2000, 1500)),
        ((3000, 2000), (2560, 1707)),
        ((8000, 100), (2000, 25)),
        ((100, 6000), (43, 2560)),
    ],
)
def test_large_photos_are_scaled_and_small_ones_are_not(size: tuple[int, int], result: tuple[int, int]) -> None:
    examined = examine(picture(size=size))
    assert (examined.width, examined.height) == result
    assert max(result) <= LONGEST_SIDE


def test_a_large_transparent_png_keeps_its_transparency() -> None:
    examined = examine(picture("PNG", size=(3000, 20), mode="RGBA"))
    assert (examined.kind, examined.width) == ("png", 2560)
    assert opened(examined.clean_bytes).mode == "RGBA"


def png_that_says(width: int, height: int) -> bytes:
    """A few bytes that claim to be a picture of this size."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return len(content).to_bytes(4, "big") + name + content + zlib.crc32(name + content).to_bytes(4, "big")

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\x00")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"x" * 600_000, "larger than"),
        (b"<html><script>alert(1)</script>", "Only photos"),
        (b"#!/bin/sh\n", "Only photos"),
        (b"MZ\x90", "Only photos"),
        (b"PK\x03\x04", "Only photos"),
        (b"GIF89a" + bytes(20), "Only photos"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Only photos"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(20), "HEIC"),
        (b"\x00\x00\x00\x18ftypmif1" + bytes(20), "HEIC"),
        (picture() + b"<ScRiPt>alert(1)</script>", "a program"),
        (picture(comment=b"<?php system($_GET[0]); ?>"), "a program"),
        (picture() + b"%PDF-1.4", "a program"),
        (picture()[:400], "damaged"),
        (b"\xff\xd8\xff\xe0", "damaged"),
        (b"\x89PNG\r\n\x1a\n", "damaged"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "damaged"),
        (png_that_says(40_000, 40_000), "million pixels"),
        (png_that_says(8_000, 8_000), "million pixels"),
        (png_that_says(0, 10), "damaged"),
        (b"%PDF-1.4 torn", "damaged"),
    ],
)
def test_what_is_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    started = time.perf_counter()
    with pytest.raises(UploadRefused, match=sentence):
        examine(io.BytesIO(data), name="photo.jpg", max_bytes=500_000)
    assert time.perf_counter() - started < 1


def test_an_entrance_may_take_fewer_kinds() -> None:
    with pytest.raises(UploadRefused, match="not taken here"):
        examine(pdf(), kinds=frozenset({"jpeg"}))


def test_a_pdf_loses_its_properties() -> None:
    clean = examine(pdf()).clean_bytes
    assert b"Somebody" not in clean
    assert examine(pdf()).clean_bytes == clean


def script(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def launch(document: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")
    document.pages[0].Annots = pikepdf.Array(
        [document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, A=action))]
    )


def launch_in_place(document: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")
    document.pages[0].Annots = pikepdf.Array([pikepdf.Dictionary(Type=pikepdf.Name.Annot, A=action)])


def attachment(document: pikepdf.Pdf) -> None:
    document.attachments["x.exe"] = b"MZ"


def no_pages(document: pikepdf.Pdf) -> None:
    del document.pages[0]


def many_pages(document: pikepdf.Pdf) -> None:
    for _n in range(200):
        document.add_blank_page()


def bomb(document: pikepdf.Pdf) -> None:
    packed = zlib.compress(bytes(140 * 1024 * 1024), 9)
    document.Root.X = pikepdf.Stream(document, packed, Filter=pikepdf.Name.FlateDecode)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (script, "a program"),
        (launch, "a program"),
        (launch_in_place, "a program"),
        (attachment, "a program"),
        (no_pages, "no pages"),
        (many_pages, "more than 200"),
        (bomb, "far too much"),
    ],
)
def test_a_pdf_that_is_more_than_paper_is_refused(change, sentence: str) -> None:
    with pytest.raises(UploadRefused, match=sentence):
        examine(pdf(change))


def test_a_locked_pdf_is_refused() -> None:
    with pytest.raises(UploadRefused, match="locked"):
        examine(pdf(encryption=pikepdf.Encryption(owner="a", user="b")))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("現場 照片.JPG", "現場 照片.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\Users\\x\\a.png", "a.jpg"),
        ("photo.php.jpg", "photo.jpg"),
        ("a\u202egpj.exe", "agpj.jpg"),
        ('a\x00\n"<b>|?*;.jpg', "a __b_____.jpg"),
        ("", "file.jpg"),
        ("...", "file.jpg"),
        ("長" * 300, "長" * 80 + ".jpg"),
    ],
)
def test_file_names_are_cleaned(typed: str, shown: str) -> None:
    assert clean_name(typed, ".jpg") == shown


@pytest.mark.parametrize(("kinds", "says_pdf"), [({"jpeg", "png", "webp"}, False), ({"jpeg", "pdf"}, True)])
def test_what_is_neither_is_told_what_is_taken_here(kinds: set[str], says_pdf: bool) -> None:
    with pytest.raises(UploadRefused) as refused:
        examine(b"MZ a program", kinds=frozenset(kinds))
    assert ("PDF" in str(refused.value)) is says_pdf
