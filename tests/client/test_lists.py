"""A list is read to its end, however many pages it has."""

from collections.abc import Callable
from typing import Any

import pytest

from comity.client.api import Api


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[Any]], list[dict[str, str]]]:
    """Return how a node is set up that gives pages; it answers what it was asked."""

    def with_pages(pages: list[Any]) -> list[dict[str, str]]:
        queries: list[dict[str, str]] = []

        def get(_api: Api, _path: str, **query: str) -> Any:
            queries.append(query)
            return pages[len(queries) - 1]

        monkeypatch.setattr(Api, "get", get)
        return queries

    return with_pages


def test_pages_are_read_on_with_what_the_list_is_narrowed_to(
    asked: Callable[[list[Any]], list[dict[str, str]]],
) -> None:
    queries = asked([{"rows": [1], "next": "a", "more": True}, {"rows": [2, 3], "next": "b"},
                     {"rows": [4], "next": None}])  # fmt: skip
    found = Api("http://localhost", "token").whole("/rows", "rows", case="7")
    assert found == {"rows": [1, 2, 3, 4], "more": True}
    assert queries == [{"case": "7"}, {"case": "7", "after": "a"}, {"case": "7", "after": "b"}]


def test_one_page_is_asked_for_once(asked: Callable[[list[Any]], list[dict[str, str]]]) -> None:
    queries = asked([{"rows": [], "next": None}])
    assert Api("http://localhost", "token").whole("/rows", "rows") == {"rows": []}
    assert queries == [{}]
