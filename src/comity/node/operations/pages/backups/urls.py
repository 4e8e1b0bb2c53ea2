"""Addresses of the operator's pages."""

from django.urls import path

from comity.node.operations.pages.backups import views

urlpatterns = [
    path("backups", views.backups, name="backups"),
    path("backups/make", views.make, name="backup-make"),
    path("backups/self-test", views.self_test, name="backup-self-test"),
    path("backups/<str:backup>/check", views.check, name="backup-check"),
    path("backups/<str:backup>/file", views.file, name="backup-file"),
    path("backups/<str:backup>/restore", views.restore, name="backup-restore"),
]
