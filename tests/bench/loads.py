"""Load on a page or a form, by wrk: requests a second that were answered as they should be."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import urllib.request
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 8
POST_SCRIPT = """
local body_head, body_tail = {head}, {tail}
math.randomseed(os.time() + {seed})
local counter = 0
local function uuid()
  return (string.gsub("xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx", "x", function()
    return string.format("%x", math.random(0, 15))
  end))
end
request = function()
  counter = counter + 1
  return wrk.format("POST", {path}, {headers}, body_head .. uuid() .. body_tail)
end
local wrong = 0
response = function(status)
  if status ~= {expected} then
    wrong = wrong + 1
    if wrong == 1 then print("WRONG " .. status) end
  end
end
"""


@dataclass(frozen=True)
class Answered:
    per_second: float
    faults: str = ""


def _wrk(url: str, seconds: int, *options: str) -> Answered:
    if shutil.which("wrk") is None:
        raise SystemExit("The benchmark needs wrk: install it with `apt-get install wrk` (make bench does so).")
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "20s", *options, url]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", output)
    faults = [line.strip() for line in output.splitlines() if "Non-2xx" in line or "WRONG" in line or "errors" in line]
    return Answered(float(rate[1]) if rate else 0.0, "; ".join(faults))


def get(url: str, seconds: int, cookie: str = "") -> Answered:
    """A page, by somebody who is signed in with this session cookie."""
    return _wrk(url, seconds, *(["-H", f"Cookie: sessionid={cookie}"] if cookie else []))


def _lua(data: bytes) -> str:
    return '"' + "".join(f"\\{byte:03d}" for byte in data) + '"'


def post(
    url: str,
    seconds: int,
    fields: dict[str, str],
    *,
    expected: int,
    photo: tuple[str, bytes] | None = None,
    unique: str = "submission_id",
    session: str = "",
) -> Answered:
    """A form with a CSRF token of its own page, a new `unique` id each time, and perhaps a photo; by somebody who is
    signed in with this `session`."""
    signed_in = [f"sessionid={session}"] if session else []
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Cookie": "; ".join(signed_in)})) as page:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.read().decode())
        found = [line.split(";")[0] for line in page.headers.get_all("Set-Cookie") or []]
        cookies = "; ".join([*found, *signed_in])
    assert token is not None
    boundary = "----benchmark-of-the-portal"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in {**fields, "csrfmiddlewaretoken": token[1]}.items()
    ]
    if photo:
        name, data = photo
        parts.append(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="photo.jpg"\r\n'
            "Content-Type: image/jpeg\r\n\r\n".encode()
            + data
            + b"\r\n"
        )
    parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="{unique}"\r\n\r\n'.encode())
    path = "/" + url.split("/", 3)[3]
    headers = (
        f'{{["Content-Type"]="multipart/form-data; boundary={boundary}", ["Cookie"]="{cookies}", ["Referer"]="{url}"}}'
    )
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "post.lua"
        script.write_text(
            POST_SCRIPT.format(
                head=_lua(b"".join(parts)),
                tail=_lua(f"\r\n--{boundary}--\r\n".encode()),
                seed=id(url),
                path=f'"{path}"',
                headers=headers,
                expected=expected,
            ),
            encoding="ascii",
        )
        return _wrk(url, seconds, "-s", str(script))
