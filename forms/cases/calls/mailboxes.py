"""Where mails lie: a maildir on this machine, or a folder of an IMAP server. A mail is read where it lies and put away
only when what became of it is committed."""

from __future__ import annotations

import imaplib
import mailbox
import os
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

HEAD_BYTES = 64 * 1024
TIMEOUT = 30.0
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Folder(StrEnum):
    """Where a mail is put away."""

    TAKEN = "Taken"
    IGNORED = "Ignored"
    QUARANTINE = "Quarantine"


@dataclass(frozen=True)
class Waiting:
    """A mail that waits, and how large it is."""

    key: str
    size: int


class MailboxGone(Exception):
    """The mailbox cannot be reached, or does not answer as it should: everything stays where it lies."""


class Mailbox(Protocol):
    def waiting(self, most: int) -> list[Waiting]: ...

    def read(self, item: Waiting) -> bytes: ...

    def read_head(self, item: Waiting) -> bytes:
        """The headers, where the whole is too large."""

    def put_away(self, item: Waiting, folder: Folder) -> str:
        """Moves it; where it lies then. One that is gone already (another process was faster) is no error."""

    def close(self) -> None: ...


def open_mailbox(address: str) -> Mailbox:
    """`maildir:/var/mail/customers`, or `imaps://user:password@host:993/INBOX` (%40 for @ in the name).

    `imap://` speaks in the clear first: it must offer STARTTLS, unless the server is this machine.
    """
    if address.startswith("maildir:"):
        return MaildirBox(Path(address.removeprefix("maildir:")))
    if urlsplit(address).scheme in ("imap", "imaps"):
        return ImapBox(address)
    raise ImproperlyConfigured("PORTAL_MAIL_INTAKE must look like maildir:/path or imaps://user:password@host/INBOX.")


# ---- maildir --------------------------------------------------------------------------------------------------------
class MaildirBox:
    """New and seen mails alike wait; those that are put away lie in the maildir's folders (.Taken, .Quarantine …)."""

    def __init__(self, path: Path) -> None:
        if not (path / "new").is_dir():
            raise MailboxGone(f"{path} is no maildir")
        self.box = mailbox.Maildir(path, factory=None, create=False)
        self.path = path

    def waiting(self, most: int) -> list[Waiting]:
        found = []
        for key, file in sorted(self._files(), key=lambda pair: pair[0]):
            try:
                found.append(Waiting(key, file.stat().st_size))
            except FileNotFoundError:
                continue
            if len(found) == most:
                break
        return found

    def _files(self) -> Iterator[tuple[str, Path]]:
        for below in ("new", "cur"):
            for entry in os.scandir(self.path / below):
                if entry.is_file(follow_symlinks=False) and not entry.name.startswith("."):
                    yield entry.name.split(self.box.colon)[0], Path(entry.path)

    def read(self, item: Waiting) -> bytes:
        return self._open(item, -1)

    def read_head(self, item: Waiting) -> bytes:
        return self._open(item, HEAD_BYTES).split(b"\n\n")[0].split(b"\r\n\r\n")[0]

    def _open(self, item: Waiting, most: int) -> bytes:
        try:
            with self.box.get_file(item.key) as file:
                return file.read(most) if most >= 0 else file.read()
        except (KeyError, FileNotFoundError, OSError) as problem:
            raise MailboxGone(item.key) from problem

    def put_away(self, item: Waiting, folder: Folder) -> str:
        """By renaming, which happens whole or not at all."""
        there = self.box.add_folder(folder.value)
        place = Path(there._path) / "cur"  # type: ignore[attr-defined]
        for key, file in self._files():
            if key == item.key:
                name = f"{item.key}{self.box.colon}2,S"
                try:
                    file.rename(place / name)
                except FileNotFoundError:
                    break
                return str(place / name)
        return f".{folder.value}/{item.key}"

    def close(self) -> None:
        self.box.close()


# ---- IMAP -----------------------------------------------------------------------------------------------------------
class ImapBox:
    """Whatever lies in the folder waits, seen or not: people may look into it. Put away is copied, then deleted."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.folder = unquote(parts.path.strip("/")) or "INBOX"
        host, secure = parts.hostname or "", parts.scheme == "imaps"
        self._made: set[Folder] = set()
        try:
            if secure:
                self.server: Any = imaplib.IMAP4_SSL(
                    host, parts.port or 993, ssl_context=ssl.create_default_context(), timeout=TIMEOUT
                )
            else:
                self.server = imaplib.IMAP4(host, parts.port or 143, timeout=TIMEOUT)
                if "STARTTLS" in self.server.capabilities:
                    self.server.starttls(ssl.create_default_context())
                elif host not in LOOPBACK:
                    raise MailboxGone("the server offers no encryption: use imaps://")
            self.server.login(unquote(parts.username or ""), unquote(parts.password or ""))
            self._ask("SELECT", self.server.select(_quoted(self.folder)))
        except (OSError, imaplib.IMAP4.error) as problem:
            raise MailboxGone(f"{host}: {type(problem).__name__}") from problem

    def _ask(self, what: str, answer: tuple[str, list[Any]]) -> list[Any]:
        status, data = answer
        if status != "OK":
            raise MailboxGone(f"{what}: {status}")
        return data

    def _uid(self, *command: str) -> list[Any]:
        try:
            return self._ask(command[0], self.server.uid(*command))
        except (OSError, imaplib.IMAP4.error) as problem:
            raise MailboxGone(f"{command[0]}: {type(problem).__name__}") from problem

    def waiting(self, most: int) -> list[Waiting]:
        found = (self._uid("SEARCH", "UNDELETED")[0] or b"").split()[:most]
        if not found:
            return []
        uids = b",".join(found).decode()
        sizes: dict[str, int] = {}
        for line in self._uid("FETCH", uids, "(RFC822.SIZE)"):
            text = (line[0] if isinstance(line, tuple) else line or b"").decode("ascii", "replace")
            uid, size = re.search(r"UID (\d+)", text), re.search(r"RFC822\.SIZE (\d+)", text)
            if uid and size:
                sizes[uid[1]] = int(size[1])
        return [Waiting(uid, sizes[uid]) for uid in (one.decode() for one in found) if uid in sizes]

    def read(self, item: Waiting) -> bytes:
        return self._fetch(item, "(BODY.PEEK[])")

    def read_head(self, item: Waiting) -> bytes:
        return self._fetch(item, "(BODY.PEEK[HEADER])")[:HEAD_BYTES]

    def _fetch(self, item: Waiting, what: str) -> bytes:
        for line in self._uid("FETCH", item.key, what):
            if isinstance(line, tuple) and len(line) > 1:
                return bytes(line[1])
        raise MailboxGone(f"mail {item.key} is gone")

    def put_away(self, item: Waiting, folder: Folder) -> str:
        """The copy first: a process that dies in between leaves the mail, which is known then."""
        if folder not in self._made:
            self.server.create(_quoted(folder.value))  # says NO where it is there already
            self._made.add(folder)
        self._uid("COPY", item.key, _quoted(folder.value))
        self._uid("STORE", item.key, "+FLAGS.SILENT", r"(\Deleted)")
        if "UIDPLUS" in self.server.capabilities:
            self._uid("EXPUNGE", item.key)
        return f"{folder.value} ({item.key})"

    def close(self) -> None:
        """Without UIDPLUS what was put away is expunged together, here."""
        try:
            self.server.close()
            self.server.logout()
        except (OSError, imaplib.IMAP4.error):
            pass


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
