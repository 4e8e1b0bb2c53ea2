"""The plain commands on a bundle's first page: other people's tools, on three systems.

Lines that begin with ``$`` run in a shell in the bundle's folder, those with ``PS>`` in PowerShell.
Nothing they write goes into the folder. A test runs those that Linux can.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from comity.bundle import layout
from comity.bundle.case import Case
from comity.bundle.layout import Kind

_INTRO: Final = """\
WITH OTHER PEOPLE'S TOOLS
Run in this folder. KEY-FILE is your age key; ROOT.pem the certificate of the time-stamp authority,
which you have from somebody else. Signatures and logs: see the last part."""
_FILES: Final = """\
LINUX (coreutils, bagit-python, openssl, age)
  The files are those listed, and none was added:
    $ sha512sum -c --strict --quiet tagmanifest-sha512.txt
    $ sha256sum -c --strict --quiet manifest-sha256.txt
    $ test "$(find data ! -type d | wc -l)" -eq "$(wc -l < manifest-sha256.txt)" \
&& echo no file was added
    $ bagit.py --validate ."""
_STAMPS: Final = """\
  Time stamps, each over the checkpoint beside it (add -attime SECONDS-SINCE-1970 if a certificate
  has ended since), and what time they say:
    $ (for t in data/log/*/*/stamped/*.tsr; do openssl ts -verify -in "$t" \
-data "${t%.*.tsr}.note" -CAfile ROOT.pem || exit 1; done)
    $ for t in data/log/*/*/stamped/*.tsr; do openssl ts -reply -in "$t" -text; done"""
_NO_STAMPS: Final = """\
  Time stamps: there are none. No trusted time stamp: not proved."""
_MACOS: Final = """\
MACOS
  As above, with shasum -a 512 -c and shasum -a 256 -c instead of the first two lines; age and
  bagit-python from their authors; openssl from OpenSSL, version 3.
    $ shasum -a 512 -c tagmanifest-sha512.txt
    $ shasum -a 256 -c manifest-sha256.txt"""
_WINDOWS: Final = r"""
WINDOWS (PowerShell; nothing to install). Put this folder near the root of a drive (C:\bundle):
Windows does not find files whose path is longer than 259. What is printed by the first two lines
was changed, or is gone:
    PS> Get-Content tagmanifest-sha512.txt -Encoding UTF8 | ForEach-Object { $d, $p = $_ -split \
'  ', 2; if ((Get-FileHash -LiteralPath $p -Algorithm SHA512).Hash -ne $d) { $p } }
    PS> Get-Content manifest-sha256.txt -Encoding UTF8 | ForEach-Object { $d, $p = $_ -split \
'  ', 2; if ((Get-FileHash -LiteralPath $p -Algorithm SHA256).Hash -ne $d) { $p } }
  Two equal numbers: no file was added.
    PS> (Get-ChildItem data -Recurse -File -Force).Count
    PS> (Get-Content manifest-sha256.txt).Count
  One file without PowerShell; compare the two lines:
    PS> certutil -hashfile data\bundle.json SHA256
    PS> findstr /E /C:"  data/bundle.json" manifest-sha256.txt
  age.exe, tar.exe and openssl.exe take the options shown for Linux.""".replace("\\\n", "")
_REST: Final = """\
SIGNATURES AND LOGS
  data/bundle.json, messages, receipts and directory records are JWS (RFC 7515) in general JSON
  serialization, Ed25519 (RFC 9864) or ES256 (RFC 7518). Any JWS library verifies them with the
  public key (JWK) whose RFC 7638 thumbprint is the "kid"; the keys stand in data/directory/entries,
  whose own signatures are by the keys in data/directory/states, whose first keys must be those of
  the trust file.
  data/log/PARTY/EPOCH/checkpoint is a C2SP signed note with a C2SP checkpoint; "proof" in each leaf
  file is a C2SP tlog-proof. Go reads them: golang.org/x/mod/sumdb/note (note.Open) and
  golang.org/x/mod/sumdb/tlog (tlog.CheckRecord over the SHA-256 leaf hash of "entry")."""


def commands(case: Case, paths: Sequence[str]) -> str:
    """Return the part of the first page that needs nothing of ours.

    Args:
        case: what the bundle holds.
        paths: of evidence, sorted.
    """
    stamps = _STAMPS if case.stamps else _NO_STAMPS
    linux = [_FILES, stamps, *_packages(paths), *_exhibits(case, paths)]
    parts = [_INTRO, "\n".join(linux), _MACOS, _WINDOWS.strip(), _REST]
    return "\n\n".join(parts)


def _packages(paths: Sequence[str]) -> Iterator[str]:
    packages = [path for path in paths if layout.kind_of(path) is Kind.PACKAGE]
    if packages:
        yield "  A sealed package (age-encryption.org/v1), for whoever has the key:"
        yield f"    $ age -d -i KEY-FILE -o ../package.tar {packages[0]}"
        yield "    $ mkdir ../opened && tar -xf ../package.tar -C ../opened"
        yield "    $ bagit.py --validate ../opened"
    for path in packages[1:]:
        yield f"  likewise {path}"


def _exhibits(case: Case, paths: Sequence[str]) -> Iterator[str]:
    """Yield how each opened exhibit is checked; one with files withheld is no complete bag."""
    folders = {"/".join(p.split("/")[:3]) for p in paths if layout.kind_of(p) is Kind.EXHIBIT}
    for folder in sorted(folders):
        if any(path.startswith(f"{folder}/") for path in case.withheld):
            yield "  An opened exhibit of which files are withheld; those that are here are right:"
            inside = f"    $ (cd {folder} &&"
            yield f"{inside} sha512sum -c --strict --quiet tagmanifest-sha512.txt)"
            if any(path.startswith(f"{folder}/data/") for path in paths):
                yield f"{inside} sha256sum -c --ignore-missing --quiet manifest-sha256.txt)"
        else:
            yield "  An opened exhibit:"
            yield f"    $ bagit.py --validate {folder}"
