"""What a request names as its article: a number, or a text that says itself what it is."""

import re
from typing import Final

_NUMBER: Final = re.compile(r"[\d(]|[IVXLCDM]+\b")


def is_number(article: str) -> bool:
    """Tell whether an article is named by its number alone: "18", "7 (2)", "XVI".

    Whatever else somebody wrote ("Article 18", "Art. 18", "第十八条") needs no word before it.

    Args:
        article: as the basis of a request names it.
    """
    return _NUMBER.match(article.strip()) is not None
