"""Somebody who signs in, for the tests of its pages: accounts of their own, devices, codes."""

import base64
import hashlib
import hmac
import struct
import time
from typing import Any

import httpx
from playwright.sync_api import Page
from tests.api.nodes import PASSWORD, Pair, user_command


class Visitor:
    """A browser without a screen: cookies and CSRF tokens as a form has them."""

    def __init__(self, base: str) -> None:
        self.http = httpx.Client(base_url=base, follow_redirects=False, timeout=60)

    def token(self, path: str = "/sign-in") -> str:
        page = self.http.get(path).text
        return page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]

    def post(self, path: str, data: dict[str, Any], *, seen: str = "/sign-in") -> httpx.Response:
        return self.http.post(path, data={"csrfmiddlewaretoken": self.token(seen), **data})

    def sign_in(self, name: str, password: str = PASSWORD, **more: str) -> httpx.Response:
        return self.post("/sign-in", {"name": name, "password": password, **more})


def somebody(pair: Pair, name: str) -> str:
    """Make an account of the asking office, for one test; return its name."""
    folder = str(pair.asking.process.folder)
    user_command("add", folder, name, "--role", "case", "--password-file", "-")
    return name


def operator(pair: Pair, command: str, *arguments: str) -> str:
    """Run a command of `comity user` on the asking office."""
    return user_command(command, str(pair.asking.process.folder), *arguments)


def code_at(secret: str, at_s: float, digits: int = 6) -> str:
    """Return the code of an app, by RFC 6238 alone: SHA-1, steps of 30 s."""
    key = base64.b32decode(secret.replace(" ", ""))
    digest = hmac.new(key, struct.pack(">Q", int(at_s) // 30), hashlib.sha1).digest()
    place = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[place : place + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}}"


def fresh_code(secret: str, after_step: int = 0) -> str:
    """Return a code that counts now and was not used: of this step, or the next one."""
    step = max(int(time.time()) // 30, after_step + 1)
    return code_at(secret, step * 30)


def set_up_app(visitor: Visitor) -> tuple[str, list[str]]:
    """Set up an app for whoever is signed in; return its secret and the recovery codes."""
    page = visitor.http.get("/me/sign-in/code").text
    secret = page.partition('<p><code dir="ltr">')[2].partition("<")[0].replace(" ", "")
    token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    step = int(time.time()) // 30
    data = {"csrfmiddlewaretoken": token, "code": code_at(secret, (step - 1) * 30)}
    assert visitor.http.post("/me/sign-in/code", data=data).status_code == 302
    shown = visitor.http.get("/me/sign-in/recovery-codes").text
    codes = [
        part.partition("<")[0] for part in shown.split('<ol class="codes">')[1].split('"ltr">')[1:]
    ]
    return secret, codes


def add_passkey(page: Page, pair: Pair, name: str = "Laptop") -> None:
    """Make a passkey to sign in with, by the pages."""
    page.goto(f"{pair.asking.url}/me/sign-in")
    page.click("text=Add passkey")
    page.fill("#id_name", name)
    page.click("main button")
    page.wait_for_url("**/recovery-codes")


def sign_out(page: Page) -> None:
    page.click(".account summary")
    page.click(".account form[action='/sign-out'] button")
    page.wait_for_selector("#id_password")
