"""Amounts as people read them: ``1 file``, ``67,108,864 bytes``, ``2 entries``."""


def counted(number: int, thing: str, things: str = "") -> str:
    """Return a number with its thousands set apart, and the thing in the right number.

    Args:
        number: 0 or more.
        thing: one of it.
        things: several of it; empty for a word whose plural takes an s.
    """
    return f"{number:,} {thing if number == 1 else things or f'{thing}s'}"
