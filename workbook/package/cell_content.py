"""A cell's content as XML bytes, both ways: text, numbers, dates, errors, booleans and links."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time, timedelta
from typing import Any

from ..book import CellError, Link, RawCell, Value
from ..issues import WorkbookError
from ..schema import MAX_CELL_TEXT

_ENTITY = re.compile(r"&(#x[0-9A-Fa-f]+|#[0-9]+|amp|lt|gt|quot|apos);")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\r\ufffe\uffff\ud800-\udfff]")
_ISO = re.compile(r"(?:(\d{4})-(\d\d)-(\d\d))?T?(?:(\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?)?Z?")
_EPOCH = datetime(1899, 12, 30)
SHIFT_1904 = 1462  # days between the two date systems


class Serial(float):
    """A moment as days of the 1900 system: what a whole column of dates is handed over as."""


def text_from_xml(raw: bytes) -> str:
    """Character data of <t> or <v> as text: entities, line ends and the _x000D_ escapes of ST_Xstring."""
    text = raw.decode("utf-8")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "&" in text:
        text = _ENTITY.sub(_entity, text)
    if "_x" in text:
        text = _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text)
    return text


def _entity(match: re.Match[str]) -> str:
    name = match[1]
    if name.startswith("#x"):
        return chr(int(name[2:], 16))
    return chr(int(name[1:])) if name.startswith("#") else _NAMED[name]


def text_to_xml(text: str) -> bytes:
    """Text as character data; what XML cannot hold becomes _x000B_."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda m: "_x005F" + m[0], text)
    text = _CONTROL.sub(lambda m: f"_x{ord(m[0]):04X}_", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode("utf-8")


def attribute(value: str) -> str:
    """Text as an attribute's value, without the quotes."""
    return (
        value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
        .replace("\n", "&#10;").replace("\t", "&#9;").replace("\r", "&#13;")
    )  # fmt: skip


def serial(moment: datetime | date, date1904: bool = False) -> float:
    """Days since the book's epoch; whole milliseconds, so that equal moments are equal numbers."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    delta = moment.replace(tzinfo=None) - _EPOCH
    days = delta.days + round((delta.seconds + delta.microseconds / 1e6) * 1000) / 86_400_000
    if date1904:
        return days - SHIFT_1904
    return days - 1 if days < 61 else days  # Excel counts a 29 February 1900 that never was


def serial_from_iso(text: str) -> float | None:
    """A cell of type "d" (ISO 8601) as a serial of the 1900 system; a bare time is a fraction of a day."""
    match = _ISO.fullmatch(text.strip())
    if not match or not text.strip():
        return None
    year, month, day, hour, minute, second = match.groups()
    share = (int(hour or 0) * 3600 + int(minute or 0) * 60 + float(second or 0)) / 86400
    if not year:
        return share
    try:
        return serial(datetime(int(year), int(month), int(day)) + timedelta(seconds=round(share * 86400, 3)))
    except ValueError:
        return None


def plain(value: Any) -> Value:
    """A value as handed to the port, without numpy, NaN, NaT or empty text: blank is None."""
    if value is None or isinstance(value, (str, bool, CellError, Link)):
        return None if value == "" else value
    if isinstance(value, float):
        return None if math.isnan(value) else float(value)
    if isinstance(value, datetime):
        return None if value != value else value
    if isinstance(value, date):
        return datetime.combine(value, time())
    if isinstance(value, timedelta):
        return value / timedelta(days=1)
    if type(value).__name__ in ("NaTType", "NAType"):
        return None
    if hasattr(value, "item"):
        item = value.item()
        if isinstance(item, int) and "datetime64" in type(value).__name__:
            item = value.astype("datetime64[us]").item()
        return plain(item)
    if isinstance(value, int):
        return value
    return str(value)


def as_read(value: Value) -> RawCell:
    """What reading gives back after `value` was written (1900 system)."""
    if isinstance(value, Link):
        return value.text or None
    if isinstance(value, datetime):
        return serial(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    return value


def same(old: RawCell, new: RawCell) -> bool:
    """Do the two cells show the same? Numbers may differ by what Excel loses in writing them."""
    if type(old) is float and type(new) is float:
        return old == new or abs(old - new) <= 1e-12 * max(abs(old), abs(new))
    return type(old) is type(new) and old == new


def number_text(value: float) -> bytes:
    """A number as Excel writes it. Raises WorkbookError cell.not_finite for an infinity."""
    if not math.isfinite(value):
        raise WorkbookError("cell.not_finite")
    if value == int(value) and abs(value) < 1e16:
        return b"%d" % int(value)
    return repr(float(value)).encode()


def content(value: Value, date1904: bool, formula: bytes | None, p: bytes) -> tuple[bytes, bytes]:
    """(type attribute with a leading blank or b"", inner XML) of a cell holding `value`.

    `formula` is the whole <f> element that stays above the value, `p` the namespace prefix with colon.
    A Link makes its own formula.
    """
    if isinstance(value, Link):
        formula = b"<%sf>%s</%sf>" % (p, text_to_xml(link_formula(value)), p)
        value = value.text
    f = formula or b""
    if value is None:
        return b"", f
    if isinstance(value, bool):
        return b' t="b"', f + b"<%sv>%d</%sv>" % (p, value, p)
    if isinstance(value, CellError):
        return b' t="e"', f + b"<%sv>%s</%sv>" % (p, value.code.encode(), p)
    if isinstance(value, datetime):
        return b"", f + b"<%sv>%s</%sv>" % (p, number_text(serial(value, date1904)), p)
    if isinstance(value, Serial):
        days = value - SHIFT_1904 if date1904 else value
        return b"", f + b"<%sv>%s</%sv>" % (p, number_text(float(days)), p)
    if isinstance(value, str):
        if len(value) > MAX_CELL_TEXT:
            raise WorkbookError("cell.too_long", length=len(value), limit=MAX_CELL_TEXT, start=value[:20])
        text = text_to_xml(value)
        if f:
            return b' t="str"', f + b"<%sv>%s</%sv>" % (p, text, p)
        space = b' xml:space="preserve"' if value != value.strip() or "\n" in value else b""
        return b' t="inlineStr"', b"<%sis><%st%s>%s</%st></%sis>" % (p, p, space, text, p, p)
    return b"", f + b"<%sv>%s</%sv>" % (p, number_text(value), p)


def link_formula(link: Link) -> str:
    """HYPERLINK into the same book, without the leading equals sign."""
    title = link.title.replace("'", "''").replace('"', '""')
    text = link.text.replace('"', '""')
    return f'HYPERLINK("#\'{title}\'!{link.cell}","{text}")'
