"""A package's provenance in CASE/UCO JSON-LD: one sealing action and the record it made.

Source: CASE 1.5.0 and UCO 1.5.0, `investigation:InvestigativeAction`,
    `investigation:ProvenanceRecord`;
contexts are inline, never fetched.
"""

import uuid
from datetime import datetime
from typing import Any

from comity.canonical import digest, encode, time_text

NAME = "metadata/case.jsonld"
_CONTEXT = {
    "investigation": "https://ontology.caseontology.org/case/investigation/",
    "kb": "urn:comity:",
    "action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "tool": "https://ontology.unifiedcyberontology.org/uco/tool/",
    "types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def provenance(
    *,
    salt: bytes,
    sealed_at: datetime,
    sender: str | None,
    exhibit: str | None,
    manifest_sha256: bytes,
    manifest_size_bytes: int,
    software_version: str,
) -> bytes:
    """Return the JSON-LD document of one sealing.

    Args:
        salt: the package's salt; the identifiers come from it, so they repeat with it only.
        sealed_at: aware UTC time.
        sender: the party that seals, if known.
        exhibit: the exhibit's identifier, if known.
        manifest_sha256: digest of the payload manifest, which names every file.
        manifest_size_bytes: its length.
        software_version: of the program that seals.
    """

    def node(kind: str) -> str:
        value = uuid.UUID(bytes=digest("case", salt, kind.encode("ascii"))[:16], version=4)
        return f"kb:{kind}-{value}"

    when = {"@type": "xsd:dateTime", "@value": time_text(sealed_at)}
    record: dict[str, Any] = {
        "@id": node("record"),
        "@type": "investigation:ProvenanceRecord",
        "core:description": "The files of this package, as its payload manifest lists them",
        "core:object": {"@id": node("manifest")},
    }
    if exhibit is not None:
        record["investigation:exhibitNumber"] = exhibit
    action: dict[str, Any] = {
        "@id": node("action"),
        "@type": "investigation:InvestigativeAction",
        "core:name": "sealed",
        "action:startTime": when,
        "action:endTime": when,
        "action:instrument": {"@id": node("tool")},
        "action:object": {"@id": node("manifest")},
        "action:result": {"@id": node("record")},
    }
    graph = [action, record, _tool(node("tool"), software_version)]
    graph.append(_manifest(node("manifest"), manifest_sha256, manifest_size_bytes))
    if sender is not None:
        action["action:performer"] = {"@id": node("performer")}
        graph.append(
            {"@id": node("performer"), "@type": "identity:Organization", "core:name": sender}
        )
    return encode({"@context": _CONTEXT, "@graph": graph})


def _tool(name: str, version: str) -> dict[str, Any]:
    return {"@id": name, "@type": "tool:Tool", "core:name": "Comity", "tool:version": version}


def _manifest(name: str, sha256: bytes, size_bytes: int) -> dict[str, Any]:
    kb, _, own = name.partition(":manifest-")
    facet = f"{kb}:facet-{uuid.uuid5(uuid.UUID(own), 'facet')}"
    hash_id = f"{kb}:hash-{uuid.uuid5(uuid.UUID(own), 'hash')}"
    return {
        "@id": name,
        "@type": "observable:File",
        "core:hasFacet": [
            {
                "@id": facet,
                "@type": "observable:ContentDataFacet",
                "observable:hash": {
                    "@id": hash_id,
                    "@type": "types:Hash",
                    "types:hashMethod": "SHA256",
                    "types:hashValue": {"@type": "xsd:hexBinary", "@value": sha256.hex()},
                },
                "observable:sizeInBytes": {"@type": "xsd:integer", "@value": str(size_bytes)},
            }
        ],
    }
