"""Addresses, domains, URLs, e-mail and MAC addresses, by the examples of their standards."""

import pytest
from tests.instruments.identifying import codes, refusal

from comity.instruments.identifiers import parse

# ------------------------------------------------------------------ IP address


@pytest.mark.parametrize(
    ("written", "normal"),
    [  # RFC 5952 sections 1, 2.2 and 4
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:0db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:DB8::1", "2001:db8::1"),
        ("2001:db8:aaaa:bbbb:cccc:dddd:0:1", "2001:db8:aaaa:bbbb:cccc:dddd:0:1"),
        ("2001:db8::0:1", "2001:db8::1"),
        ("192.0.2.1:80", "192.0.2.1:80"),
        ("[2001:db8::1]:80", "[2001:db8::1]:80"),
        ("[2001:db8::1]", "2001:db8::1"),
    ],
)
def test_an_address_has_one_spelling(written: str, normal: str) -> None:
    assert parse("ip", written).text == normal


@pytest.mark.parametrize(
    "bad",
    [
        "256.1.1.1",
        "1.2.3",
        "010.0.0.1",  # octal to some, decimal to others
        "0x7f.1.1.1",
        "1.2.3.4/24",
        "1.2.3.4-1.2.3.9",
        "fe80::1%eth0",
        "2001:db8::1::2",
        "[2001:db8::1]x",
        "١.٢.٣.٤",
        "1.2.3.4:0",
        "1.2.3.4:65536",
        "example.org",
    ],
)
def test_what_is_no_single_address_or_no_port_is_refused(bad: str) -> None:
    assert refusal("ip", bad) == "identifier-ip"


@pytest.mark.parametrize("bad", ["1.2.3.4:-1", "1.2.3.4:http", "1.2.3.4:"])
def test_a_port_that_is_no_number_is_refused(bad: str) -> None:
    assert refusal("ip", bad) in {"identifier-field", "identifier-text"}


@pytest.mark.parametrize(
    ("time", "normal"),
    [
        ("2026-11-24T09:00:00Z", "2026-11-24T09:00:00Z"),
        ("2026-11-24t09:00:00z", "2026-11-24T09:00:00Z"),
        ("2026-11-24 16:00:00+07:00", "2026-11-24T09:00:00Z"),
        ("2026-01-01T03:30:00.999+05:30", "2025-12-31T22:00:00Z"),
    ],
)
def test_a_time_with_its_zone_is_kept_in_utc(time: str, normal: str) -> None:
    assert parse("ip", {"address": "8.8.8.8", "time": time}).fields["time"] == normal


@pytest.mark.parametrize(
    "bad",
    [
        "2026-11-24T09:00:00",  # no zone
        "2026-11-24T09:00:00-00:00",  # the zone is not known (RFC 3339 section 4.3)
        "2026-11-24T09:00Z",  # no seconds
        "2026-11-24",
        "24/11/2026 09:00:00Z",
        "2026-02-30T09:00:00Z",
        "2026-11-24T24:01:00Z",
        "2026-11-24T09:00:60Z",
        "0001-01-01T00:00:00+14:00",
        "2026-11-24T09:00:00+25:00",
        "٢٠٢٦-11-24T09:00:00Z",
    ],
)
def test_a_time_that_is_not_certain_to_the_second_is_refused(bad: str) -> None:
    assert refusal("ip", {"address": "8.8.8.8", "time": bad}) == "identifier-time"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("100.64.0.0", "ip-shared"),
        ("100.127.255.255", "ip-shared"),
        ("10.1.2.3", "ip-private"),
        ("172.31.255.255", "ip-private"),
        ("192.168.1.1", "ip-private"),
        ("fd00::1", "ip-private"),
        ("127.0.0.1", "ip-loopback"),
        ("::1", "ip-loopback"),
        ("192.0.2.7", "ip-documentation"),
        ("2001:db8::7", "ip-documentation"),
        ("3fff::7", "ip-documentation"),
        ("169.254.1.1", "ip-link-local"),
        ("fe80::1", "ip-link-local"),
        ("224.0.0.1", "ip-multicast"),
        ("ff02::1", "ip-multicast"),
        ("0.1.2.3", "ip-reserved"),
        ("255.255.255.255", "ip-reserved"),
        ("::ffff:100.64.0.1", "ip-mapped"),
        ("::ffff:100.64.0.1", "ip-shared"),
    ],
)
def test_an_address_that_points_to_no_subscriber_warns(address: str, code: str) -> None:
    assert code in codes(parse("ip", address))


@pytest.mark.parametrize("address", ["100.63.255.255", "100.128.0.0", "172.32.0.0", "8.8.8.8"])
def test_its_neighbours_do_not(address: str) -> None:
    found = parse("ip", {"address": address, "port": 1, "time": "2026-11-24T09:00:00Z"})
    assert codes(found) == []


def test_cgnat_asks_for_port_and_time() -> None:
    found = parse("ip", "100.64.1.2")
    assert codes(found) == ["ip-shared", "ip-port-missing", "ip-time-missing"]
    assert found.warnings[0].text == "CGNAT: port and time to the second are needed."


# ------------------------------------------------------------------ domain


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("Example.ORG.", "example.org"),
        ("bücher.de", "xn--bcher-kva.de"),
        ("faß.de", "xn--fa-hia.de"),  # IDNA 2008; IDNA 2003 made it fass.de
        ("βόλος.com", "xn--nxasmm1c.com"),
        ("例え。jp", "xn--r8jz45g.jp"),
        ("xn--bcher-kva.de", "xn--bcher-kva.de"),
        ("r3---sn-1.video.net", "r3---sn-1.video.net"),
    ],
)
def test_a_domain_is_kept_in_ascii(written: str, normal: str) -> None:
    assert parse("domain", written).text == normal


@pytest.mark.parametrize(
    "bad",
    [
        ".",
        "a..b",
        ".org",
        "-a.org",
        "a-.org",
        "a b.org",
        "a.org/page",
        "a.org:80",
        "user@a.org",
        "*.a.org",
        "☃.net",  # not in IDNA 2008
        "a\u202eb.org",
        "a\u200db.org",  # a joiner where RFC 5892 appendix A.2 does not allow it
        "1.2.3.4",
        "a.0x7f",
        "a" * 64 + ".org",
        ".".join(["a" * 60] * 5),
    ],
)
def test_what_is_no_domain_is_refused(bad: str) -> None:
    assert refusal("domain", bad) == "identifier-domain"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("аpple.com", "text-lookalike"),
        ("аррӏе.com", "text-lookalike"),  # Cyrillic throughout
        ("xn--80ak6aa92e.com", "text-lookalike"),  # the same, already in ASCII
        ("pаypаl.com", "text-lookalike"),
        ("duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion", "domain-special"),
        ("printer.local", "domain-special"),
        ("www.example.com", "domain-special"),
        ("intranet", "domain-single"),
        ("_sip.mail.org", "domain-underscore"),
        ("xn--i-7iq.ws", "domain-labels"),  # a heart: registered, and not in IDNA 2008
    ],
)
def test_a_domain_that_deserves_a_look_warns(name: str, code: str) -> None:
    assert code in codes(parse("domain", name))


@pytest.mark.parametrize("name", ["bücher.de", "россия.рф", "例え.jp", "mail.org", "مثال.إختبار"])
def test_a_domain_in_one_script_does_not(name: str) -> None:
    assert codes(parse("domain", name)) == []


def test_a_deceiving_domain_is_shown_with_marks_and_in_ascii() -> None:
    both = "\u2066{}а⟨U+0430⟩pple.com{}\u2069 (\u2066{}xn--pple-43d.com{}\u2069)"
    assert parse("domain", "аpple.com").display == both.format("", "", "", "")
    assert parse("email", "x@аpple.com").display == both.format("x@", "", "x@", "")
    url = both.format("https://", "/", "https://", "/")
    assert parse("url", "https://аpple.com").display == url


# ------------------------------------------------------------------ URL


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("HTTP://www.Mail.ORG/", "http://www.mail.org/"),  # RFC 3986 section 6.2.2.1
        ("http://mail.org", "http://mail.org/"),
        ("http://mail.org:80/", "http://mail.org/"),
        ("http://mail.org:/", "http://mail.org/"),
        ("https://mail.org:8443/a/../b", "https://mail.org:8443/a/../b"),
        ("https://mail.org/%7euser?q=%c3%a4#x", "https://mail.org/%7Euser?q=%C3%A4#x"),
        ("https://mail.org/ä", "https://mail.org/%C3%A4"),
        ("https://bücher.de/?x", "https://xn--bcher-kva.de/?x"),
        ("http://[2001:DB8::1]:8080/", "http://[2001:db8::1]:8080/"),
        ("tg://resolve?domain=name", "tg://resolve?domain=name"),
    ],
)
def test_a_url_has_one_spelling_of_scheme_and_host(written: str, normal: str) -> None:
    assert parse("url", written).text == normal


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("mail.org/page", "identifier-url"),
        ("//mail.org/", "identifier-url"),
        ("http:///page", "identifier-url"),
        ("javascript:alert(1)", "identifier-url"),
        ("data:text/html,x", "identifier-url"),
        ("https://mail.org\\@evil.org/", "identifier-url"),
        ("https://mail.org/a b", "identifier-url"),
        ('https://mail.org/"', "identifier-url"),
        ("https://mail.org/%zz", "identifier-url"),
        ("https://mail.org:99999/", "identifier-url"),
        ("https://a@b@c.org/", "identifier-url"),
        ("https://1.2.3/", "identifier-ip"),
        ("https://0x7f000001/", "identifier-domain"),
        ("https://2130706433/", "identifier-ip"),
        ("https://ma%69l.org/", "identifier-domain"),
    ],
)
def test_what_a_browser_may_read_otherwise_is_refused(bad: str, code: str) -> None:
    assert refusal("url", bad) == code


def test_a_name_before_the_host_warns() -> None:
    found = parse("url", "https://bank.org@evil.org/")
    assert codes(found) == ["url-name-before-host"]


def test_the_host_of_a_url_is_examined() -> None:
    assert "ip-private" in codes(parse("url", "http://192.168.0.1/"))
    assert "text-lookalike" in codes(parse("url", "https://аpple.com/"))


# ------------------------------------------------------------------ e-mail


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("Jane.Doe+x@Mail.ORG", "Jane.Doe+x@mail.org"),  # RFC 5321 section 2.4
        ('"a b"@mail.org', '"a b"@mail.org'),
        ("用户@例え.jp", "用户@xn--r8jz45g.jp"),
        ("!#$%&'*+/=?^_`{|}~-@mail.org", "!#$%&'*+/=?^_`{|}~-@mail.org"),
    ],
)
def test_the_part_before_the_at_sign_stays_as_written(written: str, normal: str) -> None:
    assert parse("email", written).text == normal


@pytest.mark.parametrize(
    "bad",
    [
        "mail.org",
        "@mail.org",
        "a@b@mail.org",
        ".a@mail.org",
        "a..b@mail.org",
        "a.@mail.org",
        "a b@mail.org",
        "Name <a@mail.org>",
        "a@mail.org, b@mail.org",
        "a" * 65 + "@mail.org",
        "a@[192.0.2.1]",
        "a@-mail.org",
        "a@",
    ],
)
def test_what_is_no_single_address_is_refused(bad: str) -> None:
    assert refusal("email", bad) in {"identifier-email", "identifier-domain"}


def test_letters_that_deceive_warn_before_and_after_the_at_sign() -> None:
    assert codes(parse("email", "аnna@mail.org")) == ["email-local-letters", "text-lookalike"]
    assert codes(parse("email", "anna@mаil.org")) == ["text-lookalike"]


# ------------------------------------------------------------------ MAC address


@pytest.mark.parametrize(
    "written", ["D0-50-99-84-A2-A0", "d0:50:99:84:a2:a0", "d050.9984.a2a0", "D0509984A2A0"]
)
def test_a_mac_address_has_one_spelling(written: str) -> None:
    found = parse("mac", written)
    assert (found.text, codes(found)) == ("d0:50:99:84:a2:a0", [])


@pytest.mark.parametrize(
    "bad",
    ["d0:50:99:84:a2", "d0:50-99:84:a2:a0", "g0:50:99:84:a2:a0", "d0:50:99:84:a2:a0:01", "d:5:9"],
)
def test_what_is_no_mac_address_is_refused(bad: str) -> None:
    assert refusal("mac", bad) == "identifier-mac"


@pytest.mark.parametrize(
    ("address", "code"),
    [("02:00:00:00:00:01", "mac-local"), ("01:00:5e:00:00:01", "mac-group")],
)
def test_a_mac_address_that_names_no_device_warns(address: str, code: str) -> None:
    assert codes(parse("mac", address)) == [code]
