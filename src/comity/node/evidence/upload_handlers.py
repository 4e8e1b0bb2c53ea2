"""Files on forms: no form, not even a visitor's, puts more on the disk than an original may have.

Django bounds the fields of a form, not its files, and the check of a form's origin reads them all
before anybody is known.
"""

from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

from comity.node.evidence.originals import MAX_BYTES

MAX_FORM_BYTES: Final = MAX_BYTES + 64 * 1024
"""Longest form: an original, and the fields beside it."""


class BoundedForm(FileUploadHandler):
    """Refuses a form by its length, before a byte of it is read; leaves files to the others."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        """Raise if a form is too long.

        Raises:
            RequestDataTooBig: it is.
        """
        if content_length > MAX_FORM_BYTES:
            raise RequestDataTooBig("a form with files is longer than any form needs to be")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass a piece of a file on."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers after this one."""
