"""A person who sets a node up in a real browser, with a keyboard and nothing else."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from playwright.sync_api import Page
from tests.operation.wizard import Wizard

from comity.canonical import parse_mode
from comity.directory.handover import build_handover
from comity.directory.state_folder import StateFolder
from comity.evidence import age_keys
from comity.keys.encrypted import decrypt_key
from comity.node.core.clock import now
from comity.node.core.randomness import random_bytes

MOST_STOPS: Final = 80
"""Presses of the Tab key after which something is out of reach."""

PASSPHRASE: Final = "five words that nobody knows"

type Look = Callable[[str, Page], None]
"""Told the name of what is on the screen, each time something new is."""


class OutOfReachError(AssertionError):
    """The keyboard does not come to what a person needs."""


def reach(page: Page, selector: str) -> None:
    """Press Tab until something that matches has the focus."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("(it) => document.activeElement.matches(it)", selector):
            return
    raise OutOfReachError(selector)


def write(page: Page, selector: str, text: str) -> None:
    """Go to a field and type over what stands in it."""
    reach(page, selector)
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def press(page: Page, selector: str, key: str = "Enter") -> None:
    """Go to a button or a link, press it, and wait for the page that follows."""
    reach(page, selector)
    with page.expect_navigation():
        page.keyboard.press(key)


def partner(folder: Path) -> bytes:
    """Return what a partner gives by hand."""
    office = StateFolder.create(
        folder, state="za", mode=parse_mode("exercise"), keys=3, threshold=2, now=now()
    )
    return build_handover(office.store.load())


class Play:
    """The whole set-up of one folder, step by step; ``look`` sees every page and every refusal."""

    def __init__(self, page: Page, wizard: Wizard, scratch: Path, look: Look) -> None:
        self.page, self.wizard, self.scratch, self.look = page, wizard, scratch, look

    def whole(self) -> None:
        """Play all."""
        self.page.goto(self.wizard.url)
        self.code()
        self.office()
        self.keys()
        self.officer_ca()
        self.declarations()
        self.entry()
        self.partners()
        self.people()
        self.officers()
        self.roster()
        self.ceremony()
        self.self_test()
        self.echo()
        self.finish()

    def code(self) -> None:
        """Type a wrong code, then the right one."""
        self.look("code", self.page)
        write(self.page, "#code", "AAAA-AAAA-AAAA")
        press(self.page, "main button")
        self.look("code-wrong", self.page)
        write(self.page, "#code", self.wizard.code)
        press(self.page, "main button")

    def office(self) -> None:
        """Say whose node it is; first with a name that cannot be."""
        page = self.page
        self.look("office", page)
        write(page, "#id_party", "Viet Nam")
        press(page, "main button")
        self.look("office-wrong", page)
        write(page, "#id_party", "vn/contact-point")
        write(page, "#id_office_name", "Văn phòng đầu mối")
        write(page, "#id_phone", "+84 24 0000 0000")
        reach(page, "[name=languages][value=vi]")
        if not page.is_checked("[name=languages][value=vi]"):
            page.keyboard.press("Space")
        write(page, "#id_tls_name", "node.example")
        reach(page, "[name=reach]")
        assert page.locator("[name=reach]:checked").count() == 0  # nobody is unreachable unasked
        page.keyboard.press("Space")  # the first: over the network
        press(page, "main button")

    def keys(self) -> None:
        """Make the keys, and look at their names."""
        self.look("keys", self.page)
        press(self.page, "main button")
        self.look("keys-made", self.page)
        press(self.page, "main a.primary")

    def officer_ca(self) -> None:
        """Have the browser make the officer CA: first two passphrases that differ."""
        page, file = self.page, self.scratch / "ca.pem"
        self.look("officer-ca", page)
        write(page, "#ca-new", PASSPHRASE)
        write(page, "#ca-again", PASSPHRASE[:-1])
        reach(page, "[data-part=make]")
        page.keyboard.press("Enter")
        page.wait_for_selector("[data-fault=differ]:visible")
        self.look("officer-ca-differ", page)
        write(page, "#ca-again", PASSPHRASE)
        reach(page, "[data-part=make]")
        with page.expect_download() as download:
            page.keyboard.press("Enter")
        download.value.save_as(file)
        page.wait_for_selector("#ca-file:visible")
        self.look("officer-ca-saved", page)
        page.set_input_files("#ca-file", file)
        write(page, "#ca-passphrase", PASSPHRASE)
        press(page, "main button[type=submit]")
        self.look("officer-ca-made", page)
        assert decrypt_key(file.read_bytes(), PASSPHRASE).alg == "ES256"
        press(page, "main a.btn")
        self.look("sheet", page)
        page.go_back()
        press(page, "main a.primary")

    def declarations(self) -> None:
        """State what the State declared: here nothing."""
        self.look("declarations", self.page)
        press(self.page, "main button")

    def entry(self) -> None:
        """See what the State's key holders get."""
        self.look("entry", self.page)
        press(self.page, "main button")

    def officers(self) -> None:
        """See that passkeys are made elsewhere, and go on."""
        self.look("officers", self.page)
        press(self.page, "main button[name=done]")

    def roster(self) -> None:
        """Name nobody, which is refused; then go on without a roster, for a reason."""
        page = self.page
        self.look("roster", page)
        press(page, "main .bar button")
        self.look("roster-empty", page)
        write(page, "#reason", "The rota starts later.")
        press(page, "main button[name=later]")

    def partners(self) -> None:
        """Take in what a partner gave; the choice of a file is the browser's own window."""
        page = self.page
        self.look("partners", page)
        page.set_input_files(
            "#file",
            {
                "name": "za.json",
                "mimeType": "application/json",
                "buffer": partner(self.scratch / "za"),
            },
        )
        press(page, "main button.btn")
        self.look("partners-file", page)
        press(page, "main button.primary")
        self.look("partners-not-compared", page)
        reach(page, "#state-za")
        page.keyboard.press("Space")
        write(page, "#with", "Thandi, +27 12 000 0000")
        press(page, "main button.primary")
        self.look("partners-taken", page)
        press(page, "main button[name=done]")

    def people(self) -> None:
        """Open two accounts; one is not enough."""
        page = self.page
        self.look("people", page)
        self._add("lan", "operator")
        self.look("people-password", page)
        press(page, "main button[name=done]")
        self.look("people-too-few", page)
        self._add("hoa", "approver")
        self.look("people-enough", page)
        press(page, "main button[name=done]")

    def _add(self, name: str, role: str) -> None:
        page = self.page
        write(page, "#id_name", name)
        reach(page, "#id_role")
        for _ in range(20):
            if page.eval_on_selector("#id_role", "(it) => it.value") == role:
                break
            page.keyboard.press("ArrowDown")
        press(page, "main form.narrow button")

    def ceremony(self) -> None:
        """Read the script, write down what the ceremony left; first a folder that is none."""
        page = self.page
        self.look("ceremony", page)
        press(page, "main a.primary")
        self.look("paper", page)
        page.go_back()
        write(page, "#id_recipient", str(age_keys.generate(random_bytes).recipient))
        write(page, "#id_place", "/nowhere")
        write(page, "#id_keeper", "Lan")
        write(page, "#id_witness", "Hoa")
        reach(page, "#id_signed")
        page.keyboard.press("Space")
        press(page, "main button")
        self.look("ceremony-wrong", page)
        backups = self.scratch / "backups"
        backups.mkdir()
        write(page, "#id_place", str(backups))
        press(page, "main button")

    def self_test(self) -> None:
        """Try the node."""
        self.look("self-test", self.page)
        press(self.page, "main button")
        self.look("self-test-tried", self.page)
        passed = self.page.locator("main button[name=answer]").count() == 0
        press(self.page, "main a.primary" if passed else "main button[name=answer]")

    def echo(self) -> None:
        """Go on without a test request: this State has not listed the node."""
        self.look("echo", self.page)
        press(self.page, "main button[name=later]")

    def finish(self) -> None:
        """End the set-up."""
        self.look("finish", self.page)
        press(self.page, "main button")
        self.look("ended", self.page)
