"""A message to an address that somebody typed in: to the public network only, to the very address that was examined,
following nobody elsewhere, and never for longer than `seconds`."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.lib.refusals import Refused

# Prefixes of IPv6 that carry an address of IPv4 inside: NAT64, 6to4, Teredo.
_CARRIERS = [ipaddress.ip_network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")]
_NO_ADDRESS = gettext_lazy("This is no address: write it like https://gateway.example.com/send.")
_INSIDE = gettext_lazy("This address lies inside the own network: name one on the public network.")
_MOST_PLACES = 3  # addresses of one name that are tried
_LOCAL_NAMES = ("localhost", ".localhost", ".local", ".internal", ".localdomain")


@dataclass(frozen=True)
class Target:
    secure: bool
    host: str
    port: int
    path: str


def examine(address: str, *, private: bool) -> Target:
    """The parts of an address. Refused where it is no https address of a public host; `private` also lets http and
    hosts of the own network pass. Asks no name server: `post` looks at what the name leads to."""
    address = address.strip()
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise Refused(_NO_ADDRESS, field="address") from None
    host = (parts.hostname or "").rstrip(".")
    plain = address.isascii() and address.isprintable() and " " not in address
    if parts.scheme not in {"https", "http"} or not host or not plain:
        raise Refused(_NO_ADDRESS, field="address")
    if parts.username is not None or parts.password is not None:
        raise Refused(_("Leave name and password out of the address; the secret signs every message."), field="address")
    if not private:
        if parts.scheme != "https":
            raise Refused(_("Only https addresses are used: everything else can be read on the way."), field="address")
        if host == "localhost" or host.endswith(_LOCAL_NAMES[1:]) or _is_private_literal(host):
            raise Refused(_INSIDE, field="address")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    secure = parts.scheme == "https"
    return Target(secure, host, port or (443 if secure else 80), path)


def is_public(text: str) -> bool:
    """Whether an address of IPv4 or IPv6 belongs to the public network, whatever it carries inside."""
    ip = ipaddress.ip_address(text.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if any(ip in carrier for carrier in _CARRIERS):
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _is_private_literal(host: str) -> bool:
    try:
        return not is_public(host)
    except ValueError:
        return False


def post(target: Target, body: bytes, headers: dict[str, str], *, seconds: float, private: bool) -> int:
    """Sends the body; returns the status of the answer, which is not read. OSError where there is none in time,
    Refused where the name leads into the own network. A redirect is an answer like any other."""
    sock = _connect(target, seconds, private)
    # A timeout holds for each piece that is received; who answers byte by byte is ended by this one.
    end = threading.Timer(seconds, _cut, [sock])
    end.daemon = True
    end.start()
    try:
        if target.secure:
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=target.host)
            end.args = [sock]
        link = http.client.HTTPConnection(target.host, target.port, timeout=seconds)
        link.default_port = 443 if target.secure else 80
        link.sock = sock
        link.request("POST", target.path, body, {**headers, "Content-Type": "application/json", "Connection": "close"})
        return link.getresponse().status
    except http.client.HTTPException as problem:
        raise OSError(type(problem).__name__) from problem
    finally:
        end.cancel()
        sock.close()


def _connect(target: Target, seconds: float, private: bool) -> socket.socket:
    """A connection to one of the addresses of the name; all of them are examined first, and the name is asked once."""
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    if not private and not all(is_public(str(entry[4][0])) for entry in found):
        raise Refused(_INSIDE, field="address")
    problem: OSError = OSError("no address")
    found = found[:_MOST_PLACES]
    for family, kind, protocol, _name, place in found:
        sock = socket.socket(family, kind, protocol)
        sock.settimeout(seconds / len(found))
        try:
            sock.connect(place)
        except OSError as failure:
            sock.close()
            problem = failure
        else:
            sock.settimeout(seconds)
            return sock
    raise problem


def _cut(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
