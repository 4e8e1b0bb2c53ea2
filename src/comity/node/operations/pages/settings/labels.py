"""What a setting decides, in the officers' words."""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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
VALUE: Final = {
    "true": _("yes"),
    "false": _("no"),
    "live": _("live"),
    "exercise": _("exercise"),
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
    "second_factor": _("Whether people must have a second factor"),
    "idle_minutes": _("Minutes without use after which a session ends"),
    "proxies": _("Proxies in front of the pages"),
    "oidc_issuer": _("Provider by which people may sign in"),
    "oidc_client": pgettext_lazy(
        "provider by which people sign in", "Name of this node at the provider"
    ),
    "oidc_secret": pgettext_lazy(
        "provider by which people sign in", "Secret of this node at the provider"
    ),
    "oidc_name": pgettext_lazy("sign-in", "What people call the provider"),
    "oidc_claim": _("Claim that names the person"),
    "oidc_acr": pgettext_lazy(
        "provider by which people sign in", "Ways to authenticate that the provider must name"
    ),
    "oidc_amr": pgettext_lazy(
        "provider by which people sign in", "Means that the provider must name"
    ),
    "oidc_ca": pgettext_lazy(
        "provider by which people sign in", "Who certifies the provider's address"
    ),
    "watch_url": _("Address of the pages that notices name"),
    "smtp_host": _("Mail server of notices"),
    "smtp_port": _("Port of the mail server"),
    "smtp_tls": _("How mail is encrypted on its way"),
    "smtp_user": _("Name at the mail server"),
    "smtp_password_file": _("Password at the mail server"),
    "smtp_from": _("Sender of notices"),
    "webhook_url": _("Gateway of notices"),
    "webhook_key_file": _("Key that signs for the gateway"),
    "partner_messages_per_minute": _("Messages accepted from one partner in a minute"),
    "unreachable_hours": _("Hours a partner may be silent before somebody is woken"),
    "pings_per_day": _("How often a party is asked in a day whether its watch answers"),
    "pings_per_day_in_all": _("How many tests of all parties together wake somebody in a day"),
    "reach_every_days": _("After how many days the node itself asks whether a watch answers"),
    "destruction_officers": _("How many officers it takes to destroy something"),
    "known_digests": _("List of digests of known abuse material"),
    "exemption_codes": _("File of the office's own exemption codes"),
    "roles": _("How rights are divided"),
    "hook_hosts": _("Where webhooks may go"),
    "hook_private": _("Whether webhooks may go to addresses inside the office"),
    "backup_folder": _("Folder of backups"),
    "backup_recipients": _("Recipients of backups"),
    "backup_keep": _("How many backups are kept"),
    "database": _("Database of the register"),
    "database_password_file": _("File with the password of the database"),
    "unconfined_readers": _("Whether readers of hostile files may run unconfined"),
    "exercise_clock": _("Clock of the exercise"),
}
