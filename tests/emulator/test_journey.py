"""The emulator is started by hand; its journey is kept true here, in a room of our own."""

from __future__ import annotations

from pathlib import Path

from tests.emulator.journey import PHOTO, STEPS
from tests.play import lines, plain
from tests.stage import Stage, photo


async def test_the_journey_over_the_emulator_goes_as_people_are_answered_today(stage: Stage, tmp_path: Path) -> None:
    labels: dict[str, str] = {}
    for said, wanted in STEPS:
        if said.startswith("["):
            heard = await stage.say(pressed=labels[said.strip("[]")], pressed_on="1")
        elif said.startswith(PHOTO):
            heard = await stage.say(said.removeprefix(PHOTO), photo=str(photo(tmp_path, "deed")))
        else:
            heard = await stage.say(said)
        shown = plain("\n".join(line for message in heard for line in lines(message)))
        assert wanted in shown, (said, shown)
        labels |= {plain(button.label).lstrip("☐☑ "): button.value for message in heard for button in message.buttons}
