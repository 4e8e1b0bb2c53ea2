"""The first page of a bundle: what is proved, attested, unknown, and how to check it without us."""

from datetime import datetime
from typing import Final

from comity.canonical import Mode, time_text

_PAGE: Final = """\
COURT BUNDLE
exported by {exporter} at {at} (its own clock), mode {mode}

This page explains; it proves nothing. Whoever could change this folder could change this page.
What counts is what a program finds with a trust file that did NOT come with this folder:

    comity verify THIS-FOLDER --trust TRUST-FILE

It ends 0 if all that is claimed is proved, 1 if a check fails (it names step and file),
3 if everything fits together but nobody vouches for whose keys these are (no trust file).


PROVED, given the trust file
  who signed each message, receipt and approval (data/messages, data/receipts);
  that nothing signed was changed, section by section (data/sections);
  that the other side recorded a message, in which place of its log, and when by its clock;
  that these logs are append-only and tell one history (data/log);
  that nothing is missing up to the heads in data/bundle.json: the last message of each member
  and the last event of each exhibit;
  that a sealed package is byte for byte the one that was offered (data/evidence).

ATTESTED: somebody signed for it, mathematics cannot confirm it
  clock readings that no independent party confirms;
  every custody event marked "attested": what was before sealing, and destruction;
  that an officer understood what a screen showed.

UNKNOWN
  what was never put into a log; whether evidence was collected lawfully;
  the content of what is listed as withheld in data/bundle.json;
  who else holds a copy or a key.


WITH OTHER PEOPLE'S TOOLS

1. Files (Linux; macOS: shasum -a 256 -c and shasum -a 512 -c):
     sha512sum -c --strict tagmanifest-sha512.txt
     sha256sum -c --strict manifest-sha256.txt
   These two do not see files that were added. This does:
     bagit.py --validate .
   On Windows, in PowerShell, for one file; compare with its line in manifest-sha256.txt:
     Get-FileHash data\\bundle.json -Algorithm SHA256
     certutil -hashfile data\\bundle.json SHA256

2. Signatures. data/bundle.json, messages, receipts and directory records are JWS (RFC 7515) in
   general JSON serialization, algorithms Ed25519 (RFC 9864) or ES256 (RFC 7518). Any JWS library
   verifies them with the public key (JWK) whose RFC 7638 thumbprint is the "kid"; the keys stand
   in data/directory/entries, whose own signatures are by the keys in data/directory/states,
   whose first keys must be those of the trust file.

3. Logs. data/log/PARTY/EPOCH/checkpoint is a C2SP signed note with a C2SP checkpoint; "proof" in
   each leaf file is a C2SP tlog-proof. Go reads them: golang.org/x/mod/sumdb/note (note.Open) and
   golang.org/x/mod/sumdb/tlog (tlog.CheckRecord over the SHA-256 leaf hash of "entry").

4. Evidence. data/evidence/ROOT.age is an age file (age-encryption.org/v1), for whoever has the key:
     age -d -i KEY-FILE data/evidence/ROOT.age > package.tar
     tar -xf package.tar -C NEW-EMPTY-FOLDER
     bagit.py --validate NEW-EMPTY-FOLDER
   If data/exhibits/ROOT is here, it is the opened package and checks with the same bagit.py.


العربية
هذه الصفحة للشرح فقط ولا تثبت شيئا. العبرة بما يجده برنامج التحقق
مع ملف الثقة الذي وصل بطريق آخر:
    comity verify THIS-FOLDER --trust TRUST-FILE
مثبت: من وقّع، وأن شيئا لم يتغير، وأن شيئا لا ينقص حتى الرؤوس المذكورة.
مشهود به: قراءات الساعات وما قبل الختم والإتلاف.
غير معلوم: ما حُجب، وما لم يُسجّل، ومشروعية جمع الدليل.
"""


def readme(*, exporter: str, exported_at: datetime, mode: Mode) -> bytes:
    """Return ``data/README.txt``."""
    page = _PAGE.format(exporter=exporter, at=time_text(exported_at), mode=mode)
    return page.encode("utf-8")
