"""A custody passport for machines: CASE/UCO JSON-LD, one action an event.

Each event is one `investigation:InvestigativeAction`, whose object is the provenance record it
started from and whose result is the next; identifiers follow from the exhibit, so the same passport
gives the same bytes. The words proved, attested and unknown stand as `core:tag`.

Source: CASE 1.5.0 and UCO 1.5.0; contexts are inline, never fetched.
"""

import uuid
from collections.abc import Iterator
from typing import Any, Final

from comity.canonical import digest_text, encode, time_text
from comity.evidence.custody import Event
from comity.evidence.passport import Passport, PassportEvent

_CONTEXT: Final = {
    "action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "investigation": "https://ontology.caseontology.org/case/investigation/",
    "kb": "urn:comity:",
    "location": "https://ontology.unifiedcyberontology.org/uco/location/",
    "observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "tool": "https://ontology.unifiedcyberontology.org/uco/tool/",
    "types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
ROOT_METHOD: Final = "RFC9162-SHA256-BLAKE3-1MiB"
"""The root of a sealed package: RFC 9162 tree over BLAKE3 of blocks (spec 15.2); no file's."""
LIST_METHOD: Final = "COMITY1-FILE-LIST-SHA256"
"""Before sealing: the digest of the file list (spec 15.1)."""
STATEMENT_METHOD: Final = "COMITY1-RECORD-SHA256"
"""Of a redacted copy: the record digest of its bundle's statement (spec 16)."""
_BY_COMITY: Final = ("sealed", "offered", "received", "returned")
"""Events that this software brings about; of others the chain does not say by which tool."""

type Node = dict[str, Any]


def case_document(passport: Passport, *, software_version: str) -> bytes:
    """Return the JSON-LD document of a passport.

    Args:
        passport: what is known of the exhibit.
        software_version: of the program that recorded the events.
    """
    graph = _Graph(passport, software_version)
    for item in passport.events:
        graph.add_event(item)
    graph.add_packages()
    graph.add_limits()
    nodes = sorted(graph.nodes.values(), key=lambda node: str(node["@id"]))
    return encode({"@context": _CONTEXT, "@graph": nodes})


class _Graph:
    """The nodes of one document, each once."""

    def __init__(self, passport: Passport, software_version: str) -> None:
        self.nodes: dict[str, Node] = {}
        self._passport = passport
        self._version = software_version
        self._roots = {package.root for package in passport.packages}

    def add_event(self, item: PassportEvent) -> None:
        """Add an event's action, and the provenance record that it made."""
        event = item.event
        action: Node = {
            "@type": "investigation:InvestigativeAction",
            "core:name": event.event,
            "core:description": event.reason,
            "core:tag": item.status,
            "core:externalReference": list(self._references(item)),
            "action:startTime": _moment(time_text(event.at)),
            "action:endTime": _moment(time_text(event.at)),
            "action:performer": self._performer(event),
            "action:result": list(self._results(event)),
        }
        started_from = list(self._objects(event))
        if started_from:
            action["action:object"] = started_from
        if event.place:
            where = {"@type": "location:Location", "core:name": event.place}
            action["action:location"] = self._add(f"place-{event.place}", where)
        if event.event in _BY_COMITY:
            tool = {"@type": "tool:Tool", "core:name": "Comity", "tool:version": self._version}
            action["action:instrument"] = self._add("tool", tool)
        self._add(f"action-{event.number}", action)

    def add_packages(self) -> None:
        """Add how large the sealed packages are, and what their offers say of them."""
        for package in self._passport.packages:
            node: Node = {"core:description": package.description}
            facet = {"observable:sizeInBytes": _integer(package.size_bytes)}
            self._add_bytes(package.root, ROOT_METHOD, node, facet)

    def add_limits(self) -> None:
        """Add the conditions of use that bind the exhibit: what was set, by whom, how it stands."""
        for number, limit in enumerate(self._passport.limits, start=1):
            node: Node = {
                "@type": "core:Annotation",
                "core:name": limit.kind,
                "core:description": limit.text,
                "core:object": [self._id(f"record-{self._passport.chain[-1].number}")],
                "core:statement": [f"{limit.kind}: set by {limit.by} in message {limit.source}"],
                "core:tag": limit.standing,
            }
            self._add(f"limit-{number}", node)

    def _results(self, event: Event) -> Iterator[Node]:
        yield self._record(event)
        if event.related is not None and event.event != "derived":
            yield self._other(event.related.exhibit, event.related.name)

    def _objects(self, event: Event) -> Iterator[Node]:
        if event.number > 1:
            yield self._id(f"record-{event.number - 1}")
        elif event.related is not None:
            yield self._other(event.related.exhibit, None)

    def _record(self, event: Event) -> Node:
        """Add the provenance record that holds after an event."""
        record: Node = {
            "@type": "investigation:ProvenanceRecord",
            "core:description": f"The exhibit after event {event.number} of its custody chain",
            "investigation:exhibitNumber": self._passport.exhibit,
        }
        taken_from = self._passport.taken_from
        if taken_from is not None and taken_from.related is not None:
            record["investigation:rootExhibitNumber"] = taken_from.related.exhibit
        if event.digest_after is not None:
            method = ROOT_METHOD if event.digest_after in self._roots else LIST_METHOD
            if event.event == "redacted":
                method = STATEMENT_METHOD
            record["core:object"] = self._add_bytes(event.digest_after, method, {}, {})
        return self._add(f"record-{event.number}", record)

    def _other(self, exhibit: str, part: str | None) -> Node:
        """Add the provenance record of another exhibit, of which this document knows the name."""
        record: Node = {
            "@type": "investigation:ProvenanceRecord",
            "investigation:exhibitNumber": exhibit,
        }
        if part is not None:
            record["core:name"] = part
        return self._add(f"exhibit-{exhibit}", record)

    def _performer(self, event: Event) -> Node:
        """Add the officer who acted, by the opaque identifier, and the authority."""
        office = {"@type": "identity:Organization", "core:name": event.party}
        officer: Node = {
            "@type": "identity:Person",
            "core:name": event.by,
            "core:description": f"Officer of {event.party}",
        }
        certificate = ""
        if event.certificate is not None:
            certificate = digest_text(event.certificate)
            officer["core:externalReference"] = [
                self._reference("comity/1 officer certificate", certificate)
            ]
        self._add(f"party-{event.party}", office)
        return self._add(f"officer-{event.party}-{event.by}-{certificate}", officer)

    def _references(self, item: PassportEvent) -> Iterator[Node]:
        yield self._reference("comity/1 custody event", digest_text(item.event.digest()))
        for entry in item.logs:
            place = f"{entry.party}/{entry.epoch}/{entry.index} at {time_text(entry.at)}"
            yield self._reference("comity/1 log entry", place)

    def _reference(self, context: str, identifier: str) -> Node:
        node = {
            "@type": "core:ExternalReference",
            "core:definingContext": context,
            "core:externalIdentifier": identifier,
        }
        return self._add(f"reference-{context}-{identifier}", node)

    def _add_bytes(self, value: bytes, method: str, more: Node, size: Node) -> Node:
        """Add bytes that a digest names; what is said of them twice is said once."""
        name = f"bytes-{method}-{value.hex()}"
        known = self.nodes.get(self._id(name)["@id"])
        if known is not None:
            known |= more
            known["core:hasFacet"][0] |= size
            return self._id(name)
        digest = {
            "@id": self._id(f"hash-{name}")["@id"],
            "@type": "types:Hash",
            "types:hashMethod": method,
            "types:hashValue": {"@type": "xsd:hexBinary", "@value": value.hex()},
        }
        facet = {
            "@id": self._id(f"facet-{name}")["@id"],
            "@type": "observable:ContentDataFacet",
            "observable:hash": digest,
            **size,
        }
        node = {"@type": "observable:ObservableObject", "core:hasFacet": [facet], **more}
        return self._add(name, node)

    def _add(self, name: str, node: Node) -> Node:
        reference = self._id(name)
        self.nodes.setdefault(reference["@id"], {**reference, **node})
        return reference

    def _id(self, name: str) -> Node:
        own = uuid.uuid5(uuid.UUID(self._passport.exhibit), name)
        return {"@id": f"kb:{name.partition('-')[0]}-{own}"}


def _moment(text: str) -> Node:
    return {"@type": "xsd:dateTime", "@value": text}


def _integer(value: int) -> Node:
    return {"@type": "xsd:integer", "@value": str(value)}
