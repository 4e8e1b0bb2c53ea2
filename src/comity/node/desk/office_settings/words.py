"""What a setting decides, in the officers' words."""

from typing import Final

from django.utils.translation import gettext_lazy as _

OWN: Final = {
    "office_name": _("Name of this office on papers"),
    "statistics_threshold": _("Counts below this are hidden in statistics that leave the office"),
    "goal_acknowledged_hours": _("Goal: hours until a request is acknowledged"),
    "goal_decided_hours": _("Goal: hours until a request is decided"),
    "goal_preserved_hours": _("Goal: hours until a preservation is confirmed"),
    "goal_executed_hours": _("Goal: hours until a request is executed"),
    "goal_extended_hours": _("Goal: hours until a longer preservation is granted"),
    "goal_countersigned_hours": _("Goal: hours until the second signature"),
    "goal_emergency_hours": _("Goal: hours until an emergency is acknowledged"),
    "subject_answer_days": _("Days to answer a person who asks about their own data"),
    "breach_report_hours": _("Hours to tell the supervisory authority of a breach"),
}
FILE: Final = {
    "party": _("For whom this node speaks"),
    "mode": _("Live, or an exercise"),
    "host": _("Address on which it listens"),
    "port": _("Port on which it listens"),
    "poll": _("Partners from whom it fetches"),
    "witness": _("Whether it signs for the logs of others"),
    "witnesses": _("Who signs for our log"),
    "repository": _("Folder of the directory that it serves"),
    "directory_url": _("From where the directory is refreshed"),
    "retry_days": _("Days for which a message is tried"),
    "threads": _("How many requests are answered at once"),
    "hosts": _("Further names of the pages"),
    "tls": _("Whether the pages are encrypted by the node itself"),
    "store": _("Where sealed packages lie"),
    "store_endpoint": _("Address of the store"),
    "store_region": _("Region of the store"),
    "store_credentials": _("Credentials of the store"),
    "quota_bytes": _("Most bytes of packages"),
    "reserve_bytes": _("Bytes that stay free on the disk"),
    "rate_bytes_s": _("Most bytes a second"),
    "connections": _("Parts of a package fetched at once"),
    "turn_s": _("Seconds until the next package has its turn"),
    "offer_days": _("Days for which an offered package is served"),
    "upload_days": _("Days for which an unfinished upload is kept"),
    "timestamp_urls": _("Authorities that date our log"),
    "timestamp_minutes": _("Minutes between two time stamps"),
    "law": _("Folder of the office's own law"),
    "notice_days": _("Days before a time limit on which people are told"),
    "oral_hours": _("Hours until an oral request is confirmed in writing"),
    "emergency_hours": _("Hours until an emergency is answered"),
    "status_days": _("Days until a question about progress is answered"),
    "languages": _("Folder of the office's own languages"),
}
