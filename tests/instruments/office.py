"""An office's folder of the law in which people confirmed a rule."""

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

from tests.exchange.makers import key

from comity.files.instruments import shipped
from comity.instruments.reviews import Review, sign_review
from comity.node.core.clock import now

UN: Final = shipped().instruments["un-2024"]
RULE: Final = UN.rules["R-030"]  # preservation needs the intention to ask for assistance


def confirm(folder: Path, people: Sequence[str]) -> None:
    """Let people confirm `RULE`, each with a key of their own that the office trusts."""
    (folder / "reviews").mkdir(parents=True)
    rows = []
    for name in people:
        jwk = json.dumps(key(name).public.jwk).replace(":", " =")
        rows.append(f'[[reviewer]]\nname = "{name}"\nfunction = "Legal service"\nkeys = [{jwk}]\n')
        stated = Review(
            instrument=UN.key,
            rule=RULE.key,
            digest=RULE.digest,
            name=name,
            function="Legal service",
            at=now() - timedelta(days=1),
        )
        (folder / "reviews" / f"{name}.json").write_bytes(sign_review(stated, key(name)))
    (folder / "reviewers.toml").write_text("\n".join(rows), "utf-8")
