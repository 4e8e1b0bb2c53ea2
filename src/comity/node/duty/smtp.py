"""Handing one notice to a mail server, encrypted or not at all."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from comity.canonical import OperationError
from comity.node.core.notice_channels import MailServer, parse_address, read_secret

TIMEOUT_S: Final = 10.0


class MailRefusedError(OperationError, code="notice-mail-refused"):
    """A mail server refused a notice: the sign-in, the sender, the addressee or the text."""


class MailSilentError(OperationError, code="notice-mail-silent"):
    """A mail server does not answer, or offers no encryption that holds."""


def greet(server: MailServer) -> None:
    """Reach a mail server, encrypted, and sign in; nothing is sent.

    Raises:
        NoticeSecretError, MailRefusedError, MailSilentError: as for `send`.
    """
    password = read_secret(server.password_file).decode() if server.password_file else ""
    with _told(), _opened(server) as session:
        if server.user:
            session.login(server.user, password)
        session.noop()


def send(server: MailServer, to: str, subject: str, text: str, *, at: datetime) -> None:
    """Hand a notice to a mail server.

    Args:
        server: where.
        to: one address.
        subject: one line.
        text: of the body.
        at: for the Date.

    Raises:
        NoticeAddressError, NoticeSecretError: it cannot even be tried.
        MailRefusedError, MailSilentError: it was not taken; neither repeats what anybody said.
    """
    message = EmailMessage()
    message["From"], message["To"] = server.sender, parse_address(to)
    message["Subject"] = " ".join(subject.split())
    message["Date"] = format_datetime(at)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday answers it
    message.set_content(text + "\n")
    password = read_secret(server.password_file).decode() if server.password_file else ""
    with _told(), _opened(server) as session:
        if server.user:
            session.login(server.user, password)
        session.send_message(message)


@contextmanager
def _told() -> Iterator[None]:
    """Translate what a mail server answers into our errors; neither repeats what anybody said."""
    try:
        yield
    except smtplib.SMTPServerDisconnected as fault:
        raise MailSilentError("the mail server ended the connection") from fault
    except smtplib.SMTPNotSupportedError as fault:
        raise MailSilentError("the mail server offers no encryption or no sign-in") from fault
    except smtplib.SMTPConnectError as fault:
        raise MailSilentError("the mail server does not take connections") from fault
    except smtplib.SMTPException as fault:
        raise MailRefusedError("the mail server refused the notice") from fault
    except OSError as fault:
        raise MailSilentError(
            "the mail server does not answer, or its certificate is wrong"
        ) from fault


def _opened(server: MailServer) -> smtplib.SMTP:
    if server.tls == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_S, context=context)
    session = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)
    try:
        if server.tls == "starttls":
            session.starttls(context=ssl.create_default_context())
    except BaseException:
        session.close()
        raise
    return session
