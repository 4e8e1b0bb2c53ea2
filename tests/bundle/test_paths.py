"""Every path of a bundle survives NTFS and exFAT, or the bundle is not written."""

import pytest
from tests.bundle.makers import (
    MemorySink,
    case_of,
    evidence_of,
    opening,
    private,
    redacted_bundle,
    stamped_bundle,
    whole_bundle,
    whole_story,
)

from comity.bundle import layout
from comity.bundle import write as writing
from comity.bundle.errors import BundlePathError
from comity.bundle.write import MAX_UNITS, check_portable

ROOT = bytes(32)
RESERVED = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(10))}


@pytest.mark.parametrize("files", [whole_bundle(), stamped_bundle(), redacted_bundle()])
def test_the_paths_of_real_bundles_survive_other_file_systems(files: dict[str, bytes]) -> None:
    for path in files:
        assert not set(path) & set('<>:"\\|?*'), path
        assert path.isprintable()
        assert len(path.encode("utf-16-le")) // 2 <= 240
        for part in path.split("/"):
            assert part
            assert not part.endswith((".", " "))
            assert part.partition(".")[0].lower() not in RESERVED
    assert len({path.casefold() for path in files}) == len(files)
    check_portable(files)


@pytest.mark.parametrize(
    "inside",
    [
        "data/" + "x" * 200,
        "data/" + "😀" * 80,
        "data/aux.txt",
        "data/trailing.",
        "data/trailing ",
        "data/a:b",
        "data/a\\b",
        "data/what?",
        "data//x",
        "data/../x",
        "data/line\nbreak",
        "data/\u202eexe.txt",
    ],
)
def test_a_path_that_would_not_survive_is_refused_without_being_shown(inside: str) -> None:
    with pytest.raises(BundlePathError) as raised:
        check_portable([layout.README, layout.exhibit_path(ROOT, inside)])
    assert inside.removeprefix("data/") not in str(raised.value)
    assert ROOT.hex() in str(raised.value)


def test_two_paths_that_differ_by_case_only_are_refused() -> None:
    names = [layout.exhibit_path(ROOT, name) for name in ("data/Mail.txt", "data/mail.TXT")]
    with pytest.raises(BundlePathError):
        check_portable(names)


def test_a_path_of_exactly_the_limit_passes() -> None:
    prefix = layout.exhibit_path(ROOT, "data/")
    check_portable([prefix + "x" * (MAX_UNITS - len(prefix))])


def test_nothing_is_written_where_a_path_is_refused() -> None:
    evidence = {path: opening(data) for path, data in evidence_of(whole_story()).items()}
    folder = next(path for path in evidence if path.endswith("/bagit.txt")).removesuffix(
        "bagit.txt"
    )
    evidence[f"{folder}data/{'x' * 200}"] = opening(b"")
    sink, case = MemorySink(), case_of(whole_story())
    with pytest.raises(BundlePathError):
        writing.write(sink, case, private(case.exporter, "export"), evidence=evidence)
    assert sink.files == {}
