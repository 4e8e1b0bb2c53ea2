"""Amounts as people read them: ``1 file``, ``67,108,864 bytes``."""


def counted(number: int, thing: str) -> str:
    """Return a number with its thousands set apart, and the thing in the right number.

    Args:
        number: 0 or more.
        thing: one of it, a word whose plural takes an s.
    """
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
