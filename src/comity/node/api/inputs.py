"""What many operations take: texts that a person wrote, a language, the bytes of a file.

Types are plain names, as in `shapes`.
"""

from typing import Annotated, Any, Final

from pydantic import StringConstraints

Written = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""A text that a person writes: blanks around it are no part of it, and blanks alone are none."""
Lang = Annotated[str, StringConstraints(pattern="^[a-z]{2}(-[a-z]{2,8})*$", max_length=16)]

BYTES: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
"""What OpenAPI says of an operation whose body is a file's bytes (`guard.body_of` reads it)."""
