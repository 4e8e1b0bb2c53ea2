"""What may be done about the office's settings: the rows of the table of actions."""

from typing import Annotated, Final

from django.http import Http404
from pydantic import Field

from comity.node.actions.action import Action, ActionCall
from comity.node.actions.perform import Unchanged
from comity.node.people import office_settings
from comity.node.people.permissions import Right
from comity.node.statistics.answers import settings_value
from comity.node.statistics.schemas import SettingIn, SettingList


def _set_setting(call: ActionCall) -> bool | Unchanged:
    """Change a setting of the office. It applies at once."""
    name = call.place["name"]
    if name not in office_settings.KNOWN:
        raise Http404
    changed = office_settings.change(name, call.input.value, by=call.by, at=call.at)
    return changed or Unchanged(False)


SET_SETTING: Final = Action(
    name="setting.set",
    right=Right.SETTINGS,
    method="PUT",
    path="/settings/{name}",
    place={"name": Annotated[str, Field(max_length=40)]},
    input=SettingIn,
    output=SettingList,
    errors=(office_settings.OfficeSettingError,),
    audit=("setting.changed",),
    command="settings set NAME VALUE",
    example="settings set statistics_threshold 10",
    apply=_set_setting,
    answer=lambda _call, _made: settings_value(),
)
ACTIONS: Final = (SET_SETTING,)
