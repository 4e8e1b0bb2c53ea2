"""The bytes of an original as a file that no browser renders."""

from typing import Final

from django.http import HttpResponse

from comity.node.models import Original

SUFFIXES: Final = {
    "docx": ".docx", "eml": ".eml", "gif": ".gif", "jpeg": ".jpg", "msg": ".msg", "pdf": ".pdf",
    "png": ".png", "text": ".txt", "tiff": ".tif",
}  # fmt: skip
"""Kind, as it was read, to the end of a downloaded file's name; whatever may run gets ``.bin``."""


def bytes_answer(row: Original) -> HttpResponse:
    """Return the bytes of an original as a file to be kept, that no browser renders."""
    kind = str(((row.reading or {}).get("original") or {}).get("kind", ""))
    name = f"original-{row.digest.removeprefix('sha256:')[:16]}{SUFFIXES.get(kind, '.bin')}"
    answer = HttpResponse(bytes(row.data), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
