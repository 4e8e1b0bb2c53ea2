"""Templates and identifiers are proposed with the place they stand at, and nothing is taken."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.intake.making import docx, paragraph, pdf

from comity.intake.identifiers_found import MAX_PROPOSALS, Proposal, identifiers
from comity.intake.original import Text
from comity.intake.reader import read_original
from comity.intake.templates import proposals, recognised, words

ENGLISH = """Convention on Cybercrime (ETS 185)
Request for expedited preservation of data under Article 29
1. Date:\t2 March 2026
2. Reference number: AB 17/2026
3. Status of the request
\tNew
REQUESTED AUTHORITY
Organisation: Central authority of Z
REQUESTING AUTHORITY
Organisation\tPolice of V
E-mail: a@b.example
Office hours: 8-16
Time zone: UTC+1
4. Contact to verify the request
Name: Anna Point
Telephone: +84 24 3825 1234
5. Summary of the facts:
On 1 March
somebody did it.

6. Offence: fraud
7. Data to be preserved: one mailbox
8. Period: January 2026
9. Urgency: the data is about to be lost
"""
FRENCH = """Convention de Budapest
Demande d’entraide, article 31 : informations relatives aux abonnés
Date de la demande : 2 mars 2026
Numéro de dossier : 17/2026
Autorité requérante
Courriel : a@b.example
Fuseau horaire : UTC+1
Exposé des faits : une personne a été trompée
Infractions : escroquerie
Données demandées : nom et adresse
"""


def texts(letters: str, place: str = "document") -> tuple[Text, ...]:
    return (Text(place=place, text=letters),)


def by_field(found: tuple[Proposal, ...]) -> dict[str, str]:
    return {one.field: one.value for one in found}


def test_the_preservation_template_is_recognised_and_its_fields_proposed() -> None:
    key, found = proposals(texts(ENGLISH))
    assert key == "coe-29-30"
    assert by_field(found) == {
        "data": "one mailbox",
        "date": "2 March 2026",
        "facts": "On 1 March\nsomebody did it.",
        "offence": "fraud",
        "period": "January 2026",
        "reference": "AB 17/2026",
        "requested.organization": "Central authority of Z",
        "requesting.email": "a@b.example",
        "requesting.hours": "8-16",
        "requesting.organization": "Police of V",
        "requesting.zone": "UTC+1",
        "status": "New",
        "urgency": "the data is about to be lost",
        "verification.person": "Anna Point",
        "verification.phone": "+84 24 3825 1234",
    }
    assert all(ENGLISH[one.start : one.end] == one.value for one in found)


def test_what_is_known_of_the_template_is_told_apart_from_what_is_not() -> None:
    told = {one.field: one.is_confirmed for one in proposals(texts(ENGLISH))[1]}
    assert (told["date"], told["requesting.zone"], told["verification.person"]) == (True,) * 3
    assert (told["facts"], told["offence"], told["period"], told["urgency"]) == (False,) * 4


def test_the_template_for_subscriber_information_is_recognised_in_french() -> None:
    key, found = proposals(texts(FRENCH))
    assert key == "coe-31"
    assert by_field(found) == {
        "data": "nom et adresse",
        "date": "2 mars 2026",
        "facts": "une personne a été trompée",
        "offence": "escroquerie",
        "reference": "17/2026",
        "requesting.email": "a@b.example",
        "requesting.zone": "UTC+1",
    }


def test_a_template_is_read_from_word_and_from_pdf() -> None:
    cells = "".join(
        f"<w:tr><w:tc>{paragraph(head)}</w:tc><w:tc>{paragraph(value)}</w:tc></w:tr>"
        for head, value in (
            ("Date", "2 March 2026"), ("Reference", "17"), ("Offence", "fraud"), ("Facts", "Much."),
        )
    )  # fmt: skip
    word = docx("Budapest Convention, Article 31: subscriber information", raw=cells)
    key, found = proposals(read_original(word, "a.docx").texts)
    wanted = {"date": "2 March 2026", "reference": "17", "offence": "fraud", "facts": "Much."}
    assert (key, by_field(found)) == ("coe-31", wanted)
    pages = ENGLISH.replace("\t", "   ").split("4. ")
    key, found = proposals(read_original(pdf(pages), "a.pdf").texts)
    assert (key, {one.place for one in found}) == ("coe-29-30", {"page-1", "page-2"})
    assert by_field(found)["facts"] == "On 1 March\nsomebody did it."


@pytest.mark.parametrize(
    "letters",
    [
        "A letter about Article 29 of the Convention on Cybercrime and nothing else.",
        ENGLISH.replace("ETS 185", "x").replace("Convention on Cybercrime", "a treaty"),
        ENGLISH.replace("Article 29", "an article").replace("expedited preservation", "help"),
        "Budapest Convention Article 29\nDate: 1\nReference: 2\n",
        "",
    ],
)
def test_a_text_that_follows_no_template_proposes_no_field(letters: str) -> None:
    told = letters.replace("Data to be preserved", "x").replace("preservation of data", "x")
    assert proposals(texts(told)) == (None, ())


def test_no_heading_of_the_data_means_two_things() -> None:
    known = words()
    assert not set(known.groups) & set(known.fields)
    assert known.confirmed == {"date", "earlier-reference", "legal-basis", "reference", "status"}


FOUND = [
    ("See hxxps://evil[.]example/x?a=1.", "url", "https://evil.example/x?a=1"),
    ("Mail: dawn@mail.example, please", "email", "dawn@mail.example"),
    ("dawn[at]mail[.]example", "email", "dawn@mail.example"),
    ("from 203.0.113.9:443 on", "ip", "203.0.113.9:443"),
    ("from 2001:db8::1.", "ip", "2001:db8::1"),
    ("IBAN GB82 WEST 1234 5698 7654 32 AND MORE", "iban", "GB82WEST12345698765432"),
    ("call +84 24 3825 1234;", "phone", "+842438251234"),
    ("tél. 0033 1 42 68 53 00", "phone", "+33142685300"),
    ("IMEI: 490154203237518", "imei", "490154203237518"),
    ("MAC 00-1A-2B-3C-4D-5E", "mac", "00:1a:2b:3c:4d:5e"),
    ("at bad.evil[.]com now", "domain", "bad.evil.com"),
    ("اكتب إلى dawn@mail.example رجاء", "email", "dawn@mail.example"),
    ("请联系dawn@mail.example。", "email", "dawn@mail.example"),
    (
        "to bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
        "wallet",
        "bitcoin:bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
    ),
    ("hash: d41d8cd98f00b204e9800998ecf8427e", "hash", "md5:d41d8cd98f00b204e9800998ecf8427e"),
]


@pytest.mark.parametrize(("letters", "type", "value"), FOUND)
def test_identifiers_are_found_in_running_text(letters: str, type: str, value: str) -> None:
    found = [one for one in identifiers(texts(letters)) if one.type == type]
    assert [one.value for one in found] == [value]
    standing = letters[found[0].start : found[0].end]
    assert standing == standing.strip(" .,;:。")


@pytest.mark.parametrize(
    "letters",
    [
        "version 1.2.3.4.5 of 12:30", "at 10:22:33", "300.1.1.1", "Article 29(2)", "a@b", "17/2026",
        "GB82 WEST 1234 5698 7654 33", "d41d8cd98f00b204e9800998ecf8427", "+1", "std::string",
    ],
)  # fmt: skip
def test_what_only_looks_like_an_identifier_is_not_proposed(letters: str) -> None:
    assert identifiers(texts(letters)) == ()


def test_identifiers_say_what_deserves_a_second_look() -> None:
    (found,) = identifiers(texts("203.0.113.9"))
    assert {"ip-documentation", "ip-port-missing", "ip-time-missing"} == set(found.notices)


@pytest.mark.parametrize(
    "piece", ["a", ":", "1 ", "[.]a", "+1", "AB12 ", "a@", "1.", "ab:", "203.0.113.9 ", "Date: 1\n"]
)
def test_a_text_without_end_is_looked_at_in_bounded_time(piece: str) -> None:
    letters = "Budapest Convention, Article 29\n" + piece * (2_000_000 // len(piece))
    begun = time.process_time()
    assert len(identifiers(texts(letters))) <= MAX_PROPOSALS
    assert len(proposals(texts(letters))[1]) <= MAX_PROPOSALS
    assert time.process_time() - begun < 60


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400), st.sampled_from([ENGLISH, FRENCH, "203.0.113.9 a@b.example +84 24"]))
def test_any_text_gives_proposals_that_stand_in_it(noise: str, seed: str) -> None:
    letters = seed[: len(seed) // 2] + noise + seed[len(seed) // 2 :]
    for one in (*identifiers(texts(letters)), *proposals(texts(letters))[1]):
        assert 0 <= one.start < one.end <= len(letters)
    recognised(texts(noise))
