"""设置, 人员, 假期 and 选项与关键词 as typed Settings.

A rule is a row: what, for whom, how much, from when. The latest row whose 生效日期 is on or before the
ticket's 受理时间 applies, so that last month's report does not move when a rule changes. A row that cannot be
used is an Issue; it stops only a command that needs it (`Settings.require`). Requirements §2 C2 to C6.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbook.issues import Issue, WorkbookError
from workbook.sheets.profiles import PROFILES
from workbook.sheets.settings import (
    DUTIES,
    ROUTE_GROUP,
    SCHEMA_VERSION,
    SETTING_ROWS,
    SETTINGS,
    Duty,
    Setting,
    default_rows,
)
from workbook.values import Vocabularies

from .setting_cells import DUTY_ROWS, ROUTE_ROWS, TARGET_ROWS, WEIGHT_ROWS, Reader, identify, text
from .targets import CONDITIONS, with_packaged
from .working_time import Calendar, seconds

BEGINNING = np.iinfo(np.int64).min  # the place of NaT: before every moment
WEIGHT_TOLERANCE = 0.01  # percentage points


@dataclass(frozen=True)
class Timeline:
    """The values of one setting in the order they came into force; `starts` in seconds since 1970."""

    starts: tuple[int, ...]
    values: tuple[Any, ...]
    rows: tuple[int, ...]

    def place(self, when: Any) -> npt.NDArray[np.int64]:
        """Position of the value in force at each moment (the first for NaT), -1 before the first."""
        return np.searchsorted(np.array(self.starts, dtype=np.int64), seconds(when), side="right") - 1

    def at(self, when: Any) -> Any:
        """The value in force at one moment."""
        return self.values[max(int(self.place(when)), 0)]


@dataclass(frozen=True, eq=False)
class Settings:
    """The rules. Single values are those in force on the day `read_settings` was given; `at` gives another
    day's. Shares (warning_share and the goals given in %) are fractions of one; expedited_confirmed is None
    until the office has answered."""

    schema_version: int
    backups: int
    backup_days: int
    office_name: str
    author: str
    main_profile: str
    low_line: float
    satisfied_line: float
    few_answers: int
    frequent_from: int
    min_answered: int
    straight_lined: str
    warning_share: float
    work_spans: str
    reopen_basis: str
    expedited_confirmed: bool | None
    response_goal: float
    resolution_goal: float
    score_goal: float
    satisfied_goal: float
    form_days: int
    form_limit: int
    form_folder: str
    form_notice: str
    form_cooldown: int
    churn_points: int
    churn_days: int
    form_call_types: str
    form_call_names: str
    form_call_classes: str
    form_link: str
    form_phone: str
    report_to: str
    report_cc: str
    report_folder: str
    targets: pd.DataFrame
    """One row a target: clock (key of CLOCKS), profile, urgency, problem_class ("" for all), amount (NaN: no
    limit), unit (分钟, 小时, 天, 工作日), basis (自然时, 工作时), warning (fraction of one; NaN: warning_share), effective
    (NaT: always), row (0: the document's)."""
    routes: pd.DataFrame
    """One row a route: clock (key of ROUTE_NAMES), profile, urgency, problem_class ("" for all), value ("": nobody),
    effective (NaT: always), row (0: the document's)."""
    people: pd.DataFrame
    calendar: Calendar
    vocabularies: Vocabularies
    issues: tuple[Issue, ...] = ()
    _singles: Mapping[str, Timeline] = field(default_factory=dict, repr=False)
    _weights: Mapping[str, Mapping[str, Timeline]] = field(default_factory=dict, repr=False)
    _duties: Mapping[str, Timeline] = field(default_factory=dict, repr=False)
    _bad: Mapping[str, tuple[Issue, ...]] = field(default_factory=dict, repr=False)
    _holidays: pd.DataFrame | None = field(default=None, repr=False)
    _calendars: dict[str, Calendar] = field(default_factory=dict, repr=False)

    @staticmethod
    def packaged() -> Settings:
        """The settings of a new ledger."""
        return _packaged()

    def check_version(self) -> None:
        """Raises settings.newer for a ledger made by a later version of the product."""
        self.require("schema_version")
        if self.made_by > SCHEMA_VERSION:
            raise WorkbookError("settings.newer", version=self.made_by, known=SCHEMA_VERSION)

    @property
    def made_by(self) -> int:
        """The version the ledger was brought up to, whatever day it is: the highest that any row gives."""
        return max(int(value) for value in self._singles["schema_version"].values)

    def require(self, *names: str) -> None:
        """Raises settings.bad if a row of one of these settings cannot be used. Names are keys of
        SETTING_ROWS, "targets", "duties", "routes", or "weights:S003"."""
        for name in names:
            for issue in self._bad.get(name, ()):
                raise WorkbookError(
                    "settings.bad",
                    sheet=issue.sheet,
                    row=issue.row,
                    column=issue.column,
                    problem=issue.message,
                )

    def at(self, key: str, when: Any) -> Any:
        """A single setting as in force at a moment: one value for one moment, an array for an array."""
        line = self._singles[key]
        places = np.maximum(line.place(when), 0)
        if np.ndim(when) == 0:
            return line.at(when)
        if len(line.values) == 1:
            only = line.values[0]
            return np.full(np.shape(when), only, dtype=float if type(only) in (int, float) else object)
        kinds = {type(value) for value in line.values}
        return np.array(line.values, dtype=float if kinds <= {int, float} else object)[places]

    def was(self, key: str, when: Any, value: Any) -> npt.NDArray[np.bool_]:
        """Where a single setting had this value at each of an array of moments."""
        line = self._singles[key]
        same = np.array([v == value for v in line.values])
        if same.all() or not same.any():
            return np.full(np.shape(when), bool(same[0]))
        return same[np.maximum(line.place(when), 0)]

    def row_at(self, key: str, when: Any) -> int:
        """The row of 设置 that a single setting in force at a moment stands in, 0 for the packaged default."""
        line = self._singles[key]
        return line.rows[max(int(line.place(when)), 0)]

    def duty(self, key: str) -> Timeline:
        """The limits of a dated duty (see DUTIES): dicts of amount (NaN: no such duty), unit, basis, warning."""
        return self._duties[key]

    def calendar_at(self, when: Any) -> list[tuple[npt.NDArray[np.bool_], Calendar]]:
        """The calendars in force for an array of moments, each with the mask of its moments."""
        moments = np.atleast_1d(np.asarray(when))
        texts = dict.fromkeys(self._singles["work_spans"].values)
        masks = [(self.was("work_spans", moments, text), text) for text in texts]
        return [(mask, self._calendar(str(text))) for mask, text in masks if mask.any()]

    def weights(self, profile: str, when: Any) -> dict[str, float]:
        """Weights in percent by dimension label, as in force at a moment (NaT: the first ones).

        A profile without rows in 设置 has the packaged weights. Raises settings.bad for a row that cannot be
        used and settings.weights if they do not add up to 100 (tolerance 0.01), naming the rows.
        """
        self.require(WEIGHT_ROWS + profile)
        found: dict[str, tuple[float, int]] = {}
        for label, line in self._weights.get(profile, {}).items():
            place = int(line.place(when)) if not pd.isna(when) else 0
            if place >= 0:
                found[label] = line.values[place], line.rows[place]
        if not found:
            return {d.label: float(d.weight) for d in PROFILES[profile].dimensions}
        scale = 100.0 if all(w <= 1 for w, _ in found.values()) else 1.0  # Excel keeps 20% as 0.2
        weights = {label: round(w * scale, 10) for label, (w, _) in found.items()}
        total = math.fsum(weights.values())
        if abs(total - 100) > WEIGHT_TOLERANCE + 1e-9:
            raise WorkbookError(
                "settings.weights", sheet=SETTINGS.title, profile=profile, column=SETTINGS.heading("value"),
                rows="、".join(str(row) for _, row in sorted(found.values(), key=lambda f: f[1])),
                parts=" + ".join(f"{label} {w:g}" for label, w in weights.items()), total=f"{total:g}",
            )  # fmt: skip
        return weights

    def weight_periods(self, profile: str, when: Any) -> npt.NDArray[np.int64]:
        """For each moment the number of its period: moments of one period have the same `weights`."""
        lines = self._weights.get(profile, {}).values()
        starts = sorted({start for line in lines for start in line.starts})
        return np.searchsorted(np.array(starts, dtype=np.int64), seconds(when), side="right")

    def _calendar(self, spans: str) -> Calendar:
        if spans not in self._calendars:
            self._calendars[spans] = Calendar(self._holidays, spans)
        return self._calendars[spans]


@lru_cache(maxsize=1)
def _packaged() -> Settings:
    return read_settings({})


def read_settings(frames: Mapping[str, pd.DataFrame], now: datetime | None = None) -> Settings:
    """Settings from the frames of the sheets settings, people, holidays and options (see
    workbook.values.read_frame); a missing frame or row means the packaged default.

    `now` decides which of several dated rows the plain attributes show (None: the latest). Never raises for
    what stands in the rows.
    """
    options, holidays = frames.get("options"), frames.get("holidays")
    vocabularies = (
        Vocabularies.packaged() if options is None or options.empty else Vocabularies.from_rows(options)
    )
    rows, issues = _read_rows(_rows_of(frames.get("settings")), vocabularies)
    bad: dict[str, list[Issue]] = {}
    for name, issue in issues:
        bad.setdefault(name, []).append(issue)
    singles = {s.key: _single_line(s, [r for r in rows if r.name == s.key]) for s in SETTING_ROWS}
    values = {
        key: line.values[-1 if now is None else max(int(line.place(now)), 0)] for key, line in singles.items()
    }
    weights: dict[str, dict[str, Timeline]] = {}
    for row in rows:
        if row.name.startswith(WEIGHT_ROWS):
            labels = weights.setdefault(row.name.removeprefix(WEIGHT_ROWS), {})
            labels[row.key[0]] = _line([r for r in rows if r.name == row.name and r.key == row.key])
    target_rows = [dict(r.value, effective=r.effective, row=r.row) for r in rows if r.name == TARGET_ROWS]
    route_rows = [dict(r.value, effective=r.effective, row=r.row) for r in rows if r.name == ROUTE_ROWS]
    duties = {d.key: _duty_line(d, [r for r in rows if r.key == (d.key,) and r.name == DUTY_ROWS]) for d in DUTIES}
    calendars = {values["work_spans"]: Calendar(holidays, values["work_spans"])}
    people = frames.get("people")
    return Settings(
        **values,
        targets=with_packaged(target_rows),
        routes=_routes(route_rows or _packaged_routes()),
        people=people
        if people is not None
        else pd.DataFrame(columns=["name", "department", "phone"], dtype=object),
        calendar=calendars[values["work_spans"]],
        vocabularies=vocabularies,
        issues=tuple(issue for _, issue in issues),
        _singles=singles,
        _weights=weights,
        _duties=duties,
        _bad={name: tuple(i for i in found if i.level == "error") for name, found in bad.items()},
        _holidays=holidays,
        _calendars=calendars,
    )


@dataclass(frozen=True)
class _Row:
    """A usable row. `name` as `require` knows it, `key` what else must differ between rows of that name."""

    name: str
    key: tuple[str, ...]
    effective: Any
    row: int
    value: Any


def _rows_of(frame: pd.DataFrame | None) -> pd.DataFrame:
    if frame is None or frame.empty:
        defaults = default_rows()
        first = SETTINGS.header_row + 1
        frame = pd.DataFrame(defaults, index=range(first, first + len(defaults)))
    return frame.reindex(columns=[c.key for c in SETTINGS.columns])


def _read_rows(frame: pd.DataFrame, vocabularies: Vocabularies) -> tuple[list[_Row], list[tuple[str, Issue]]]:
    rows: list[_Row] = []
    issues: list[tuple[str, Issue]] = []
    first: dict[tuple[Any, ...], int] = {}
    for row, cell in zip(frame.index, frame.to_dict("records"), strict=True):
        texts = {str(key): text(cell[key]) for key in cell if key != "effective"}
        if not texts["name"] and not texts["value"]:
            continue
        name, key = identify(texts)
        reader = Reader(int(row), texts, vocabularies)
        value = reader.read(name)
        if name and not reader.issues:
            effective = pd.Timestamp(cell["effective"]) if cell["effective"] else pd.NaT
            if name in (TARGET_ROWS, ROUTE_ROWS):
                key = tuple(value[k] for k in ("clock", "profile", "urgency", "problem_class"))
            mark = (name, key, effective if not pd.isna(effective) else None)
            if mark in first:
                reader.report("settings.doubled", "effective", other=first[mark])
            else:
                first[mark] = int(row)
                rows.append(_Row(name, key, effective, int(row), value))
        issues += [(name, issue) for issue in reader.issues]
    return rows, issues


def _single_line(setting: Setting, rows: list[_Row]) -> Timeline:
    """The setting's values; the packaged default applies before the first dated row."""
    default = Reader(0, {"name": setting.name, "value": "", "unit": ""}, Vocabularies.packaged()).read(
        setting.key
    )
    return _after(default, _line(rows))


def _duty_line(duty: Duty, rows: list[_Row]) -> Timeline:
    default = {"amount": float(duty.value), "unit": duty.unit, "basis": duty.basis, "warning": math.nan}
    return _after(default, _line(rows))


def _after(default: Any, line: Timeline) -> Timeline:
    if line.starts and line.starts[0] == BEGINNING:
        return line
    return Timeline((BEGINNING, *line.starts), (default, *line.values), (0, *line.rows))


def _packaged_routes() -> list[dict[str, Any]]:
    """The documents' routes, for a ledger whose 设置 has no row of 分派 at all."""
    found = []
    for cells in default_rows():
        if cells["group"] == ROUTE_GROUP:
            texts = {c.key: text(cells.get(c.key)) for c in SETTINGS.columns}
            found.append(dict(Reader(0, texts, Vocabularies.packaged()).read(ROUTE_ROWS), effective=pd.NaT, row=0))
    return found


def _routes(rows: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["clock", *CONDITIONS, "value", "effective", "row"])
    frame["effective"] = pd.to_datetime(frame["effective"]).astype("datetime64[s]")
    frame["row"] = frame["row"].astype("int64")
    return frame


def _line(rows: list[_Row]) -> Timeline:
    placed = sorted((int(seconds(r.effective)), r.row, r.value) for r in rows)
    return Timeline(
        tuple(start for start, _, _ in placed),
        tuple(v for _, _, v in placed),
        tuple(row for _, row, _ in placed),
    )
