"""An exhibit to seal where no evidence is given: a small, plainly invented mail log."""

from pathlib import Path

_LINES = 400


def make_exhibit(folder: Path) -> Path:
    """Write the files of the exhibit and return their folder."""
    target = folder / "exhibit"
    (target / "mail").mkdir(parents=True)
    rows = (
        f"2026-11-{1 + n % 28:02d}T{n % 24:02d}:{n * 7 % 60:02d}:00Z "
        f"login account=example-{n % 5} from=192.0.2.{n % 250} result={'ok' if n % 3 else 'denied'}"
        for n in range(_LINES)
    )
    (target / "mail" / "logins.log").write_text("\n".join(rows) + "\n", encoding="utf-8")
    note = "Invented records for a demonstration. Addresses are of RFC 5737; nobody is meant.\n"
    (target / "README.txt").write_text(note, encoding="utf-8")
    (target / "mail" / "thư-mục ملف.txt").write_text("Names are bytes.\n", encoding="utf-8")
    return target
