"""Forms of the docket: made from the model of what an act says, in officers' words."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from comity.directory.functions import FUNCTIONS
from comity.docket import Act
from comity.node.docket import labels as dw
from comity.node.web.model_form import Choices, PydanticForm

_NOT_HINTED: Final = frozenset({"translation.source"})


class ActForm(PydanticForm):
    """What an act says; `value` gives what is recorded."""

    def __init__(
        self,
        act: Act,
        data: Any = None,
        *,
        choices: Mapping[str, Choices] | None = None,
        initial: Mapping[str, Any] | None = None,
        without: Iterable[str] = (),
    ) -> None:
        """Make the fields of an act.

        Args:
            act: its row.
            data: what was typed, or None.
            choices: member to what can be chosen for it.
            initial: member to the value that the form proposes.
            without: members that the page itself gives.
        """
        self.act, self.without = act, frozenset(without)
        shown = self.shown_values(act.body, initial or {})
        super().__init__(act.body, data, prefix="said", choices=choices, initial=shown)

    def member_label(self, path: str) -> str:
        """Return what the docket calls a member."""
        return dw.field(self.act.name, path.rpartition(".")[2])

    def member_hint(self, path: str) -> Any:
        """Return what the docket says below a member."""
        name = path.rpartition(".")[2]
        return "" if f"{self.act.kind}.{name}" in _NOT_HINTED else dw.HINT.get(name, "")

    def fault_words(self, fault: Mapping[str, Any]) -> Any:
        """Return what is said of a fault: of a code, how it is written."""
        wanted = dw.WANTED.get(str(fault["loc"][-1])) if fault["loc"] else None
        found = wanted if fault["type"] == "string_pattern_mismatch" else None
        return found or super().fault_words(fault)

    def code_choices(self, path: str, kind: Any, codes: tuple[Any, ...]) -> Choices:
        """Return the codes of a member in the docket's words."""
        name = path.rpartition(".")[2]
        listed = FUNCTIONS if name == "functions" else codes
        return [(one, dw.code(name, one)) for one in listed if isinstance(one, str)]
