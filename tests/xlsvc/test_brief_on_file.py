"""反馈汇总简报 in a saved ledger: the sample's brief as a golden text (XLSVC_GOLDEN=write writes it anew, to be read line by
line), its figures counted again from the raw cells, what stays of people's words, undo, and one A4 page."""

from __future__ import annotations

import os
import re
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwings
from openpyxl import Workbook
from openpyxl.utils.cell import coordinate_to_tuple

from tests.support.fake_excel import FakeExcel
from tests.support.ledgers import make_ledger
from tests.support.package_lint import lint
from tests.support.raw_cells import table
from tests.support.raw_ledger import ANSWERED, RawLedger
from tests.support.tab_xml import names_on
from tests.xlsvc.live_fake import Looked
from workbook.book import Selection
from workbook.sheets import brief as names
from workbook.template import build, save
from xlsvc import app, button
from xlsvc.brief_figures import ANONYMOUS
from xlsvc.sample import sample_rows

GOLDEN = Path(__file__).parents[1] / "golden" / "brief.txt"
NOW = datetime(2024, 5, 6, 9, 0)
WEEK, FIRST, LAST = "2024-W18", datetime(2024, 4, 29), datetime(2024, 5, 5)
TAB = "反馈汇总简报 2024-04-29至05-05"
MARKED = {"等待时间太长": datetime(2024, 5, 4, 8, 30), "电话一直占线": datetime(2024, 5, 5, 17, 0)}
"""What the last answers of the week that say so are marked with; the first is half an hour late at NOW."""

SAID = {
    "": "其他",
    "服务态度很好": "表扬", "很满意": "表扬", "工程师专业": "表扬", "响应快,问题一次解决": "表扬", "师傅很准时,讲得也清楚": "表扬",
    "客服耐心,点赞": "表扬", "希望物流更快": "建议", "希望周末也能上门": "建议", "维修费用没有提前说": "投诉", "电话一直占线": "投诉",
    "等待时间太长": "投诉", "沟通不清晰,来回打了好几次电话": "投诉", "流程有点繁琐,要填两次表": "投诉", "备件等了三天": "投诉",
}  # fmt: skip
"""The sample's comments as a person sorts them."""
LINK = re.compile(r"=HYPERLINK\(\"#'?评价记录'?!\$?A\$?(\d+)\",\"(.*)\"\)")
ABOUT = {
    "等待时间太长": {"等待时间长"}, "备件等了三天": {"等待时间长"}, "电话一直占线": {"没人理会"}, "维修费用没有提前说": {"费用不透明"},
    "沟通不清晰,来回打了好几次电话": {"沟通不清晰", "联系不上"}, "流程有点繁琐,要填两次表": {"流程繁琐"},
}  # fmt: skip


def _marked_sample(path: Path) -> Path:
    rows = sample_rows()
    for comment, when in MARKED.items():
        of_week = [r for r in rows["evaluations"] if r.get("improvement") == comment and _in_week(r["evaluated_at"])]
        of_week[-1]["flagged_at"] = when
    save(build(rows), path)
    return path


def _in_week(when: Any) -> bool:
    return isinstance(when, datetime) and FIRST <= when < LAST + timedelta(days=1)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, app.Report]:
    path = _marked_sample(tmp_path_factory.mktemp("brief") / "台账.xlsx")
    return path, app.run("brief", path, {"period": WEEK}, NOW)


@pytest.fixture(scope="module")
def sample(made: tuple[Path, app.Report]) -> Workbook:
    return openpyxl.load_workbook(made[0])


@pytest.fixture(scope="module")
def shown(sample: Workbook) -> dict[str, Any]:
    """What the sample's brief shows by name; of a link its text."""
    cells = {name: sample[TAB][place].value for name, place in _places(sample[TAB]).items()}
    return {name: LINK.fullmatch(cell)[2] if str(cell).startswith("=") else cell for name, cell in cells.items()}  # type: ignore[index]


ROWS: dict[str, list[dict[str, Any]]] = {
    "evaluations": [
        {"receipt": f"H-{n}", "evaluated_at": datetime(2024, 5, 2, 10, n), "profile": "S002 客户满意度调查表", "response": 2,
         "resolution": 4, "expertise": 4, "attitude": 4, "improvement": comment}
        for n, comment in enumerate(("等待时间太长", "很满意", "希望周末也能上门"))
    ]
}  # fmt: skip
ROWS["evaluations"][0]["flagged_at"] = datetime(2024, 5, 5, 9)


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """A few answers, and the brief of their week."""
    path = make_ledger(tmp_path / "小.xlsx", ROWS)
    app.run("brief", path, {"period": WEEK}, NOW)
    return path


def _places(sheet: Any) -> dict[str, str]:
    """Name -> cell."""
    places = {n: str(d.attr_text).rpartition("!")[2].replace("$", "") for n, d in sheet.defined_names.items()}
    return {name: place for name, place in places.items() if ":" not in place}


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)


def test_the_samples_brief_as_text(made: tuple[Path, app.Report], shown: dict[str, Any]) -> None:
    _, report = made
    lines = [report.notice, *(f"{n}\t{_text(shown[n])}" for n in names.names() if shown[n] not in (None, "") and "_生成" not in n)]
    text = "".join(f"{line}\n" for line in lines)
    if os.environ.get("XLSVC_GOLDEN") == "write":
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_figures_counted_again_from_the_raw_cells(
    made: tuple[Path, app.Report], sample: Workbook, shown: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openpyxl, "load_workbook", lambda path: sample)  # it is open already
    raw = RawLedger(made[0], NOW)
    rows = table(sample, "评价记录", {*ANSWERED, "需要改进的地方", "高频标记时间"})
    week = [(a, row) for a, row in zip(raw.answers, rows, strict=True) if a.at and _in_week(a.at)]
    valid = [(a, row, row["需要改进的地方"] or "") for a, row in week if not a.reason]
    number = len(valid)
    assert (shown["有效评价"], shown["剔除评价"]) == (number, len(week) - number)
    assert number > 30

    classes = Counter(SAID[text] for _, _, text in valid)
    for row in names.CLASSES:
        wanted = number if row == "合计" else classes[row]
        assert (shown[f"{row}_份数"], shown[f"{row}_占比"], shown[f"{row}_样本"]) == (wanted, wanted / number, number)
    assert sum(shown[f"{row}_份数"] for row in names.CLASSES if row != "合计") == number

    about = Counter(topic for _, _, text in valid for topic in ABOUT.get(text, ()))
    by_person = {topic for _, row, text in valid if row["高频标记时间"] for topic in ABOUT[text]}
    listed = [n for n in range(1, names.PROBLEM_ROWS + 1) if shown[f"问题{n}_名称"]]
    assert {shown[f"问题{n}_名称"]: shown[f"问题{n}_份数"] for n in listed} == about
    for n in listed:
        name = shown[f"问题{n}_名称"]
        days = sorted(a.at.date() for a, _, text in valid if a.at and name in ABOUT.get(text, ()))
        assert (shown[f"问题{n}_最早"].date(), shown[f"问题{n}_最近"].date()) == (days[0], days[-1])
        assert shown[f"问题{n}_占比"] == about[name] / number
        assert shown[f"问题{n}_标记"] == ("已标记" if name in by_person else "高频" if about[name] >= 3 else None)

    anonymous = Counter(a.channel for a, _, _ in valid if a.profile == "S001")
    apart = any(n < 5 for n in anonymous.values())
    ways = Counter(ANONYMOUS if apart and a.profile == "S001" else a.channel for a, _, _ in valid)
    assert {shown[f"渠道{n}_名称"]: shown[f"渠道{n}_份数"] for n in range(1, len(ways) + 1)} == ways
    assert shown["渠道合计_份数"] == sum(ways.values()) == number

    low = [a for a, _, _ in valid if any(points < 3.5 for points in a.scores.values())]
    assert f"有低分项的有效评价 {len(low)} 份," in shown["低分_说明"]
    worst = sorted(a.composite for a in low if a.composite is not None and a.profile != "S001")[: names.LOW_ROWS]
    assert [shown[f"低分{n}_得分"] for n in range(1, names.LOW_ROWS + 1)] == pytest.approx([float(c) for c in worst])
    taken = [t.problem_class for t in raw.counted if t.accepted and _in_week(t.accepted)]
    assert (shown["投诉_工单"], shown["建议_工单"]) == (taken.count("投诉"), taken.count("建议"))


def test_links_lead_to_rows_that_say_so(sample: Workbook, shown: dict[str, Any]) -> None:
    answers: Any = sample["评价记录"]
    places = _places(sample[TAB])
    heads = [cell.value for cell in answers[3]]
    for name, topic in (("问题1_例1", "问题1_名称"), ("问题2_例2", "问题2_名称"), ("原话1_出处", "原话1_类")):
        target = LINK.fullmatch(str(sample[TAB][places[name]].value))
        assert target is not None, name
        row = int(target[1])
        assert shown[topic] in ABOUT[answers.cell(row, heads.index("需要改进的地方") + 1).value]
        assert shown[name] == answers.cell(row, heads.index("工单号") + 1).value


def test_the_duty_is_done_and_the_second_run_writes_nothing(ledger: Path) -> None:
    assert app.run("brief", ledger, {"period": WEEK}, NOW).saved == ""
    app.run("today", ledger, {}, NOW)
    book = openpyxl.load_workbook(ledger)
    times = [row["简报时间"] for row in table(book, "评价记录", {"回执码", "简报时间"})]
    assert times == [NOW, None, None]
    assert "交反馈简报" not in {row["事项"] for row in table(book, "今日待办")}
    assert lint(ledger) == []


def test_peoples_words_stay(ledger: Path) -> None:
    """Their sentences, what was agreed, the names under it; the figures and the untouched sentences are made anew."""
    book = openpyxl.load_workbook(ledger)
    tab: Any = book[TAB]
    places = _places(tab)
    head = next(cell.row for cell in tab["B"] if cell.value == "针对的问题")
    written = {
        places["结论2"]: "本周主要是等得太久,已约物流部开会。", places["主送"]: "王总", f"B{head + 1}": "等待时间长",
        f"E{head + 1}": "周末加一班", f"K{head + 1}": "运营部 吴磊", f"N{head + 1}": datetime(2024, 5, 20),
    }  # fmt: skip
    for place, text in written.items():
        tab[place] = text
    answers = book["评价记录"]
    heads = [cell.value for cell in answers[3]]
    answers.cell(5, heads.index("反馈类别") + 1).value = "投诉类"  # 很满意, says the comment
    book.save(ledger)
    app.run("brief", ledger, {"period": WEEK}, NOW)
    after = openpyxl.load_workbook(ledger, data_only=True)[TAB]
    assert {place: after[place].value for place in written} == written
    shown = {name: after[place].value for name, place in places.items()}
    assert (shown["投诉_份数"], shown["投诉_读出"], shown["表扬_份数"]) == (2, 1, 0)
    assert shown["结论1"] == "本期有效评价 3 份:投诉类 2 份(66.7%)、建议类 1 份(33.3%)。样本少,仅供参考。"


def test_undo_takes_the_tab_and_the_times_back(ledger: Path, tmp_path: Path) -> None:
    report = app.undo(ledger)
    assert f"删除工作表“{TAB}”" in report.notice
    assert ledger.read_bytes() == make_ledger(tmp_path / "前.xlsx", ROWS).read_bytes()


@pytest.mark.parametrize(("front", "wanted"), [(TAB, TAB), ("评价记录", "反馈汇总简报 2024-05-07至05-13")])
def test_the_period_is_that_of_the_brief_in_front(
    front: str, wanted: str, ledger: Path
) -> None:
    host: Any = Looked(ledger, Selection(front, (4,)))
    assert app.BY_ID["brief"].label == "反馈汇总简报"
    report = app.run_on(host, app.BY_ID["brief"], button.OPTIONS["brief"](host), datetime(2024, 5, 13, 9))
    assert report.notice.startswith(f"“{wanted}”")


def _long() -> dict[str, list[dict[str, Any]]]:
    number = "SN20240501001-附加很长的编号"
    row = {
        **ROWS["evaluations"][0], "customer": "特别长的名字有限责任公司华东分公司售后服务中心", "ticket": number,
        "channel": "一个特别长的渠道名称" * 2, "improvement": "等待时间太长,电话一直占线,流程繁琐,态度差," * 8,
    }  # fmt: skip
    log = {"ticket": number, "department": "华东大区第一售后技术支持与客户服务部", "accepted_at": FIRST, "problem": "漏水"}
    return {"evaluations": [{**row, "receipt": f"L-{n}"} for n in range(12)], "response_log": [log]}


@pytest.mark.libreoffice
def test_one_a4_page_whatever_is_in_it(libreoffice: Any, tmp_path: Path) -> None:
    for path in (make_ledger(tmp_path / "空.xlsx"), make_ledger(tmp_path / "长.xlsx", _long())):
        app.run("brief", path, {"period": WEEK}, NOW)
        pdf = libreoffice.to_pdf(path, tmp_path / f"{path.stem}.pdf", TAB).read_bytes()
        assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1


def test_the_button_in_excel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over the fake COM Excel: the tab, 简报时间, the same again with a person's words, and all of it taken back."""
    monkeypatch.setattr(app, "now", lambda: NOW)
    path = make_ledger(tmp_path / "台账.xlsx", ROWS)
    tab = "反馈汇总简报 2024-04-30至05-06"
    with FakeExcel() as excel:
        excel.load_addin(FinishCommand=lambda: None)
        model = excel.open(path)
        excel.xlwings_book(model).set_mock_caller()
        try:
            answers: Any = model.sheet("评价记录")
            column = answers.tables[0].headings().index("简报时间") + answers.tables[0].rect.left
            assert answers.grid.value(4, column) is None
            button.click("brief")
            brief = model.sheet(tab).grid
            places = {name: coordinate_to_tuple(place) for name, place in names_on(path, names.TITLE).items() if ":" not in place}
            assert (brief.value(*places["合计_份数"]), brief.value(*places["问题1_标记"])) == (3, "已标记")
            assert brief.formula(*places["问题1_例1"]) == "=HYPERLINK(\"#'评价记录'!A4\",\"第4行\")"
            assert [answers.grid.value(row, column) is None for row in (4, 5, 6)] == [False, True, True]
            brief.put(*places["结论2"], "我们的话")
            button.click("brief")
            assert brief.value(*places["结论2"]) == "我们的话"
            brief.put(*places["结论2"], brief.value(*places["结论2_生成"]))
            button.click("undo")
            assert answers.grid.value(4, column) is None
            assert tab not in [sheet.title for sheet in model.sheets]
        finally:
            del xlwings.Book._mock_caller
