"""What machines read stays whole where people read it: in a sentence, and at the end of a line."""

import re

import pytest

from comity.node.templatetags.desk import typed
from comity.node.web.text_format import isolated


@pytest.mark.parametrize(
    ("sentence", "kept"),
    [
        ("With the country code: +84 24 0000 0000. Partners call it.", ["+84 24 0000 0000"]),
        ("A disk of its own: /var/backups/comity.", ["/var/backups/comity"]),
        ("It is made in /var/x: settings and keys.", ["/var/x"]),
        ("Two letters, a slash (/), the office: vn/contact-point.", ["vn/contact-point"]),
        ("Of the treaty, one a line: 42(3)(c).", ["42(3)(c)"]),
        (
            "https:// and a host: https://node.example:8443/up.",
            ["https://", "https://node.example:8443/up"],
        ),
        ("Sixty days from 2026-11-02 00:00 UTC end tonight.", ["2026-11-02 00:00 UTC"]),
        ("Since 2026-11-02T00:00:30Z, until 2026-11-03.", ["2026-11-02T00:00:30Z", "2026-11-03"]),
        ("Yes and/or no, 5 + 3, v2.", []),
        ("Half (1/2) of VN-2026-0042, 2026-000001.", ["1/2", "VN-2026-0042", "2026-000001"]),
    ],
)
def test_what_is_read_rightwards_is_isolated_in_a_sentence(sentence: str, kept: list[str]) -> None:
    made = isolated(sentence)
    assert re.findall(r'<bdi dir="ltr"[^>]*>([^<]*)</bdi>', made) == kept
    assert re.sub(r"</?bdi[^>]*>", "", made) == sentence


def test_what_is_isolated_is_escaped_on_both_sides_and_hides_nothing() -> None:
    assert "U+202E" in isolated("a\u202eb")
    assert isolated("<b> /a/b <i>") == '&lt;b&gt; <bdi dir="ltr">/a/b</bdi> &lt;i&gt;'


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("comity run /srv/node", ["comity", "run", "/srv/node"]),
        ("a \\\n    --b", ["a", "--b"]),
        ('a --phone "+84 24 0"', ["a", "--phone", "&quot;+84 24 0&quot;"]),
        ("a 'b c'd e's <f>", ["a", "&#x27;b c&#x27;d", "e&#x27;s", "&lt;f&gt;"]),
    ],
)
def test_a_command_breaks_between_its_words_alone_and_loses_none(
    command: str, words: list[str]
) -> None:
    assert re.findall(r"<span>([^<]*)</span>", typed(command)) == words
