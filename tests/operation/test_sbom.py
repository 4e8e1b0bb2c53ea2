"""The bill of materials: whole, the same each time, in the form that scanners read."""

import json
import re
from importlib.metadata import version

from packaging.requirements import Requirement
from scripts import bundle
from tests.operation.conftest import comity

from comity.files.sbom import ROOT, bill


def test_the_same_installation_gives_the_same_bytes() -> None:
    assert comity("sbom") == comity("sbom")


def test_nothing_in_it_tells_when_where_or_by_whom() -> None:
    made = bill()
    assert set(made["metadata"]) == {"component"}
    assert not re.search(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T", json.dumps(made))
    assert "/site-packages" not in json.dumps(made)


def test_its_form_is_that_of_cyclonedx_1_6() -> None:
    made = bill()
    assert (made["bomFormat"], made["specVersion"], made["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", made["serialNumber"])
    refs = [one["bom-ref"] for one in [*made["components"], made["metadata"]["component"]]]
    assert len(refs) == len(set(refs))
    for one in made["components"]:
        assert {"type", "name", "version", "purl"} <= set(one)
        assert one["purl"] == f"pkg:pypi/{one['name']}@{one['version']}" == one["bom-ref"]
    for row in made["dependencies"]:
        assert {row["ref"], *row["dependsOn"]} <= set(refs)
    assert sorted(row["ref"] for row in made["dependencies"]) == sorted(refs)


def test_it_names_all_that_the_lock_names_for_this_machine_in_the_version_that_is_here() -> None:
    text = re.sub(r"\\\n\s*", " ", bundle.LOCK.read_text(encoding="utf-8"))
    wanted = {}
    for line in text.splitlines():
        if line and not line.startswith(("#", " ")):
            asked = Requirement(line.partition(" --hash")[0])
            if asked.marker is None or asked.marker.evaluate():
                wanted[asked.name] = str(asked.specifier).removeprefix("==")
    told = {one["name"]: one["version"] for one in bill()["components"]}
    build = {"setuptools", "setuptools-scm", "vcs-versioning", "packaging", "wheel"}
    assert {name: told.get(name) for name in wanted if name not in build} == {
        name: number for name, number in wanted.items() if name not in build
    }
    assert bill()["metadata"]["component"]["version"] == version(ROOT)


def test_most_parts_say_under_which_licence_they_come() -> None:
    parts = bill()["components"]
    assert len([one for one in parts if "licenses" in one]) >= 0.9 * len(parts)
