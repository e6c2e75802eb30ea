"""References are found by tokens: strings, table brackets, other workbooks and 3-D spans stay as they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.package import formula_refs
from workbook.package.cell_refs import Area


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("周报模板!B5", "'周报 18'!B5"),
        ("'周报模板'!B5+周报模板!$C$1", "'周报 18'!B5+'周报 18'!$C$1"),
        ("SUM(周报模板!A1:周报模板!B2)", "SUM('周报 18'!A1:'周报 18'!B2)"),
        ("A1:周报模板!B2", "A1:'周报 18'!B2"),
        ("周报模板!#REF!+1", "'周报 18'!#REF!+1"),
        ("周报模板!周始+7", "'周报 18'!周始+7"),
        ('"周报模板!A1"&周报模板!A1', "\"周报模板!A1\"&'周报 18'!A1"),
        ('INDIRECT("周报模板!A""1")', 'INDIRECT("周报模板!A""1")'),
        ("旧周报模板!A1+周报模板2!A1", "旧周报模板!A1+周报模板2!A1"),
        ("[1]周报模板!A1", "[1]周报模板!A1"),
        ("'[1]周报模板'!A1", "'[1]周报模板'!A1"),
        ("'C:\\表\\[甲.xlsx]周报模板'!A1", "'C:\\表\\[甲.xlsx]周报模板'!A1"),
        ("SUM(周报模板:末页!A1)", "SUM(周报模板:末页!A1)"),
        ("SUM('首页:周报模板'!A1)", "SUM('首页:周报模板'!A1)"),
        ("SUM([1]周报模板:末页!A1)", "SUM([1]周报模板:末页!A1)"),
        ("响应记录[周报模板!列]", "响应记录[周报模板!列]"),
        (
            "响应记录[[#This Row],[周报模板!'[列']]]+周报模板!A1",
            "响应记录[[#This Row],[周报模板!'[列']]]+'周报 18'!A1",
        ),
        ("[0]!名称", "[0]!名称"),
        ("{1,2;3,4}*周报模板!A1", "{1,2;3,4}*'周报 18'!A1"),
        ("-周报模板!A1%", "-'周报 18'!A1%"),
        ("'周报", "'周报"),
        ("", ""),
    ],
)
def test_only_the_tabs_own_references_move(formula: str, expected: str) -> None:
    assert formula_refs.retarget(formula, "周报模板", "周报 18") == expected


def test_titles_are_compared_without_case_and_quotes_are_unescaped() -> None:
    assert formula_refs.retarget("'O''Neill'!A1+'o''NEILL'!A2", "O'Neill", "It's") == "'It''s'!A1+'It''s'!A2"


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("SUM(明细[数])", "SUM(明细_2[数])"),
        ("ROWS(明细)+明细[[#This Row],[明细]]", "ROWS(明细_2)+明细_2[[#This Row],[明细]]"),
        ("[1]!明细[数]", "[1]!明细[数]"),
        ("表!明细", "表!明细"),
        ('"明细"&明细(1)', '"明细"&明细(1)'),
        ("明细2[数]", "明细2[数]"),
    ],
)
def test_tables_are_renamed_where_they_are_tables(formula: str, expected: str) -> None:
    assert formula_refs.rename_words(formula, {"明细": "明细_2"}) == expected


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("'周报 18'!$B$5", [("周报 18", Area(5, 2, 5, 2))]),
        ("周报!$D$9:$B$5", [("周报", Area(5, 2, 9, 4))]),
        ("(周报!$A$1,数据!$B$2:$B$3)", [("周报", Area(1, 1, 1, 1)), ("数据", Area(2, 2, 3, 2))]),
        ("周报!#REF!", []),
        ("#REF!", []),
        ("OFFSET(周报!$A$1,1,1)", []),
        ("[1]周报!$A$1", []),
        ("'[1]周报'!$A$1", []),
        ("'首页:周报'!$A$1", []),
        ("周报!$A:$A", []),
        ("周报!$A$1:数据!$B$2", []),
        ("周报!甲 周报!乙", []),
        ("3.5", []),
        ('"文字"', []),
    ],
)
def test_plain_references_are_told_from_everything_else(
    reference: str, expected: list[tuple[str, Area]]
) -> None:
    assert formula_refs.areas(reference) == expected


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("[1]表!A1", True),
        ("'[2]表 1'!A1+1", True),
        ("[0]!名称", False),
        ('"[1]表!A1"', False),
        ("表[1]", False),
    ],
)
def test_other_workbooks_are_told_from_this_one(formula: str, expected: bool) -> None:
    assert formula_refs.foreign(formula) is expected


def test_a_title_inside_a_text_is_seen() -> None:
    assert formula_refs.texts_naming('INDIRECT("周报模板!A1")', "周报模板")
    assert not formula_refs.texts_naming("周报模板!A1", "周报模板")


titles = st.text(st.sampled_from("周报A1b '-_.·&()（）+,;=<>!\"#"), min_size=1, max_size=12).filter(
    lambda title: not title.startswith("'") and not title.endswith("'")
)
pieces = st.sampled_from(
    [
        "A1",
        "$B$2",
        "+",
        "(",
        ")",
        ",",
        '"x""y"',
        "表[列]",
        "表[[#This Row],[a'[b]]",
        "[1]他!A1",
        ":",
        "!",
        "'",
        '"',
        " ",
    ]
)


@given(st.lists(pieces, max_size=12).map("".join))
def test_no_text_loses_a_character(formula: str) -> None:
    assert "".join(token.text for token in formula_refs.tokens(formula)) == formula
    assert formula_refs.retarget(formula, "没有这张表", "新") == formula


@given(titles, titles, st.sampled_from(["{}A1", "SUM({}A1:B2)", '"{{"&{}$C$3', "表[列]*{}名称", "{}A1:{}B2"]))
def test_every_title_is_found_again(old: str, new: str, shape: str) -> None:
    formula = shape.replace("{}", formula_refs.quoted(old) + "!").replace("{{", "{")
    there = formula_refs.retarget(formula, old, new)
    if ":" not in old and "[" not in old:
        assert there == shape.replace("{}", formula_refs.quoted(new) + "!").replace("{{", "{")
        assert not formula_refs.refers_to(there, old) or old.casefold() == new.casefold()
        assert formula_refs.tabs(there) == {new}
        assert formula_refs.retarget(there, new, old) == formula
