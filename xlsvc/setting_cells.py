"""One row of 设置 at a time: which setting it is, what its cells mean, and what is wrong with them.

Nothing is guessed: a number with a unit behind it, an unknown unit or an urgency that no vocabulary knows is
reported with the cell and the words that would be right.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from workbook.issues import Issue
from workbook.schema import fold
from workbook.sheets.profiles import PROFILES
from workbook.sheets.settings import (
    CLOCKS,
    DUTIES,
    DUTY_GROUP,
    ROUTE_GROUP,
    ROUTE_NAMES,
    SETTING_ROWS,
    SETTINGS,
)
from workbook.sheets.vocabularies import PROBLEM_CLASSES, URGENCY_LEVELS
from workbook.values import Vocabularies

from . import targets
from .work_hours import parse_hours

TARGET_ROWS = "targets"
WEIGHT_ROWS = "weights:"
DUTY_ROWS = "duties"
ROUTE_ROWS = "routes"
LOG_PROFILES = ("S002", "S003")
REOPEN_BASES = ("首次解决", "全程")
STRAIGHT_LOWEST, STRAIGHT_LOW, STRAIGHT_ALL = "最低分", "低分", "全部"
STRAIGHT_LINES = (STRAIGHT_LOWEST, STRAIGHT_LOW, STRAIGHT_ALL, "不剔除")

_SINGLES = {fold(s.name): s for s in SETTING_ROWS}
_CLOCKS = {fold(name): key for key, name in CLOCKS.items()}
_DUTIES = {fold(d.name): d for d in DUTIES}
_ROUTES = {fold(name): key for key, name in ROUTE_NAMES.items()}
_UNIT_MINUTES = {**targets.UNIT_MINUTES, "年": 366 * 1440}
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
_LINK = re.compile(r"https?://[^\s<>\"]{1,192}", re.IGNORECASE)
_MAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")
_BETWEEN_MAILS = re.compile(r"[\s;,、]+")
_PROFILE = re.compile(r"S\d{3}", re.IGNORECASE)


def text(cell: object) -> str:
    """A cell of 设置 as text: blank is "", 24.0 is "24"."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return unicodedata.normalize("NFKC", str(cell)).strip()


def identify(texts: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """The name `Settings.require` knows a row by ("" for a row the product has no use for), and for a weight
    its dimension, for a duty its key."""
    group, name = fold(texts["group"]), fold(texts["name"])
    if group == fold("权重"):
        code = profile_code(texts["profile"])
        return WEIGHT_ROWS + code, (_dimension(code, texts["name"]),)
    if group == fold(DUTY_GROUP) and name in _DUTIES:
        return DUTY_ROWS, (_DUTIES[name].key,)
    if group == fold(ROUTE_GROUP) and name in _ROUTES:
        return ROUTE_ROWS, ()
    if name in _CLOCKS and group in (fold("时效"), ""):
        return TARGET_ROWS, ()
    return (_SINGLES[name].key, ()) if name in _SINGLES else ("", ())


def profile_code(typed: str) -> str:
    """ "S003 售后服务质量评估表" -> "S003"."""
    found = _PROFILE.match(typed)
    return found.group().upper() if found else typed


def _dimension(code: str, typed: str) -> str:
    """The dimension's label as the document prints it, where only blanks or brackets differ."""
    known = PROFILES[code].dimensions if code in PROFILES else ()
    return next((d.label for d in known if fold(d.label) == fold(typed)), typed)


class Reader:
    """Reads the cells of one row; `issues` collects what is wrong with them."""

    def __init__(self, row: int, texts: Mapping[str, str], vocabularies: Vocabularies) -> None:
        self.row, self.texts, self.vocabularies = row, texts, vocabularies
        self.issues: list[Issue] = []

    def report(self, code: str, column: str, **values: Any) -> None:
        self.issues.append(
            Issue(
                code, SETTINGS.title, self.row, SETTINGS.heading(column),
                values={"name": self.texts["name"], "value": self.texts.get(column, ""), **values},
            )
        )  # fmt: skip

    def read(self, name: str) -> Any:
        """The row's value: a dict for a target, a duty or a route, percent for a weight, else as the setting's kind
        says."""
        if not name:
            self.report("settings.unknown", "name")
            return None
        if name == TARGET_ROWS:
            return self._target()
        if name == DUTY_ROWS:
            return self._duty()
        if name == ROUTE_ROWS:
            return self._route()
        if name.startswith(WEIGHT_ROWS):
            return self._weight(name.removeprefix(WEIGHT_ROWS))
        return self._single(name)

    def _target(self) -> dict[str, Any]:
        """The row's fields of Settings.targets; a blank value is a limit that the office does not set."""
        unit = targets.UNITS.get(self.texts["unit"].casefold(), "")
        basis = self._basis()
        amount = self._number() if self.texts["value"] else math.nan
        if not unit and (self.texts["unit"] or self.texts["value"]):
            self.report("settings.unit", "unit", allowed="分钟、小时、天、工作日")
        elif unit == "天" and basis == targets.WORKING:
            self.report("settings.unit", "unit", allowed="分钟、小时、工作日(按工作时计的不能用天)")
        elif unit == targets.WORKDAY and not math.isnan(amount) and amount != int(amount):
            self.report("settings.whole", "value")
        elif (
            not math.isnan(amount) and amount * targets.UNIT_MINUTES.get(unit, 1440) > targets.LONGEST_MINUTES
        ):
            self.report("settings.long", "value")
        return {
            "clock": _CLOCKS[fold(self.texts["name"])],
            "profile": self._log_profile(),
            "urgency": self._urgency(),
            "problem_class": self._problem_class(),
            "amount": amount,
            "unit": unit,
            "basis": basis,
            "warning": self._warning(),
        }

    def _duty(self) -> dict[str, Any]:
        """amount (NaN: no such duty), unit, basis, warning of a dated duty."""
        duty = _DUTIES[fold(self.texts["name"])]
        typed = self.texts["unit"].casefold()
        unit = typed if typed in duty.units else targets.UNITS.get(typed, typed)
        amount = self._number() if self.texts["value"] else math.nan
        if unit not in duty.units and (unit or self.texts["value"]):
            self.report("settings.unit", "unit", allowed="、".join(duty.units))
        elif not math.isnan(amount) and unit in ("工作日", "天", "年") and amount != int(amount):
            self.report("settings.whole", "value")
        elif not math.isnan(amount) and amount * _UNIT_MINUTES.get(unit, 1440) > targets.LONGEST_MINUTES:
            self.report("settings.long", "value")
        basis = self._basis()
        if basis == targets.WORKING and (unit in ("天", "年") or duty.key in ("contact", "arrival")):
            self.report("settings.natural", "basis")
        for condition in ("profile", "urgency", "problem_class"):
            if self.texts.get(condition):
                self.report("settings.no_condition", condition)
        return {"amount": amount, "unit": unit, "basis": basis, "warning": self._warning()}

    def _route(self) -> dict[str, Any]:
        """The row's fields of Settings.routes."""
        return {
            "clock": _ROUTES[fold(self.texts["name"])],
            "profile": self._log_profile(),
            "urgency": self._urgency(),
            "problem_class": self._problem_class(),
            "value": self.texts["value"],
        }

    def _basis(self) -> str:
        basis = self.texts["basis"] or targets.NATURAL
        if basis not in (targets.NATURAL, targets.WORKING):
            word = self.vocabularies.resolve("计时方式", basis)[0]
            if word not in (targets.NATURAL, targets.WORKING):
                self.report("settings.basis", "basis")
            basis = word or basis
        return basis

    def _warning(self) -> float:
        """提醒比例 of a target as a fraction of one, NaN where the general one is meant."""
        cell = self.texts.get("warning", "")
        typed = cell.removesuffix("%").strip()
        if not typed:
            return math.nan
        number = float(typed) if _NUMBER.fullmatch(typed) else -1.0
        if not 0 <= number <= 100:
            self.report("settings.warning", "warning")
        return number if number <= 1 and not cell.endswith("%") else number / 100

    def _weight(self, code: str) -> float:
        if code not in PROFILES:
            self.report("settings.profile", "profile", allowed="、".join(PROFILES))
        if self.texts["unit"] not in ("", "%"):
            self.report("settings.unit", "unit", allowed="%")
        return self._number(percent=True)

    def _single(self, key: str) -> Any:
        setting = next(s for s in SETTING_ROWS if s.key == key)
        value = self.texts["value"]
        if self.texts["unit"] not in ("", text(setting.unit)):
            self.report("settings.unit", "unit", allowed=setting.unit or "留空")
        typed = value or text(setting.default)
        if setting.kind == "text":
            return typed
        if setting.kind == "yesno":
            word = self.vocabularies.resolve("一次解决", typed)[0] if typed else None
            if typed and word not in ("是", "否"):
                self.report("settings.yesno", "value")
            return {"是": True, "否": False}.get(word or "")
        if setting.kind == "spans":
            try:
                parse_hours(typed)
            except ValueError:
                self.report("settings.spans", "value")
            return typed
        if setting.kind == "link":
            if typed and not _LINK.fullmatch(typed):
                self.report("settings.link", "value")
            return typed
        if setting.kind == "mails":
            mails = [mail for mail in _BETWEEN_MAILS.split(typed) if mail]
            if wrong := [mail for mail in mails if not _MAIL.fullmatch(mail)]:
                self.report("settings.mails", "value", wrong="、".join(wrong))
            return ";".join(dict.fromkeys(mails))
        if setting.kind in ("reopen", "straight"):
            allowed = REOPEN_BASES if setting.kind == "reopen" else STRAIGHT_LINES
            if typed not in allowed:
                self.report(f"settings.{setting.kind}", "value", allowed="、".join(allowed))
            return typed
        if setting.kind == "profile":
            if profile_code(typed) not in PROFILES:
                self.report("settings.profile", "value", allowed="、".join(PROFILES))
            return profile_code(typed)
        number = self._number(percent=setting.kind == "share") if value else float(str(setting.default))
        if setting.kind == "share":
            if number > 100:
                self.report("settings.share", "value")
            return number if number <= 1 else number / 100  # a cell formatted as % holds 0.8 for 80%
        if setting.kind == "integer":
            if number != int(number if math.isfinite(number) else 0):
                self.report("settings.whole", "value")
            return int(number) if math.isfinite(number) else 0
        return number

    def _number(self, percent: bool = False) -> float:
        typed = self.texts["value"].removesuffix("%").strip() if percent else self.texts["value"]
        if not _NUMBER.fullmatch(typed):
            self.report("settings.number", "value")
            return 0.0
        number = float(typed)
        if number < 0:
            self.report("settings.negative", "value")
        return number

    def _log_profile(self) -> str:
        code = profile_code(self.texts["profile"])
        if code and code not in LOG_PROFILES:
            self.report("settings.profile", "profile", allowed="、".join(LOG_PROFILES))
        return code

    def _urgency(self) -> str:
        typed = self.texts["urgency"]
        level = typed[:2].upper()
        if not typed or level in URGENCY_LEVELS:
            return level
        for vocabulary in ("紧急程度", "工单紧急程度"):
            _, group, _ = self.vocabularies.resolve(vocabulary, typed)
            if group in URGENCY_LEVELS:
                return group
        self.report("settings.urgency", "urgency")
        return typed

    def _problem_class(self) -> str:
        typed = self.texts["problem_class"]
        if not typed or typed in PROBLEM_CLASSES:
            return typed
        _, group, _ = self.vocabularies.resolve("问题类型", typed)
        if group in PROBLEM_CLASSES:
            return group
        self.report("settings.class", "problem_class", allowed="、".join(PROBLEM_CLASSES))
        return typed
