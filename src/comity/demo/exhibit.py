"""An exhibit to seal where no evidence is given: a small, plainly invented mail log."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

_LINES = 400
LOGGED_DAYS: Final = 28


def logged_since(until: datetime) -> datetime:
    """Return the first moment of the log: midnight, so many days before it ends."""
    return until.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=LOGGED_DAYS)


def make_exhibit(folder: Path, *, until: datetime) -> Path:
    """Write the files of the exhibit and return their folder.

    Args:
        folder: where.
        until: aware UTC time before whose day all logins are: nothing is logged after its request.
    """
    target = folder / "exhibit"
    (target / "mail").mkdir(parents=True)
    since = logged_since(until)
    rows = (
        f"{since + timedelta(days=n % LOGGED_DAYS):%Y-%m-%d}T{n % 24:02d}:{n * 7 % 60:02d}:00Z "
        f"login account=example-{n % 5} from=192.0.2.{n % 250} result={'ok' if n % 3 else 'denied'}"
        for n in range(_LINES)
    )
    (target / "mail" / "logins.log").write_text("\n".join(rows) + "\n", encoding="utf-8")
    note = "Invented records for a demonstration. Addresses are of RFC 5737; nobody is meant.\n"
    (target / "README.txt").write_text(note, encoding="utf-8")
    (target / "mail" / "thư-mục ملف.txt").write_text("Names are bytes.\n", encoding="utf-8")
    return target
