"""The one table of colours, sizes and spacing, read by widgets and charts; no colour stands anywhere else."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QFont, QFontInfo, QPalette

from barograph.risk.faces import Face

SPACE = 4
"""Spacing goes in steps of this many pixels."""
RADIUS = 4
"""Corner radius in pixels."""
GRID_OPACITY = 0.4
"""Opacity of grid lines, drawn in the colour of `Theme.line`."""
FRAME_PX = 3
"""Width of the striped frame that marks data which is not the live market."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as ``#RRGGBB``.

    `ground` lies behind everything, `panel` behind a panel, `raised` behind what stands out of one. `faint`
    is for decoration, never for information. `calm` to `no_data` belong to the light only; `up` and `down` to
    prices only; `series` are curves, in order; `negative` and `positive` are the ends of a diverging scale whose middle
    is `panel`, all of it dark or light enough for `text`.
    """

    name: str
    ground: str
    panel: str
    raised: str
    line: str
    text: str
    quiet: str
    faint: str
    accent: str
    calm: str
    watch: str
    risk_off: str
    no_data: str
    up: str
    down: str
    negative: str
    positive: str
    series: tuple[str, str, str, str, str, str, str, str]

    def face(self, face: Face) -> str:
        """The colour of a face of the light."""
        return {
            Face.CALM: self.calm,
            Face.WATCH: self.watch,
            Face.RISK_OFF: self.risk_off,
            Face.NO_DATA: self.no_data,
        }[face]


DARK = Theme(
    name="dark",
    ground="#0E1116",
    panel="#151A21",
    raised="#1C232C",
    line="#2A323D",
    text="#E2E8F0",
    quiet="#9AA7B6",
    faint="#6C7886",
    accent="#5AA9E6",
    calm="#2BB98B",
    watch="#F0B429",
    risk_off="#F2545B",
    no_data="#8894A3",
    up="#4CAF8E",
    down="#D9776A",
    # Blue against orange: told apart without red and green, and dark enough for text of 4.5:1 all along.
    negative="#1F62AA",
    positive="#9A5100",
    # After Okabe and Ito, "Color universal design" (2008), lightened to 5:1 and more on the panel.
    series=("#56B4E9", "#E69F00", "#2FBF9B", "#CC79A7", "#F0E442", "#6F8FE8", "#E8743B", "#B9A7F0"),
)

LIGHT = Theme(
    name="light",
    ground="#F5F6F8",
    panel="#FFFFFF",
    raised="#ECEFF3",
    line="#D5DAE1",
    text="#1A212B",
    quiet="#4D5A69",
    faint="#7A8694",
    accent="#1F6FB2",
    calm="#0B7A5A",
    # Darker than amber usually is: the lighter tone stays below 4.5:1 on raised surfaces.
    watch="#8F5F00",
    risk_off="#C21F30",
    no_data="#5B6773",
    up="#1A7A63",
    down="#B4473A",
    negative="#5B9BD8",
    positive="#E8903A",
    # The same sequence, darkened to 4.5:1 and more on the panel.
    series=("#0072B2", "#A86200", "#00795A", "#A8487F", "#7A6A00", "#3B62C9", "#C04A10", "#6C56B8"),
)

THEMES = {theme.name: theme for theme in (DARK, LIGHT)}
"""Themes by name, as stored in settings."""


@dataclass(frozen=True, slots=True)
class TextSizes:
    """Text sizes in device-independent pixels; 11, 13, 16, 28 and 48 where the platform's own font has 13."""

    small: int
    body: int
    title: int
    large: int
    huge: int


def text_sizes(font: QFont) -> TextSizes:
    """Text sizes in proportion to the platform's own font, so that a user who enlarged it is obeyed."""
    body = max(12, QFontInfo(font).pixelSize())
    small, title, large, huge = (round(body * size / 13) for size in (11, 16, 28, 48))
    return TextSizes(max(11, small), body, title, large, huge)


def sized(font: QFont, pixels: int, *, bold: bool = False) -> QFont:
    """A copy of `font` at a size in pixels, with figures of one width so that numbers stand in columns."""
    copy = QFont(font)
    copy.setPixelSize(pixels)
    copy.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    copy.setFeature(QFont.Tag("tnum"), 1)
    return copy


def palette(theme: Theme) -> QPalette:
    """The theme as a palette, for the parts that a style draws without a style sheet."""
    role = QPalette.ColorRole
    made = QPalette()
    for target, colour in (
        (role.Window, theme.ground),
        (role.WindowText, theme.text),
        (role.Base, theme.panel),
        (role.AlternateBase, theme.raised),
        (role.Text, theme.text),
        (role.Button, theme.raised),
        (role.ButtonText, theme.text),
        (role.ToolTipBase, theme.raised),
        (role.ToolTipText, theme.text),
        (role.PlaceholderText, theme.quiet),
        (role.Highlight, theme.accent),
        (role.HighlightedText, theme.ground),
        (role.Link, theme.accent),
        (role.Light, theme.raised),
        (role.Mid, theme.line),
        (role.Dark, theme.line),
    ):
        made.setColor(target, QColor(colour))
    for target in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, target, QColor(theme.quiet))
    return made
