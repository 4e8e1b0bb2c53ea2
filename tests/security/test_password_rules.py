"""What is long is not always strong: simple patterns and the account's own name are refused."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError


def refused(password: str, name: str = "minh") -> str:
    """Return why a password is refused; nothing if it is taken."""
    try:
        validate_password(password, get_user_model()(username=name))
    except ValidationError as fault:
        return " ".join(fault.messages)
    return ""


@pytest.mark.parametrize(
    "password",
    [
        "lanlanlanlan", "LanlanLANlan", "abcabcabcabcabc", "aaaaaaaaaaaaaa", "ab1ab1ab1ab1",
        "secret7secret7", "harare1harare1", "abcde1abcde1a", "121212121212",
        "abcdefghijklm", "zyxwvutsrqpo", "012345678901", "qwertyuiopasdf", "lkjhgfdsapoiuytrewq",
        "abcdefghijkl1", "abcdefqwerty", "мирмирмирмир", "和平和平和平和平和平和平和平",
    ],
)  # fmt: skip
def test_a_simple_pattern_is_refused_with_what_to_do(password: str) -> None:
    assert "Use several words" in refused(password) or "common" in refused(password)


def test_the_name_of_the_account_is_no_password() -> None:
    assert "similar to the username" in refused("minh.nguyen2026", "minh.nguyen.2026")


@pytest.mark.parametrize(
    "password", ["four lamps under rain", "чай лодка окно снег", "海边的灯塔没有人看见过它们"]
)
def test_several_words_are_taken(password: str) -> None:
    assert refused(password) == ""
