"""Addresses somebody typed in: the public network alone, over https, at the very address that was examined."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from portal.lib.outgoing import Target, examine, is_public, post
from portal.lib.refusals import Refused

PUBLIC = [
    ("https://gateway.example.com/send", Target(True, "gateway.example.com", 443, "/send")),
    ("https://Gateway.example.com:8443", Target(True, "gateway.example.com", 8443, "/")),
    ("https://8.8.8.8/a?b=c", Target(True, "8.8.8.8", 443, "/a?b=c")),
]
INSIDE = [
    "http://gateway.example.com/",
    "https://localhost/",
    "https://localhost./",
    "https://sms.internal/",
    "https://printer.local/",
    "https://127.0.0.1/",
    "https://10.1.2.3/",
    "https://172.20.0.1/",
    "https://192.168.1.5/",
    "https://169.254.169.254/latest/meta-data",
    "https://0.0.0.0/",
    "https://100.64.0.1/",
    "https://[::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[fe80::1]/",
    "https://[fd00::1]/",
    "https://[64:ff9b::a00:1]/",
    "https://[2002:7f00:1::]/",
]
NONSENSE = [
    "",
    "gateway",
    "ftp://example.com/",
    "https:///x",
    "https://a b/",
    "https://example.com/\r\nX: y",
    "https://example.com:99999/",
    "https://user:word@example.com/",
    "https://例子.example/",
]


@pytest.mark.parametrize(("address", "target"), PUBLIC)
def test_public(address: str, target: Target) -> None:
    assert examine(address, private=False) == target


@pytest.mark.parametrize("address", INSIDE + NONSENSE)
def test_refused(address: str) -> None:
    with pytest.raises(Refused) as refused:
        examine(address, private=False)
    assert refused.value.field == "address"


@pytest.mark.parametrize("address", NONSENSE)
def test_nonsense_is_refused_inside_too(address: str) -> None:
    with pytest.raises(Refused):
        examine(address, private=True)


@pytest.mark.parametrize("address", INSIDE)
def test_the_own_network_where_it_is_allowed(address: str) -> None:
    assert examine(address, private=True).host


@pytest.mark.parametrize(("text", "public"), [("8.8.8.8", True), ("224.0.0.1", False), ("2606:4700::1", True)])
def test_is_public(text: str, public: bool) -> None:
    assert is_public(text) is public


def test_a_public_name_that_leads_inside_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """One address of several is enough to refuse; nothing is connected to."""
    found: list[Any] = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (place, 443)) for place in ("8.8.8.8", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: found)
    monkeypatch.setattr(socket, "socket", lambda *args: pytest.fail("connected"))
    with pytest.raises(Refused):
        post(Target(True, "rebound.example.com", 443, "/"), b"{}", {}, seconds=1, private=False)
