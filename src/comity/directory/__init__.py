"""Who is who: State records, entries, and key history, accepted only as the specification says.

Pure, in reading order: `errors`, `parsing`, `keyrow`, `parsing`, `entry`, `state_record`,
`verdicts`, `trust`, `directory`, `verdicts`, `acceptance`,
`handover`, `entry`. Around them, imported by their own names so that reading a directory never
loads TUF: `tuf_client` (a node's side), `fetching`, `store` (a folder on disk), `tuf_repository`
(the secretariat's side), `state_folder` (a State's offline keys).
"""

from comity.directory.acceptance import accept, accept_all, admit, confirm_reset, replay
from comity.directory.directory import Age, Directory, Reset
from comity.directory.entry import (
    Entry,
    Instrument,
    NodeKeys,
    SignedEntry,
    Text,
    build_node_keys,
    parse_entry,
    parse_node_keys,
    sign_entry,
)
from comity.directory.errors import PartyUnknownError
from comity.directory.handover import Handover, build_handover, parse_handover
from comity.directory.keyrow import KeyRow, parse_key_row, sealing_row, signing_row
from comity.directory.parsing import Endpoint
from comity.directory.state_record import (
    KeySet,
    SignedState,
    StateRecord,
    parse_state_record,
    sign_state,
)
from comity.directory.trust import TrustFile, check_modes, merged_trust, parse_trust, trust_kids
from comity.directory.verdicts import Accepted, Batch, DoubleSpeak, Refused, check_history

__all__ = [
    "Accepted",
    "Age",
    "Batch",
    "Directory",
    "DoubleSpeak",
    "Endpoint",
    "Entry",
    "Handover",
    "Instrument",
    "KeyRow",
    "KeySet",
    "NodeKeys",
    "PartyUnknownError",
    "Refused",
    "Reset",
    "SignedEntry",
    "SignedState",
    "StateRecord",
    "Text",
    "TrustFile",
    "accept",
    "accept_all",
    "admit",
    "build_handover",
    "build_node_keys",
    "check_history",
    "check_modes",
    "confirm_reset",
    "merged_trust",
    "parse_entry",
    "parse_handover",
    "parse_key_row",
    "parse_node_keys",
    "parse_state_record",
    "parse_trust",
    "replay",
    "sealing_row",
    "sign_entry",
    "sign_state",
    "signing_row",
    "trust_kids",
]
