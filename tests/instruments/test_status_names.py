"""Names of States: one in each language, none for two States."""

import pytest

from comity.instruments.library import Library
from comity.instruments.model import LANGUAGES
from comity.instruments.state_names import StateNamesError, parse_state_names, state_names


def named(name: str) -> dict[str, str]:
    return {lang: f"{name} {lang}" for lang in LANGUAGES}


def test_a_name_is_given_in_a_language() -> None:
    names = parse_state_names({"at": named("Austria")})
    assert names("at", "fr") == "Austria fr"
    assert (names("at", "de"), names("br", "fr")) == ("AT", "BR")
    assert parse_state_names({"at": named("Austria") | {"en": "A" * 100}})("at", "en") == "A" * 100


def test_a_state_is_found_by_its_key_and_by_its_name() -> None:
    names = parse_state_names({"at": named("Austria"), "br": named("Brazil")})
    assert [names.find(text) for text in ("AT", " austria FR ", "Brazil vi", "Atlantis", "")] == [
        "at", "at", "br", None, None,
    ]  # fmt: skip


def test_a_name_that_two_states_have_in_two_languages_finds_none() -> None:
    names = parse_state_names(
        {
            "at": named("Austria") | {"en": "Same"},
            "br": named("Brazil") | {"fr": "same"},
        }
    )
    assert names.find("SAME") is None


@pytest.mark.parametrize(
    "tables",
    [
        {"AT": named("Austria")},
        {"aut": named("Austria")},
        {"at": "Austria"},
        {"at": {"en": "Austria"}},
        {"at": named("Austria") | {"de": "Österreich"}},
        {"at": named("Austria") | {"en": ""}},
        {"at": named("Austria") | {"en": 3}},
        {"at": named("Austria") | {"en": "A" * 101}},
        {"at": named("Austria"), "br": named("austria")},
    ],
)
def test_names_are_refused(tables: dict[str, object]) -> None:
    with pytest.raises(StateNamesError):
        parse_state_names(tables)


def test_an_office_may_give_a_state_other_names() -> None:
    layers = [
        "[at]\n" + "".join(f'{lang} = "{name}"\n' for lang, name in named(word).items())
        for word in ("Austria", "Republic of Austria")
    ]
    library = Library(*({"states.toml": layer.encode()} for layer in layers))
    assert state_names(library)("at", "en") == "Republic of Austria en"
