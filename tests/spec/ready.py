"""Django as makers of vectors need it: import this before what reads the node's models."""

import os

import django
from django.apps import apps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comity.node.site.settings")
if not apps.ready:  # pytest has done it
    django.setup()
READY = apps.ready
