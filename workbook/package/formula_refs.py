"""References inside formula texts, found by tokens and not by search: what stands in a string, in the
brackets of a table reference or behind another workbook's number is never touched.

The grammar is the one of formulas as files hold them (ECMA-376 part 1, 18.17): English, comma, no "=".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from .cell_refs import Area, column_number

Kind = Literal["string", "bracket", "tab", "foreign", "word", "error", "other"]

_PLAIN = re.compile(
    r"""(?P<string>"(?:[^"]|"")*"?)
      | (?P<quoted>'(?:[^']|'')*')
      | (?P<error>\#(?:REF!|N/A|NULL!|DIV/0!|VALUE!|NUM!|NAME\?|GETTING_DATA|SPILL!|CALC!))
      | (?P<word>[^\s"'\[\]{}()+\-*/^&=<>,;:!%@\#]+)
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_CELL_LIKE = re.compile(r"\$?[A-Za-z]{1,3}\$?[0-9]+|\$?[A-Za-z]{1,3}|\$?[0-9]+")
_RANGE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Za-z]{1,3})\$?([0-9]{1,7}))?")
_ONE_CELL = re.compile(r"'((?:[^'\[\]:]|'')+)'!\$([A-Z]{1,3})\$([0-9]{1,7})")


@dataclass(frozen=True)
class Token:
    """A piece of a formula. The pieces joined are the formula. Of kind "tab" the text includes the "!"
    and `tab` is the title without quotes; kind "foreign" is a tab of another workbook or a 3-D span."""

    kind: Kind
    text: str
    tab: str = ""


def quoted(title: str) -> str:
    """The tab title as a formula quotes it: O'Neill -> 'O''Neill'."""
    return "'" + title.replace("'", "''") + "'"


def tokens(formula: str) -> Sequence[Token]:
    """The formula's pieces in order; nothing is lost, whatever the text."""
    return _tokens(formula)


@lru_cache(maxsize=2_048)  # a tab's formulas are asked a dozen questions each
def _tokens(formula: str) -> tuple[Token, ...]:
    return tuple(_cut(formula))


def _cut(formula: str) -> Iterator[Token]:
    pieces = list(_pieces(formula))
    at = 0
    while at < len(pieces):
        kind, text = pieces[at]
        if kind == "bracket" and not _joins(pieces, at) and _follows(pieces, at + 1, ("word", "quoted")):
            # [1]Sheet!A1 and [1]!name: the workbook's number, the tab and the "!" together
            end = _bang(pieces, at + 1)
            if end:
                yield Token("foreign", "".join(piece for _, piece in pieces[at:end]))
                at = end
                continue
        if kind == "bracket" and not _joins(pieces, at) and _follows(pieces, at + 1, ("other",), "!"):
            yield Token("foreign", text + "!")
            at += 2
            continue
        if kind in ("word", "quoted"):
            span = _span_end(pieces, at)
            if span:
                yield Token("foreign", "".join(piece for _, piece in pieces[at:span]))
                at = span
                continue
            if _follows(pieces, at + 1, ("other",), "!"):
                title = text[1:-1].replace("''", "'") if kind == "quoted" else text
                outside = kind == "quoted" and ("[" in title or ":" in title)
                yield Token("foreign", text + "!") if outside else Token("tab", text + "!", title)
                at += 2
                continue
        yield Token("other" if kind == "quoted" else kind, text)  # type: ignore[arg-type]
        at += 1


def retarget(formula: str, old: str, new: str) -> str:
    """The formula with every reference to tab `old` leading to tab `new`, its title always quoted."""
    if "!" not in formula:
        return formula
    wanted = old.casefold()
    return _join(
        formula, lambda t: quoted(new) + "!" if t.kind == "tab" and t.tab.casefold() == wanted else t.text
    )


def refers_to(formula: str, title: str) -> bool:
    """Does the formula lead to this tab of its own workbook?"""
    wanted = title.casefold()
    return "!" in formula and any(t.kind == "tab" and t.tab.casefold() == wanted for t in tokens(formula))


def tabs(formula: str) -> set[str]:
    """The titles of the tabs of its own workbook that the formula leads to."""
    return {t.tab for t in tokens(formula) if t.kind == "tab"} if "!" in formula else set()


def rename_words(formula: str, names: Mapping[str, str]) -> str:
    """The formula with tables or defined names called otherwise; `names` has casefolded old names.

    A word behind another workbook's or tab's "!" is not the same name and stays; so does a function."""
    if not names or not any(name in formula.casefold() for name in names):
        return formula
    pieces = list(tokens(formula))
    free = _free_words(pieces)
    out = []
    for at, token in enumerate(pieces):
        out.append(names.get(token.text.casefold(), token.text) if at in free else token.text)
    return "".join(out)


def words(formula: str) -> set[str]:
    """Casefolded words that may be defined names or tables: not functions, not behind a tab's "!"."""
    pieces = list(tokens(formula))
    return {pieces[at].text.casefold() for at in _free_words(pieces)}


def tables(formula: str) -> set[str]:
    """Casefolded names of the tables whose columns the formula reads, as 响应记录[受理时间]."""
    if "[" not in formula:
        return set()
    pieces = list(tokens(formula))
    return {
        piece.text.casefold()
        for piece, following in pairwise(pieces)
        if piece.kind == "word" and following.kind == "bracket"
    }


def foreign(formula: str) -> bool:
    """Does the formula reach into another workbook? `[0]!name` is its own."""
    return any(
        t.kind == "foreign" and "[" in t.text and not t.text.startswith("[0]") for t in tokens(formula)
    )


def localized(formula: str, names: Set[str], title: str) -> str:
    """A chart's formula with `[0]!name` read from the tab's own name where the tab has one."""
    if not formula.startswith("[0]!") or formula[4:].casefold() not in names:
        return formula
    return f"{quoted(title)}!{formula[4:]}"


def texts_naming(formula: str, title: str) -> bool:
    """Does a string in the formula (as INDIRECT takes it) hold the tab's title?"""
    wanted = title.casefold()
    if '"' not in formula or wanted not in formula.casefold():
        return False
    return any(t.kind == "string" and wanted in t.text.casefold() for t in tokens(formula))


def areas(reference: str, default_tab: str = "") -> list[tuple[str, Area]]:
    """(tab title, rectangle) of each part of a plain reference as `'周报'!$A$1:$B$2` or a union of such.

    Empty when it is anything else: a name, a function, #REF!, another workbook."""
    text = reference.strip().removeprefix("=")
    plain = _ONE_CELL.fullmatch(text)
    if plain:  # as nearly every name is written
        row, column = int(plain[3]), column_number(plain[2])
        return [(plain[1].replace("''", "'"), Area(row, column, row, column))]
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    found, tab, cells = [], default_tab, ""
    for token in [*tokens(text), Token("other", ",")]:
        if token.kind == "tab":
            if cells and not (cells.endswith(":") and tab.casefold() == token.tab.casefold()):
                return []
            tab = token.tab
        elif token.kind == "other" and token.text == ",":
            match = _RANGE.fullmatch(cells.strip())
            if not match or not tab:
                return []
            left, top, right, bottom = match.groups()
            rows = sorted((int(top), int(bottom or top)))
            columns = sorted((column_number(left), column_number(right or left)))
            found.append((tab, Area(rows[0], columns[0], rows[1], columns[1])))
            tab, cells = default_tab, ""
        elif token.kind == "word" or token.text in ": ":
            cells += token.text
        else:
            return []
    return found


def _join(formula: str, change: Callable[[Token], str]) -> str:
    return "".join(change(token) for token in tokens(formula))


def _free_words(pieces: Sequence[Token]) -> set[int]:
    """Positions of the tokens that are words of this workbook and no functions."""
    found = set()
    for at, token in enumerate(pieces):
        if token.kind != "word" or (at and pieces[at - 1].kind in ("tab", "foreign")):
            continue
        if at + 1 < len(pieces) and pieces[at + 1].text == "(":
            continue
        found.add(at)
    return found


def _pieces(formula: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(formula):
        if formula[at] == "[":
            end = _bracket_end(formula, at)
            yield "bracket", formula[at:end]
        else:
            match = _PLAIN.match(formula, at)
            assert match is not None, "the last alternative takes any character"
            end = match.end()
            yield match.lastgroup or "other", match.group()
        at = end


def _bracket_end(formula: str, at: int) -> int:
    """Behind the bracket that closes the one at `at`; "'" escapes the next character inside."""
    depth = 0
    while at < len(formula):
        if formula[at] == "'":
            at += 1
        elif formula[at] == "[":
            depth += 1
        elif formula[at] == "]":
            depth -= 1
            if not depth:
                return at + 1
        at += 1
    return len(formula)


def _joins(pieces: list[tuple[str, str]], at: int) -> bool:
    """Does the bracket belong to the word before it, as in 表[列]?"""
    return at > 0 and pieces[at - 1][0] in ("word", "bracket")


def _follows(pieces: list[tuple[str, str]], at: int, kinds: tuple[str, ...], text: str = "") -> bool:
    return at < len(pieces) and pieces[at][0] in kinds and (not text or pieces[at][1] == text)


def _bang(pieces: list[tuple[str, str]], at: int) -> int:
    """Behind the "!" of a tab or a span of tabs that starts at `at`; 0 where there is none."""
    if _follows(pieces, at + 1, ("other",), "!"):
        return at + 2
    if _follows(pieces, at + 1, ("other",), ":") and _follows(pieces, at + 3, ("other",), "!"):
        return at + 4
    return 0


def _span_end(pieces: list[tuple[str, str]], at: int) -> int:
    """Behind the "!" of a 3-D span Tab1:Tab3!; 0 where the pieces are a range or a plain tab.

    A1:Tab!B2 is a range from a cell to a cell: a tab called like a cell is always quoted."""
    if not (
        _follows(pieces, at + 1, ("other",), ":")
        and _follows(pieces, at + 2, ("word", "quoted"))
        and _follows(pieces, at + 3, ("other",), "!")
    ):
        return 0
    if at and pieces[at - 1][1] == "!":
        return 0
    if pieces[at][0] == "word" and _CELL_LIKE.fullmatch(pieces[at][1]):
        return 0
    return at + 4
