"""Codes of answers that no class of error carries: what each means, and what its reader does."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

ANSWERS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "body-slow": (
            "The body of the request did not arrive in the time allowed for it (408).",
            "Send it again over a faster connection.",
        ),
        "busy": (
            "The node works on as many requests as it can (503).",
            "Wait for the seconds that `Retry-After` names, then send the request again.",
        ),
        "csrf": (
            "The CSRF token is missing, or the request comes from another site (403).",
            "A program sends a bearer token instead of the cookie of a browser.",
        ),
        "length-none": (
            "The request has a body and does not say how long it is (411).",
            "Send `Content-Length`.",
        ),
        "log-not-compared": (
            "The node has started and has not compared its log with its partners yet (503).",
            "Repeat the request later.",
        ),
        "method": (
            "The address does not take this HTTP method (405).",
            "Use a method that the header `Allow` names.",
        ),
        "not-allowed": (
            "The role of the caller does not have the right for this operation (403).",
            "Ask the administrator of the node for a role that has the right.",
        ),
        "not-here": (
            "The address, or the thing that it names, does not exist or is closed to the caller"
            " (404).",
            "Check the address and the identifier in it.",
        ),
        "not-signed-in": (
            "The request has no token or session that is in use (401).",
            "Send `Authorization: Bearer TOKEN` with a token that is not revoked or expired.",
        ),
        "origin-unknown": (
            "This node has no log of the origin that the request names, or nothing in it (404).",
            "Use an origin of this node's log.",
        ),
        "query-malformed": (
            "The query does not have the form of this address, or asks for trees that do not exist"
            " (400).",
            "Correct the query: the answer says what is expected.",
        ),
        "range-malformed": (
            "`Range` does not name one range of bytes of the package (416).",
            "Send one range that lies within the size of the package.",
        ),
        "request-malformed": (
            "The request cannot be read, or a member or parameter breaks a rule (400 or 422).",
            "Correct what `detail` and `errors` name, then send the request again.",
        ),
        "snapshot-unknown": (
            "The log of this node does not contain the snapshot of the directory (404).",
            "Ask the secretariat that issued it.",
        ),
        "tile-unknown": (
            "The tree has no such tile (404).",
            "Ask only for tiles of the tree that the newest checkpoint states.",
        ),
        "token-scope": (
            "The role of the caller has the right for this operation, the token does not name it"
            " (403).",
            "Make a token that names the right: `comity token new`.",
        ),
        "too-many": (
            "Too many requests from this address are under way (429).",
            "Wait for the seconds that `Retry-After` names, then send the request again.",
        ),
        "unforeseen": (
            "The node failed in an unforeseen way (500).",
            "Tell the operator the time. The cause is in the log of the node.",
        ),
        "witness-off": (
            "This node is no witness (404).",
            "Ask a node that the directory lists as a witness.",
        ),
        "witness-old-size-larger": (
            "The old size of the request is larger than the tree of the checkpoint (400).",
            "Send the size of an earlier checkpoint.",
        ),
        "witness-origin-differs": (
            "The checkpoint names another origin than the log that signed it (400).",
            "Send a checkpoint of the log's own origin.",
        ),
        "witness-origin-unknown": (
            "The witness does not know the origin of the checkpoint (404).",
            "Send checkpoints of logs that the directory lists.",
        ),
        "witness-proof-bad": (
            "The consistency proof does not lead from the old tree to the new one (422).",
            "Send the proof between these two trees.",
        ),
        "witness-signature-unknown": (
            "No known key of the log signed the checkpoint (403).",
            "Sign with the key of the log that the directory lists.",
        ),
    }
)
