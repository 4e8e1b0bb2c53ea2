"""Walks of one rule over many cases, as one test; and samples of what has too many to run at once.

`every` stands where `pytest.mark.parametrize` stood, for cases that are cheap and leave nothing
behind: one test checks all and fails once, with the name and the reason of each that failed. A
thousand tests of a millisecond cost a thousand set-ups, reports and lines of a list otherwise.

`sampled` is for `pytest.mark.parametrize`: a few values are run at each change (`make test`), and
the others with `make test-long`.
"""

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

import pytest
from _pytest.mark.structures import ParameterSet

TOLD: Final = 20
"""How many cases that failed are shown with their tracebacks; of all others the name."""

type Cases = Iterable[Any] | Callable[[], Iterable[Any]]
type Test = Callable[..., None]


def every(
    names: str | Sequence[str], cases: Cases, *, ids: Callable[[Any], object] = repr
) -> Callable[[Test], Test]:
    """Let one test check all cases, and fail with the list of those that do not hold.

    Fixtures are made once for all cases, so a case may leave nothing behind that another sees.
    Decorators of this kind may stand above each other, as those of pytest do.

    Args:
        names: The parameters that a case fills: one name, or several for cases of several values.
        cases: The cases, or what makes them when the test runs: collecting then costs nothing.
        ids: Names a value of a case; where it gives none, and otherwise, the value does so itself.
    """
    made = cases if callable(cases) else tuple(cases)
    filled = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)

    def decorate(test: Test) -> Test:
        signature = inspect.signature(test)
        assert set(filled) <= set(signature.parameters), f"{test.__name__} lacks one of {filled}"

        @functools.wraps(test)
        def walk(**fixtures: Any) -> None:
            failed: list[tuple[str, Exception]] = []
            count = 0
            for label, values in _named(made, len(filled), ids):
                count += 1
                try:
                    test(**fixtures, **dict(zip(filled, values, strict=True)))
                except (Exception, pytest.fail.Exception) as why:  # noqa: BLE001 - told below
                    failed.append((label, _as_error(why)))
            assert count, "a walk over nothing shows nothing"
            if failed:
                raise _told(failed, count)

        left = [one for name, one in signature.parameters.items() if name not in filled]
        walk.__signature__ = signature.replace(parameters=left)  # type: ignore[attr-defined]
        inner = getattr(test, "cases", lambda: 1)
        walk.cases = lambda: inner() * sum(1 for _ in _listed(made))  # type: ignore[attr-defined]
        return walk

    return decorate


def sampled(
    values: Iterable[Any], at_each_change: Iterable[Any], *, fills: int = 1
) -> list[ParameterSet]:
    """Return parameters of which a few are run at each change; the others are marked `long`.

    Args:
        values: What the parameters may be.
        at_each_change: Those of them that `make test` runs. One that is no value is an error.
        fills: How many parameters one value fills; more than one takes it apart.
    """
    listed, chosen = list(values), list(at_each_change)
    strange = [one for one in chosen if one not in listed]
    assert chosen, "nothing of a sample shows nothing"
    assert not strange, f"no values: {strange}"
    return [
        pytest.param(*(one if fills > 1 else [one]), marks=[] if one in chosen else LONG)
        for one in listed
    ]


def in_two_languages(values: Iterable[Any], *, fills: int = 1) -> list[ParameterSet]:
    """Return parameters of which those in English and Arabic are run at each change.

    `make test-long` runs every language.

    Args:
        values: Tags of languages, or tuples in which, at whatever depth, some stand.
        fills: How many parameters one value fills.
    """
    return [
        pytest.param(*(one if fills > 1 else [one]), marks=_mark_of(_tags(one))) for one in values
    ]


LONG: Final = pytest.mark.long
TWO: Final = {"en", "ar"}
"""One that is written from left to right, one from right to left."""


def _mark_of(tags: set[str]) -> Any:
    return [] if tags <= TWO else LONG


def _tags(value: Any) -> set[str]:
    from comity.papers.words import LANGUAGES  # walks alone need nothing of ours

    if isinstance(value, tuple):
        return set[str]().union(*map(_tags, value))
    return {value} & set(LANGUAGES) if isinstance(value, str) else set()


def _listed(cases: Cases) -> Iterable[Any]:
    return cases() if callable(cases) else cases


def _named(
    cases: Cases, width: int, ids: Callable[[Any], object]
) -> Iterator[tuple[str, Sequence[Any]]]:
    for one in _listed(cases):
        values: Sequence[Any]
        if isinstance(one, ParameterSet):
            assert not one.marks, "a case of a walk carries no mark: take pytest.mark.parametrize"
            values = one.values
        else:
            values = [one] if width == 1 else list(one)
        if isinstance(one, ParameterSet) and one.id is not None:
            yield str(one.id), values
        else:
            yield ", ".join(str(ids(value) or repr(value)) for value in values), values


def _as_error(why: BaseException) -> Exception:
    return why if isinstance(why, Exception) else AssertionError(str(why))


def _told(failed: list[tuple[str, Exception]], count: int) -> ExceptionGroup[Exception]:
    for label, why in failed:
        why.add_note(f"in the case: {label}")
    names = "".join(f"\n  {label[:200]}" for label, _ in failed)
    return ExceptionGroup(
        f"{len(failed)} of {count} cases do not hold:{names}", [why for _, why in failed[:TOLD]]
    )
