"""The list of what this program is made of, as CycloneDX 1.6, from what is installed.

The same installation gives the same bytes: nothing in it tells when, where or by whom.
Source: ecma-international.org, ECMA-424 (CycloneDX 1.6), sections 4 and 5.
"""

import hashlib
import json
import re
import uuid
from collections.abc import Iterator, Mapping
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final

ROOT: Final = "comity"
_SPACE: Final = uuid.UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")  # RFC 9562, namespace DNS
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_EXTRA: Final = re.compile(r"""extra\s*==\s*["']([A-Za-z0-9._-]+)["']""")
_BUILD: Final = frozenset({"pip", "setuptools", "setuptools-scm", "wheel"})


def bill(wheels: Path | None = None) -> dict[str, Any]:
    """Return the bill of materials of the program that runs, its dependencies included.

    Args:
        wheels: folder of the wheels it was installed from, whose SHA-256 then stand in it.
    """
    found = dict(sorted(_reached(ROOT).items()))
    digests = _digests(wheels) if wheels is not None else {}
    components = [
        _component(one, digests.get((name, one.version)), kind="library")
        for name, one in found.items()
        if name != ROOT
    ]
    root = _component(found[ROOT], digests.get((ROOT, found[ROOT].version)), kind="application")
    depends = [
        {
            "ref": _purl(name, one.version),
            "dependsOn": sorted(
                _purl(other, found[other].version) for other in set(_needs(one)) if other in found
            ),
        }
        for name, one in found.items()
    ]
    made: dict[str, Any] = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": root},
        "components": components,
        "dependencies": sorted(depends, key=lambda one: str(one["ref"])),
    }
    digest = hashlib.sha256(json.dumps(made, sort_keys=True).encode()).hexdigest()
    return {**made, "serialNumber": f"urn:uuid:{uuid.uuid5(_SPACE, digest)}"}


def _reached(root: str) -> dict[str, Distribution]:
    found: dict[str, Distribution] = {}
    waiting = [root]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            continue  # a requirement for another machine or Python
        waiting += _needs(found[name])
    return found


def _needs(one: Distribution) -> Iterator[str]:
    """Yield what a distribution asks for, extras only where they are installed with it."""
    for line in one.requires or ():
        name, extra = _NAME.match(line), _EXTRA.search(line)
        if name is None or (extra and not _is_asked(_plain(one.name), extra[1])):
            continue
        plain = _plain(name[0])
        if plain not in _BUILD and (not extra or _is_there(plain)):
            yield plain


_EXTRAS: Final = {
    "django-allauth": frozenset({"mfa", "socialaccount"}),
    "psycopg": frozenset({"binary", "pool"}),
}
"""The extras that our own requirements ask for."""


def _is_asked(name: str, extra: str) -> bool:
    return name == ROOT or extra in _EXTRAS.get(name, ())


def _is_there(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


def _component(one: Distribution, sha256: str | None, *, kind: str) -> dict[str, Any]:
    name, told = _plain(one.name), one.metadata
    made: dict[str, Any] = {
        "bom-ref": _purl(name, one.version),
        "type": kind,
        "name": name,
        "version": one.version,
        "purl": _purl(name, one.version),
    }
    if told.get("Summary"):
        made["description"] = told["Summary"]
    if licence := _licence(told):
        made["licenses"] = [licence]
    if sha256:
        made["hashes"] = [{"alg": "SHA-256", "content": sha256}]
    return made


def _licence(told: Any) -> dict[str, Any] | None:
    if expression := told.get("License-Expression"):
        return {"expression": expression}
    for line in told.get_all("Classifier") or ():
        if line.startswith("License :: OSI Approved :: "):
            return {"license": {"name": line.rpartition(" :: ")[2]}}
    text = (told.get("License") or "").strip()
    return {"license": {"name": text}} if text and "\n" not in text and len(text) < 100 else None


def _purl(name: str, version: str) -> str:
    return f"pkg:pypi/{name}@{version}"


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _digests(wheels: Path) -> Mapping[tuple[str, str], str]:
    found = {}
    for path in sorted(wheels.glob("*.whl")):
        name, version = path.name.split("-")[:2]
        found[_plain(name), version] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found
