"""A ministry's OpenID provider: authorization code with PKCE, and nothing that is not checked.

Source: OpenID Connect Core 1.0 section 3.1, Discovery 1.0 section 4, RFC 7636, RFC 9207, RFC 9700.
Nobody gets an account by it: a person comes in who has one that an administrator linked.
"""

import base64
import hashlib
import os
import ssl
import stat
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

from comity.canonical import ComityError, OperationError, decode_loose
from comity.http import AnswerTooLongError, Client, NoAnswerError
from comity.node.core.config import NodeConfig
from comity.node.core.signin_settings_check import is_protected
from comity.node.people.signin.id_token import Expected, subject_of

MAX_BYTES: Final = 262_144
MAX_DEPTH: Final = 12
TIMEOUT_S: Final = 10.0
MAX_SECRET_BYTES: Final = 1024
_PATH: Final = "/.well-known/openid-configuration"
_ADDRESSES: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class ProviderError(OperationError, code="sign-in-provider"):
    """The provider gave no answer, or none that can be used; the message says at which step."""


class ProviderSecretError(OperationError, code="sign-in-secret"):
    """The client secret is missing, or others may read its file."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request to the provider, kept in the session until the answer comes.

    Attributes:
        state: ties the answer to this browser.
        nonce: ties the ID token to this request.
        verifier: of PKCE; only its digest is sent before.
    """

    state: str
    nonce: str
    verifier: str


def fresh() -> Asked:
    """Return a request with three values nobody can guess, 256 bits each."""
    state, nonce, verifier = (_text(os.urandom(32)) for _ in range(3))
    return Asked(state=state, nonce=nonce, verifier=verifier)


class Provider:
    """The provider that ``node.toml`` names."""

    def __init__(self, config: NodeConfig) -> None:
        self._config = config
        self._tls = ssl.create_default_context()
        if config.oidc_ca:
            self._tls = ssl.create_default_context(cafile=str(config.folder / config.oidc_ca))

    def address(self, asked: Asked, back: str) -> str:
        """Return where the browser is sent.

        Args:
            asked: of this request.
            back: our address to which the provider leads back.

        Raises:
            ProviderError: the provider's document cannot be had or used.
        """
        digest = hashlib.sha256(asked.verifier.encode("ascii")).digest()
        query = {
            "response_type": "code",
            "client_id": self._config.oidc_client,
            "redirect_uri": back,
            "scope": "openid",
            "state": asked.state,
            "nonce": asked.nonce,
            "code_challenge": _text(digest),
            "code_challenge_method": "S256",
        }
        if self._config.oidc_acr:
            query["acr_values"] = " ".join(self._config.oidc_acr)
        place = str(self._document()["authorization_endpoint"])
        return f"{place}{'&' if '?' in place else '?'}{urlencode(query)}"

    def subject(self, asked: Asked, *, code: str, back: str) -> str:
        """Return how the provider names the person whose code this is.

        Raises:
            ProviderError: no answer that can be used.
            ProviderTokenError: the ID token is not believed.
        """
        document = self._document()
        keys = self._get(str(document["jwks_uri"]), "keys")
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": asked.verifier,
            "client_id": self._config.oidc_client,
        }
        token = self._post(document, form).get("id_token")
        if not isinstance(token, str):
            raise ProviderError("token: no ID token")
        expected = Expected(
            issuer=self._config.oidc_issuer,
            client=self._config.oidc_client,
            nonce=asked.nonce,
            claim=self._config.oidc_claim,
            acr=self._config.oidc_acr,
            amr=self._config.oidc_amr,
        )
        return subject_of(token, keys, expected)

    def _document(self) -> dict[str, Any]:
        found = self._get(self._config.oidc_issuer.rstrip("/") + _PATH, "discovery")
        if found.get("issuer") != self._config.oidc_issuer:
            raise ProviderError("discovery: another issuer")
        for name in _ADDRESSES:
            if not isinstance(found.get(name), str) or not is_protected(found[name]):
                raise ProviderError(f"discovery: {name} is no HTTPS address")
        return found

    def _get(self, url: str, step: str) -> dict[str, Any]:
        return self._ask(step, "GET", url)

    def _post(self, document: dict[str, Any], form: dict[str, str]) -> dict[str, Any]:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        secret = client_secret(self._config)
        methods = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if secret and "client_secret_basic" in methods:
            pair = f"{quote(self._config.oidc_client, safe='')}:{quote(secret, safe='')}"
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        elif secret:
            form = form | {"client_secret": secret}
        url = str(document["token_endpoint"])
        return self._ask("token", "POST", url, headers, urlencode(form).encode())

    def _ask(
        self,
        step: str,
        method: str,
        url: str,
        headers: dict[str, str] | None = None,
        body: bytes = b"",
    ) -> dict[str, Any]:
        """Return the JSON object of an answer; no redirect is followed, its size is bounded."""
        fields = {"Accept": "application/json", **(headers or {})}
        client = Client(connect_s=TIMEOUT_S, step_s=TIMEOUT_S, tls=self._tls)
        try:
            answer = client.ask(method, url, headers=fields, body=body, max_bytes=MAX_BYTES)
        except AnswerTooLongError as fault:
            raise ProviderError(f"{step}: too long an answer") from fault
        except NoAnswerError as fault:
            raise ProviderError(f"{step}: no answer") from fault
        finally:
            client.close()
        if answer.status != HTTPStatus.OK:
            raise ProviderError(f"{step}: status {answer.status}")
        try:
            found = decode_loose(answer.body, max_bytes=MAX_BYTES, max_depth=MAX_DEPTH)
        except ComityError as fault:
            raise ProviderError(f"{step}: not JSON") from fault
        if not isinstance(found, dict):
            raise ProviderError(f"{step}: not a JSON object")
        return found


def client_secret(config: NodeConfig) -> str:
    """Return the client secret, or an empty text for a public client.

    Raises:
        ProviderSecretError: the file is missing, too long, or others may read it.
    """
    if not config.oidc_secret:
        return ""
    path = config.folder / Path(config.oidc_secret)
    try:
        with path.open("rb") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise ProviderSecretError("others may read the client secret: set mode 0600")
            data = file.read(MAX_SECRET_BYTES + 1)
        secret = data.decode().strip()
    except (OSError, ValueError) as fault:
        raise ProviderSecretError("the client secret cannot be read") from fault
    if not secret or len(data) > MAX_SECRET_BYTES:
        raise ProviderSecretError("the client secret is empty or too long")
    return secret


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")
