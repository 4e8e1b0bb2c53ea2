"""A node says which member of its settings it does not take, and starts with none left out."""

from pathlib import Path

import pytest

from comity.node.core.config import NodeSettingError, load_config

WHOLE = 'party = "za/contact-point"\nmode = "live"\n'


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ('oidc_issuer = "http://login.example"', "`oidc_issuer`"),
        ('hook_hosts = ["https://a.example"]', "`hook_hosts`"),
        ('proxies = ["a"]', "`proxies`"),
        (f"proxies = {[f'10.0.0.{n}' for n in range(9)]}", "`proxies`"),
        ('port = "8700"', "`port`"),
        ("threads = true", "`threads`"),
        ('tls = "yes"', "`tls`"),
        ('poll = "vn/contact-point"', "`poll`"),
        ("hosts = [1]", "`hosts`"),
        ("notice_days = [1, 2]", "`notice_days`"),
        ('smtp_host = "mail.example"\nsmtp_from = "nobody"', "`smtp_from`"),
        ('backup_folder = "/b"\nbackup_recipients = ["age1x"]', "`backup_recipients`"),
        ('roles = "large"', "`roles`"),
        ('folder = "/elsewhere"', "`folder`"),
        ("hook_host = []", "`hook_host`"),
        ("tls = yes", "line 3"),
    ],
)
def test_the_member_that_is_wrong_or_unknown_is_named(
    tmp_path: Path, line: str, named: str
) -> None:
    (tmp_path / "node.toml").write_text(WHOLE + line, encoding="utf-8")
    with pytest.raises(NodeSettingError) as told:
        load_config(tmp_path)
    assert named in str(told.value)


@pytest.mark.parametrize("missing", ["party", "mode"])
def test_what_a_node_must_know_is_missed_by_name(tmp_path: Path, missing: str) -> None:
    kept = [line for line in WHOLE.splitlines() if not line.startswith(missing)]
    (tmp_path / "node.toml").write_text("\n".join(kept), encoding="utf-8")
    with pytest.raises(NodeSettingError, match=f"`{missing}`"):
        load_config(tmp_path)
