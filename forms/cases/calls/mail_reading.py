"""A mail as it came, read: who sent it, what it says, what hangs on it, whether a machine wrote it. Pure; it believes
nothing, and raises Unreadable instead of anything else."""

from __future__ import annotations

import email
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import lxml.etree
import lxml.html

from portal.lib.chinese import strip_invisible
from portal.lib.encodings import decode_text

LONGEST_BODY = 1_000_000  # bytes of one part that are read as text
MOST_PARTS = 60
LONGEST_HEADER = 2_000
# What mail programs declare, and what they then write.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "ks_c_5601-1987": "cp949"}
_BLOCK_TAGS = (
    "address article aside blockquote br dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p"
    " pre section table td th tr ul"
)
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_UNREAD = frozenset({"script", "style", "head", "title", "template", "noscript", "iframe", "object", "svg"})
_SENT_TO_MANY = frozenset({"bulk", "junk", "list", "auto_reply"})
_QUOTE_BEGINS = re.compile(
    r"^\s*(?:>|-{2,}\s*(?:original message|forwarded message|原始郵件|原始邮件|轉寄郵件|转发邮件)|_{10,}\s*$"
    r"|on\b.{3,200}\bwrote:\s*$|.{0,200}(?:寫道|写道|於.{3,80}寫)\s*[:：]\s*$|(?:from|寄件者|發件人|发件人)\s*[:：].*@)",
    re.IGNORECASE,
)


class Unreadable(ValueError):
    """The mail cannot be read."""


@dataclass(frozen=True)
class ReadMail:
    """`automatic`: a report of delivery or an answer that no person wrote; `to_many`: a list or bulk mail.
    `references`: subject and the headers that name the mail it answers."""

    key: str
    sender: str = ""
    sender_name: str = ""
    subject: str = ""
    text: str = ""
    files: tuple[tuple[str, bytes], ...] = ()
    references: str = ""
    automatic: bool = False
    to_many: bool = False


def read_mail(raw: bytes) -> ReadMail:
    """A whole mail. Raises Unreadable."""
    try:
        message = email.message_from_bytes(raw, policy=SMTP)
        if not message.keys():
            raise Unreadable("it has no headers")
        text, files = _contents(message)
        return ReadMail(**_envelope(message, raw), text=text, files=tuple(files))
    except Unreadable:
        raise
    except Exception as problem:  # the parser raises many kinds for what was never meant to be a mail
        raise Unreadable(type(problem).__name__) from problem


def read_envelope(head: bytes) -> ReadMail:
    """As much of a mail as its headers tell: for one whose body is not read. Never raises; the worst has only its
    key."""
    try:
        return ReadMail(**_envelope(email.message_from_bytes(head, policy=SMTP), head))
    except Exception:  # see read_mail
        return ReadMail(key=hashlib.sha256(head).hexdigest())


def _envelope(message: Any, raw: bytes) -> dict[str, Any]:
    sender, name = _sender(message)
    message_id = _header(message, "Message-ID").strip()
    # Two senders may claim one Message-ID: then these are two mails.
    key = hashlib.sha256(f"{sender}\n{message_id}".encode("utf-8", "surrogatepass") if message_id else raw).hexdigest()
    headers = (_header(message, header) for header in ("Subject", "In-Reply-To", "References"))
    return {
        "key": key,
        "sender": sender,
        "sender_name": name,
        "subject": _one_line(_header(message, "Subject")),
        "references": "\n".join(headers),
        "automatic": _is_automatic(message, sender),
        "to_many": _is_to_many(message),
    }


def _header(message: Any, name: str) -> str:
    """The header decoded, at a bearable length; '' where it is missing or cannot be decoded."""
    try:
        text = strip_invisible(str(message.get(name, "")))[:LONGEST_HEADER]
        return "".join(sign if sign.isprintable() else " " for sign in text)
    except Exception:  # a damaged header is no header
        return ""


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _sender(message: Any) -> tuple[str, str]:
    """(address in lower case, name); ('', '') where From names nobody or several."""
    try:
        addresses: tuple[Address, ...] = message["From"].addresses if message["From"] is not None else ()
    except Exception:  # see _header
        return "", ""
    if len(addresses) != 1 or "@" not in addresses[0].addr_spec:
        return "", ""
    address = addresses[0].addr_spec.strip().lower()
    if len(address) > 200 or not address.isprintable() or " " in address:
        return "", ""
    name = "".join(sign if sign.isprintable() else " " for sign in strip_invisible(addresses[0].display_name))
    return address, _one_line(name)[:80]


def _is_automatic(message: Any, sender: str) -> bool:
    submitted = _header(message, "Auto-Submitted").strip().lower()
    local = sender.partition("@")[0]
    return (
        (submitted not in ("", "no"))
        or message.get_content_type() in ("multipart/report", "message/delivery-status")
        or _header(message, "Return-Path").strip() == "<>"
        or local in ("mailer-daemon", "postmaster")
        or any(_header(message, name) for name in ("X-Autoreply", "X-Autorespond", "X-Failed-Recipients"))
    )


def _is_to_many(message: Any) -> bool:
    precedence = _header(message, "Precedence").strip().lower()
    return precedence in _SENT_TO_MANY or bool(_header(message, "List-Id") or _header(message, "List-Unsubscribe"))


# ---- body and files -------------------------------------------------------------------------------------------------
def _contents(message: Any) -> tuple[str, list[tuple[str, bytes]]]:
    """The words (plain where there are any, else from HTML) and the files."""
    plain: list[str] = []
    html: list[str] = []
    files: list[tuple[str, bytes]] = []
    for part in _parts(message):
        kind = part.get_content_type()
        name = _one_line(_filename(part))
        attached = part.get_content_disposition() == "attachment" or bool(name)
        if kind in ("text/plain", "text/html") and not attached:
            (plain if kind == "text/plain" else html).append(_decoded(part))
        elif part.get_content_maintype() != "multipart":
            files.append((name or kind.replace("/", "."), _payload(part)))
    text = "\n".join(plain).strip() or "\n".join(text_of_html(one) for one in html).strip()
    return _cleaned(text), files


def _parts(message: Any) -> Iterator[EmailMessage]:
    """Leaves of the mail; a mail within a mail is one file and is not opened."""
    waiting, seen = [message], 0
    while waiting:
        part = waiting.pop(0)
        seen += 1
        if seen > MOST_PARTS:
            raise Unreadable("it has too many parts")
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            waiting = [*part.get_payload(), *waiting]
        else:
            yield part


def _filename(part: Any) -> str:
    try:
        return part.get_filename() or ""
    except Exception:  # see _header
        return ""


def _payload(part: Any) -> bytes:
    if part.get_content_maintype() == "message":
        return bytes(part)
    return part.get_payload(decode=True) or b""


def _decoded(part: Any) -> str:
    data = _payload(part)[:LONGEST_BODY]
    declared = (part.get_content_charset() or "").lower()
    try:
        return data.decode(_WIDER.get(declared, declared) or "utf-8")
    except (LookupError, UnicodeDecodeError):
        pass
    try:
        return decode_text(data)[0]
    except ValueError:
        return data.decode("utf-8", "replace")


def text_of_html(html: str) -> str:
    """The words of a page, a line for each block; nothing in it is run, fetched or kept."""
    html = re.sub(r"^\s*<\?xml[^>]*\?>", "", html.replace("\x00", ""))
    if not html.strip():
        return ""
    try:
        root = lxml.html.document_fromstring(html)
    except (lxml.etree.LxmlError, ValueError):
        return ""
    pieces: list[str] = []
    unread: Any = None
    for event, element in lxml.etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if unread is None and tag in _UNREAD:
                unread = element
            if unread is None:
                pieces += ["\n" if tag in _BLOCKS else "", _flowing(element.text)]
            continue
        if event == "end":
            if unread is None and tag in _BLOCKS and tag != "br":
                pieces.append("\n")
            unread = None if element is unread else unread
        if unread is None:
            pieces.append(_flowing(element.tail))
    return "".join(pieces)


def _flowing(text: str | None) -> str:
    return re.sub(r"[ \t\r\n\f]+", " ", text or "")


def _cleaned(text: str) -> str:
    """Without control characters and empty lines in heaps."""
    text = strip_invisible(text.replace("\r\n", "\n").replace("\r", "\n"))
    text = "".join(sign for sign in text if sign in "\n\t" or sign.isprintable())
    lines = [line.strip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def new_words(text: str) -> str:
    """What somebody wrote above the mail that is quoted; all of it where nothing stands above."""
    kept = []
    for line in text.split("\n"):
        if _QUOTE_BEGINS.match(line):
            break
        kept.append(line)
    return "\n".join(kept).strip() or text.strip()
