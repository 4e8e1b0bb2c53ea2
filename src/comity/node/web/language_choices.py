"""Languages that a form offers."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from comity.node.web import form_fields as f

LANGUAGES: Final = (*f.WRITING, ("km", _("Khmer")), ("lo", _("Lao")))
