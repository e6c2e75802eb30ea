"""What stands in a written cell behind its address: its style, its type, its value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ..book import Link, Value
from .cell_content import SHIFT_1904, Serial, content, number_text, text_to_xml
from .row_cells import Shell
from .styles_xml import DEFAULT_DATE, GENERAL, Styles

_REMEMBERED = 100_000  # written texts


@dataclass(frozen=True)
class Formula:
    """A formula to be written, without the leading equals sign, with its last known value."""

    text: str
    value: Value = None


@dataclass(frozen=True)
class Under:
    """A value to be written under the formula that the cell has; without a formula a plain value."""

    value: Value


class Keep:
    """Stands for a cell that is left as it is."""


KEEP = Keep()
Content = Value | Formula | Under


class CellWriter:
    """Writes cells of one sheet. `formulas_changed` says that a formula cell came or went."""

    def __init__(self, styles: Styles, date1904: bool, p: bytes) -> None:
        self.formulas_changed = False
        self._all_styles = styles
        self._date1904 = date1904
        self._p = p
        self._close = b"</%sc>" % p
        self._v, self._v_close = b"><%sv>" % p, b"</%sv></%sc>" % (p, p)
        self._styles: dict[tuple[int, type, str, bool], int] = {}
        self._texts: dict[tuple[int, bool, str], bytes] = {}

    def tail(self, style: int, styled: bool, value: Content, number_format: str) -> bytes:
        """A cell with this value; `styled` says that even style 0 is written, `number_format` is what the
        schema asks for where the cell has none."""
        kind = type(value)
        if isinstance(value, str):
            key = (style, styled, value)
            found = self._texts.get(key)
            if found is None:
                if len(self._texts) > _REMEMBERED:
                    self._texts.clear()
                found = self._texts[key] = self._whole(style, styled, value, number_format)
            return found
        if kind is Serial or kind is float:
            style = self._style(style, value, number_format)
            days = value - SHIFT_1904 if kind is Serial and self._date1904 else value  # type: ignore[operator]
            mark = b' s="%d"' % style if style or styled else b""
            return mark + self._v + number_text(days) + self._v_close  # type: ignore[arg-type]
        return self._whole(style, styled, value, number_format)

    def column(
        self, style: int, styled: bool, values: Sequence[Content | Keep], number_format: str, behind: bytes
    ) -> tuple[list[bytes | None], bool]:
        """`tail` for many cells of one column, each with `behind` behind it, None for KEEP; and is KEEP among
        them."""
        kinds = set(map(type, values))
        return self._column(kinds, style, styled, values, number_format, behind), Keep in kinds

    def _column(
        self,
        kinds: set[type],
        style: int,
        styled: bool,
        values: Sequence[Content | Keep],
        number_format: str,
        behind: bytes,
    ) -> list[bytes | None]:
        if kinds <= {str, type(None), Keep}:
            known = {
                value: self.tail(style, styled, value, number_format) + behind
                for value in set(values)
                if not isinstance(value, Keep)
            }
            return [known.get(value) for value in values]  # type: ignore[arg-type]
        others = kinds - {type(None), Keep}
        if others == {float} or (others == {Serial} and not self._date1904):
            blank = self._whole(style, styled, None, number_format) + behind
            style = self._style(style, others.pop()(0), number_format)
            start = (b' s="%d"' % style if style or styled else b"") + self._v
            made = _with_numbers(start, values, self._v_close + behind)  # type: ignore[arg-type]
            if len(kinds) == 1:
                return made
            return [
                blank if value is None else None if value is KEEP else new
                for value, new in zip(values, made, strict=True)
            ]
        return [
            None if isinstance(v, Keep) else self.tail(style, styled, v, number_format) + behind
            for v in values
        ]

    def over(self, shell: Shell, value: Content, number_format: str) -> bytes:
        """A cell that had a formula, with another value: the formula stays under an Under only."""
        under = isinstance(value, Under)
        # a quote prefix would turn the formula into text when somebody edits it
        seen = None if isinstance(value, Under) and isinstance(value.value, str) else value
        style = self._style(shell.style, seen, number_format)
        kind, inner = self._content(value, shell.formula if under else None)
        mark = b' s="%d"' % style if style or shell.styled else b""
        kept = b' cm="%s"' % shell.cm if under and shell.cm else b""
        return mark + kind + kept + (b">" + inner + self._close if inner else b"/>")

    def _whole(self, style: int, styled: bool, value: Content, number_format: str) -> bytes:
        style = self._style(style, value, number_format)
        kind, inner = self._content(value, None)
        mark = b' s="%d"' % style if style or styled else b""
        return mark + kind + (b">" + inner + self._close if inner else b"/>")

    def _content(self, value: Content, formula: bytes | None) -> tuple[bytes, bytes]:
        if isinstance(value, Under):
            return content(value.value, self._date1904, formula, self._p)
        if isinstance(value, Formula):
            self.formulas_changed = True
            formula = b"<%sf>%s</%sf>" % (self._p, text_to_xml(value.text), self._p)
            return content(value.value, self._date1904, formula, self._p)
        if isinstance(value, Link):
            self.formulas_changed = True
        return content(value, self._date1904, None, self._p)

    def _style(self, style: int, value: Content, number_format: str) -> int:
        if isinstance(value, (Under, Formula)):
            value = value.value
        leading = isinstance(value, str) and value[:1] == "="
        key = (style, type(value), number_format, leading)
        found = self._styles.get(key)
        if found is None:
            found = self._styles[key] = self._styled(style, value, number_format, leading)
        return found

    def _styled(self, style: int, value: Value, number_format: str, leading: bool) -> int:
        if leading:
            quoted = self._all_styles.quoted(style)
            return style if quoted else self._all_styles.variant(style, quoted=True)
        if isinstance(value, (datetime, Serial)):
            if not self._all_styles.is_date(style):
                return self._all_styles.variant(style, number_format or DEFAULT_DATE, False)
        elif (
            number_format
            and isinstance(value, (int, float))
            and not isinstance(value, bool)
            and self._all_styles.number_format(style) == GENERAL
        ):
            return self._all_styles.variant(style, number_format, False)
        return style


def _with_numbers(start: bytes, values: Sequence[object], end: bytes) -> list[bytes | None]:
    """Each number as `number_text` writes it, between two texts; what stands for other values is of no use.
    Source: a float's repr is the shortest text that reads back equal."""
    first, last = start.decode(), end.decode()
    text = first + (last + "\n" + first).join(map(repr, values)) + last
    if "inf" in text or "nan" in text:
        for value in values:
            if isinstance(value, float):
                number_text(value)
    closed = last[: last.index(">") + 1]
    text = text.replace(".0" + closed, closed).replace(">-0" + closed, ">0" + closed)
    return list(text.encode().split(b"\n"))
