"""Labels of a package on the pages: its file ``labels.toml``, in the reader's language."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy, pgettext_lazy

from comity.node.core.label_files import FILE, Label, load_label_file

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # what `gettext_lazy` gives, for type checkers

type Labels = Mapping[str, _StrPromise]
"""Code -> label, translated when it is shown."""


@cache
def read_labels(package: str, *, file: str = FILE) -> Mapping[str, Labels]:
    """Return the tables of labels of a package, in the order of its file.

    `scripts.messages` gathers the texts of these files for the catalogues.

    Args:
        package: whose file, ``__package__`` where its own module asks.
        file: its name.

    Raises:
        TypeError: something else than tables of texts stands in the file.
    """
    return {
        name: {code: _translated(label) for code, label in table.items()}
        for name, table in load_label_file(package, file=file).items()
    }


def _translated(label: Label) -> "_StrPromise":
    if label.context:
        return pgettext_lazy(label.context, label.text)
    return gettext_lazy(label.text)
