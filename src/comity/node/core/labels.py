"""Labels of a package on the pages: its file ``labels.toml``, in the reader's language."""

from collections.abc import Mapping
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from comity.node.core.label_files import FILE, read_label_file

type Labels = Mapping[str, Promise]
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
        name: {code: gettext_lazy(text) for code, text in table.items()}
        for name, table in read_label_file(package, file=file).items()
    }
