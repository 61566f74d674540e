"""The stage of crypto's deleveraging: where in its story it is, since when, and the signs for it."""

from __future__ import annotations

from datetime import datetime

from barograph.engine.context_view import DeleveragingView
from barograph.gui.context_labels import STORY, stage_meaning, stage_name
from barograph.gui.formats import moment
from barograph.gui.panels.cascade_strip import could_be
from barograph.gui.panels.section import Section
from barograph.gui.panels.sign_table import SignTable
from barograph.gui.text import label, show_text
from barograph.gui.theme import TextSizes, Theme
from barograph.gui.translation import tr
from barograph.risk.deleveraging import Stage


class DeleveragingSection(Section):
    """From calm to exhaustion, with what is met of both lists of signs."""

    def __init__(self, theme: Theme, sizes: TextSizes) -> None:
        """Without words until `show_deleveraging`."""
        super().__init__("deleveraging", tr("Crypto deleveraging"))
        self.story = label("deleveragingStory", wrap=True)
        self.meaning = label("deleveragingMeaning", "small", wrap=True)
        self.forced = SignTable("forcedSigns", tr("Signs of forced selling"), theme, sizes)
        self.building = SignTable("buildingSigns", tr("Signs of leverage building"), theme, sizes)
        self.add(self.story, self.meaning, self.forced, self.building)
        show_text(self.story, "")
        show_text(self.meaning, "")

    def show_deleveraging(self, view: DeleveragingView | None, now: datetime) -> None:
        """Show the stage as it is at `now`; None where no coin's leverage is watched."""
        if view is None or not view.known:
            self.summarise(tr("not known"))
            show_text(self.story, tr("No perpetuals are watched, or nothing of them is known yet."))
            show_text(self.meaning, "")
            self.forced.show_signs(view.forced_signs if view else ())
            self.building.show_signs(view.building_signs if view else ())
            return
        self.summarise(could_be(stage_name(view.stage), stage_name(view.worst))[0])
        show_text(self.story, _story(view, now))
        show_text(self.meaning, stage_meaning(view.stage))
        self.forced.show_signs(view.forced_signs)
        self.building.show_signs(view.building_signs)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.forced.set_theme(theme)
        self.building.set_theme(theme)


def _story(view: DeleveragingView, now: datetime) -> str:
    steps = (f"● {stage_name(stage)}" if stage is view.stage else stage_name(stage) for stage in STORY)
    words = tr("{coin}: {steps}").format(coin=view.coin, steps=" → ".join(steps))
    if view.since is not None:
        words = tr("{words}, since {time}").format(words=words, time=moment(view.since, now))
    if not view.evident and view.stage in (Stage.BUILDING, Stage.FORCED):
        words = tr("{words}; its evidence is gone, it is still counted").format(words=words)
    return words
