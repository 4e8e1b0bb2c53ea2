"""Bytes two States agree on.

Reading order: `errors`, `json`, `digests`, `times`, `names`, `members`.
"""

from comity.canonical.digests import b64, digest, digest_text, equal, parse_digest, unb64
from comity.canonical.errors import ComityError, MisuseError, OperationError, PeerError
from comity.canonical.json import decode, decode_foreign, decode_loose, encode
from comity.canonical.members import MemberError, members, strings
from comity.canonical.names import (
    PROTOCOL,
    Mode,
    new_id,
    parse_id,
    parse_mode,
    parse_party,
    parse_state,
    state_of,
)
from comity.canonical.times import in_zone, parse_time, shift_time, time_text

__all__ = [
    "PROTOCOL",
    "ComityError",
    "MemberError",
    "MisuseError",
    "Mode",
    "OperationError",
    "PeerError",
    "b64",
    "decode",
    "decode_foreign",
    "decode_loose",
    "digest",
    "digest_text",
    "encode",
    "equal",
    "in_zone",
    "members",
    "new_id",
    "parse_digest",
    "parse_id",
    "parse_mode",
    "parse_party",
    "parse_state",
    "parse_time",
    "shift_time",
    "state_of",
    "strings",
    "time_text",
    "unb64",
]
