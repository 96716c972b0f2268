"""As much of an IMAP server as imaplib asks of one: a folder on loopback, one mail after the other in memory."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Store:
    """Folders by name: {uid: bytes}; `deleted` waits for the expunge. `dies_after`: the connection drops after so many
    commands of this name, as a server or process that is killed."""

    folders: dict[str, dict[int, bytes]] = field(default_factory=lambda: {"INBOX": {}})
    deleted: set[int] = field(default_factory=set)
    drops_at: str = ""
    said: list[str] = field(default_factory=list)

    def add(self, *mails: bytes) -> None:
        inbox = self.folders["INBOX"]
        for mail in mails:
            inbox[len(inbox) + 1] = mail


class Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._say("* OK [CAPABILITY IMAP4rev1 UIDPLUS] ready")
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            tag, _space, command = line.partition(" ")
            name = " ".join(command.split()[:2]).upper() if command.upper().startswith("UID") else command.split()[0]
            store = self.server.store  # type: ignore[attr-defined]
            store.said.append(name.upper())
            if store.drops_at and store.drops_at == name.upper():
                store.drops_at = ""
                return
            if not self._answer(tag, name.upper(), command, store):
                return

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")

    def _answer(self, tag: str, name: str, command: str, store: Store) -> bool:
        inbox = store.folders["INBOX"]
        last = command.rsplit(" ", 1)[-1].strip('"')
        status = "OK"
        if name == "CAPABILITY":
            self._say("* CAPABILITY IMAP4rev1 UIDPLUS")
        elif name == "LOGIN" and "wrong" in command:
            status = "NO"
        elif name == "SELECT":
            self._say(f"* {len(inbox)} EXISTS")
        elif name == "CREATE":
            status = "NO" if last in store.folders else "OK"
            store.folders.setdefault(last, {})
        elif name == "UID SEARCH":
            self._say("* SEARCH " + " ".join(str(uid) for uid in inbox if uid not in store.deleted))
        elif name == "UID FETCH":
            self._fetch(command, inbox)
        elif name == "UID COPY":
            uid = int(command.split()[2])
            store.folders[last][len(store.folders[last]) + 1] = inbox[uid]
        elif name == "UID STORE":
            store.deleted.add(int(command.split()[2]))
        elif name == "UID EXPUNGE":
            for uid in store.deleted & set(inbox):
                del inbox[uid]
        self._say(f"{tag} {status} done")
        return name != "LOGOUT"

    def _fetch(self, command: str, inbox: dict[int, bytes]) -> None:
        uids = [int(uid) for uid in command.split()[2].split(",")]
        for place, uid in enumerate(uids, start=1):
            if uid not in inbox:
                continue
            mail = inbox[uid]
            if "RFC822.SIZE" in command:
                self._say(f"* {place} FETCH (UID {uid} RFC822.SIZE {len(mail)})")
                continue
            body = re.split(rb"\r?\n\r?\n", mail)[0] + b"\r\n\r\n" if "HEADER" in command else mail
            self.wfile.write(f"* {place} FETCH (UID {uid} BODY[] {{{len(body)}}}\r\n".encode() + body + b")\r\n")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def imap_server(store: Store) -> Iterator[str]:
    """The address of a running server: imap://user:secret@127.0.0.1:port/INBOX."""
    with Server(("127.0.0.1", 0), Handler) as server:
        server.store = store  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"imap://user:secret@127.0.0.1:{server.server_address[1]}/INBOX"
        finally:
            server.shutdown()
            thread.join(timeout=5)
