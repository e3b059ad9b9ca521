"""A picture of a transcript: its parts, the predicted efficacy along it, and the chosen sites."""

from html import escape
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Profile", "design_map", "profile"]

_WIDTH, _HEIGHT = 1000, 270
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 14, 34, 62
_BINS = 470

Float = NDArray[np.float64]


class Profile(NamedTuple):
    """Efficacy along a transcript, in stretches short enough to draw.

    Parameters
    ----------
    place : ndarray of float64, (B,)
        Middle of each stretch, bases.
    mean, low, high : ndarray of float64, (B,)
        Means over the sites that begin in it: predicted efficacy, and its interval; NaN where there are none.
    n_bases : int
        Length of the transcript.
    """

    place: Float
    mean: Float
    low: Float
    high: Float
    n_bases: int


class Mark(NamedTuple):
    """A chosen site."""

    rank: int  # number among the chosen, from 1
    start: int
    end: int
    efficacy: float
    anchor: str


def profile(starts: NDArray[np.int64], mean: Float, low: Float, high: Float, n_bases: int) -> Profile:
    """Average efficacy over stretches.

    Parameters
    ----------
    starts : ndarray of int64, (n,)
        Of the sites.
    mean, low, high : ndarray of float64, (n,)
        Of their efficacy.
    n_bases : int
        Length of the transcript.

    Returns
    -------
    Profile
        At most 470 stretches.
    """
    width = max(1, -(-n_bases // _BINS))
    which = starts // width
    n = -(-n_bases // width)
    count = np.bincount(which, minlength=n).astype(np.float64)
    count[count == 0] = np.nan
    mean, low, high = (np.bincount(which, weights=values, minlength=n) / count for values in (mean, low, high))
    place = (np.arange(n, dtype=np.float64) + 0.5) * width + 10
    return Profile(place, mean, low, high, n_bases)


def design_map(name: str, drawn: Profile, marks: list[Mark], coding: tuple[int, int] | None) -> str:
    """Draw a transcript.

    Parameters
    ----------
    name : str
        Of the transcript.
    drawn : Profile
        Efficacy along it.
    marks : list of Mark
        The chosen sites, which are links to their rows.
    coding : tuple of int, optional
        Start and end of the coding sequence.

    Returns
    -------
    str
        An SVG element.
    """
    known = np.concatenate([drawn.mean, drawn.high[np.isfinite(drawn.high)], [mark.efficacy for mark in marks]])
    top = max(1.0, float(np.ceil(np.nanmax(known, initial=1.0) * 5) / 5))
    bottom = min(0.0, float(np.floor(np.nanmin(drawn.low, initial=0.0) * 5) / 5))
    scale = _Scale(drawn.n_bases, bottom, top)
    title = f"Predicted efficacy along {name}, {drawn.n_bases} bases, with {len(marks)} chosen sites"
    return "".join(
        [
            f'<svg class="map" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(title)}">',
            *_axes(scale),
            *_band(drawn, scale),
            *_transcript(drawn.n_bases, coding, scale),
            *(_mark(mark, scale) for mark in marks),
            "</svg>",
        ]
    )


class _Scale:
    """From bases and efficacy to places in the picture."""

    def __init__(self, n_bases: int, bottom: float, top: float) -> None:
        self.n_bases, self.bottom, self.top = n_bases, bottom, top

    def x(self, base: float) -> float:
        return round(_LEFT + (_WIDTH - _LEFT - _RIGHT) * base / self.n_bases, 1)

    def y(self, efficacy: float) -> float:
        share = (efficacy - self.bottom) / (self.top - self.bottom)
        return round(_HEIGHT - _BOTTOM - (_HEIGHT - _BOTTOM - _TOP) * share, 1)


def _axes(scale: _Scale) -> list[str]:
    drawn = []
    for step in range(round(scale.bottom / 0.2), round(scale.top / 0.2) + 1):
        value = step * 0.2
        y = scale.y(value)
        drawn.append(f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>')
        drawn.append(f'<text class="tick" x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{value:.1f}</text>')
    step = _round_step(scale.n_bases / 6)
    for base in range(0, scale.n_bases + 1, step):
        x = scale.x(base)
        drawn.append(f'<text class="tick" x="{x}" y="{_HEIGHT - 8}" text-anchor="middle">{base:,}</text>')
        drawn.append(f'<line class="axis" x1="{x}" x2="{x}" y1="{_HEIGHT - 27}" y2="{_HEIGHT - 22}"/>')
    return drawn


def _round_step(roughly: float) -> int:
    power = 10 ** int(np.floor(np.log10(max(roughly, 1))))
    return int(next(power * factor for factor in (1, 2, 5, 10) if power * factor >= roughly))


def _band(drawn: Profile, scale: _Scale) -> list[str]:
    """Draw the line and its interval, in pieces where there are no sites between."""
    shapes = []
    known = np.flatnonzero(np.isfinite(drawn.mean))
    for piece in np.split(known, np.flatnonzero(np.diff(known) > 1) + 1):
        if not len(piece):
            continue
        xs = [scale.x(place) for place in drawn.place[piece]]
        if np.isfinite(drawn.low[piece]).all():
            upper = [f"{x},{scale.y(value)}" for x, value in zip(xs, drawn.high[piece], strict=True)]
            lower = [f"{x},{scale.y(value)}" for x, value in zip(xs, drawn.low[piece], strict=True)]
            shapes.append(f'<polygon class="band" points="{" ".join([*upper, *reversed(lower)])}"/>')
        line = " ".join(f"{x},{scale.y(value)}" for x, value in zip(xs, drawn.mean[piece], strict=True))
        shapes.append(f'<polyline class="efficacy" points="{line}"/>')
    return shapes


def _transcript(n_bases: int, coding: tuple[int, int] | None, scale: _Scale) -> list[str]:
    y = _HEIGHT - 36
    drawn = [f'<line class="utr" x1="{scale.x(0)}" x2="{scale.x(n_bases)}" y1="{y}" y2="{y}"/>']
    if coding is not None:
        x, end = scale.x(coding[0]), scale.x(coding[1])
        drawn.append(f'<rect class="cds" x="{x}" y="{y - 8}" width="{round(end - x, 1)}" height="16" rx="2"/>')
        if end - x > 40:
            drawn.append(
                f'<text class="cds-name" x="{(x + end) / 2:.1f}" y="{y + 4.5}" text-anchor="middle">CDS</text>'
            )
    return drawn


def _mark(mark: Mark, scale: _Scale) -> str:
    x, y = scale.x((mark.start + mark.end) / 2), scale.y(mark.efficacy)
    width = max(2.0, scale.x(mark.end) - scale.x(mark.start))
    bar = f'<rect class="site" x="{x - width / 2:.1f}" y="{_HEIGHT - 47}" width="{width:.1f}" height="22"/>'
    line = f'<line class="stem" x1="{x}" x2="{x}" y1="{y}" y2="{_HEIGHT - 47}"/>'
    disc = f'<circle class="site" cx="{x}" cy="{y}" r="9"/>'
    text = f'<text class="number" x="{x}" y="{y + 4}" text-anchor="middle">{mark.rank}</text>'
    title = f"<title>site {mark.rank}: {mark.start}-{mark.end}, efficacy {mark.efficacy:.2f}</title>"
    return f'<a href="#{escape(mark.anchor)}">{title}{line}{bar}{disc}{text}</a>'
