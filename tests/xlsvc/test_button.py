"""What a click does and says: options from what is marked, one notice, nothing raised into Excel."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.ledgers import NOW, all_cells, document_rows, make_ledger
from tests.xlsvc.live_fake import Looked, look_at
from workbook.book import Applied, Selection
from workbook.file_book import FileBook
from workbook.issues import Issue, WorkbookError
from workbook.making_files import names_in
from xlsvc import app, bug_log, button, notice
from xlsvc.app import Report
from xlsvc.bug_log import write_log
from xlsvc.commands import BY_ID

ROOT = Path(__file__).resolve().parents[2]
NO_LEDGER = (
    "当前的“报价.xlsx”不是售后台账(没有“响应记录”“流程记录”“设置”这些工作表),没有改动它。"
    "请先点开台账的窗口,再点“{label}”;还没有台账的,请点“新建台账”。"
)


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger whose rows have their numbers."""
    path = make_ledger(tmp_path_factory.mktemp("button") / "台账.xlsx", document_rows())
    app.run("update", path, at=NOW)
    return path


@pytest.fixture
def ledger(ready: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(app, "now", lambda: NOW)
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "家")
    (tmp_path / "家").mkdir()
    path = tmp_path / "台账.xlsx"
    path.write_bytes(ready.read_bytes())
    return path


def _click(
    monkeypatch: pytest.MonkeyPatch, path: Path, command: str, marked: Selection | None = None
) -> Looked:
    host = look_at(monkeypatch, Looked(path, marked))
    button.click(command)
    assert [kind for kind, _, _ in host.said].count("finish") == 1
    assert host.said[-2][0] == "finish", "the notice comes after the ribbon is free"
    return host


# one notice


def test_all_well_is_a_line_in_the_status_bar(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    host = _click(monkeypatch, ledger, "score")
    assert [text for kind, text, _ in host.said if kind == "status"][:-1] == [
        "售后服务 · 计算得分:读取台账…", "售后服务 · 计算得分:核对并计算…", "售后服务 · 计算得分:写入结果…",
    ]  # fmt: skip
    assert host.last == (
        "status", "评价 0 份:有效 0 份,剔除 0 份;“客户满意度调查表”综合得分 —(n=0)。", "",
    )  # fmt: skip


def test_rows_that_need_attention_are_a_box(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kind, text, title = _click(monkeypatch, ledger, "validate").last
    lines = text.splitlines()
    assert (kind, title) == ("box", "售后服务 · 校验")
    assert lines[0] == "已校验 9 行:提示 7 处、已读作 15 处。详见“待改清单”。"
    assert lines[1:3] == ["检查行数 9 · 提示 7 · 已读作 15", ""]
    assert lines[3].startswith("· “响应记录”C4 的“1385678”只有 7 位,像是脱敏残缺")
    assert lines[-1] == "全部列在“待改清单”,点单元格可跳到原处。"
    assert len(lines) <= notice.MOST_LINES


def test_the_cells_are_those_of_the_command_line(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = ledger.with_name("另一份.xlsx")
    other.write_bytes(ledger.read_bytes())
    app.run("update", other, at=NOW)
    _click(monkeypatch, ledger, "update")
    assert all_cells(ledger) == all_cells(other)


WARNED = [Issue("summary.future", sheet="周报 2024-W19", values={"now": "2024-05-06 09:00"})]


@pytest.mark.parametrize(
    ("report", "answers", "text"),
    [
        (Report("x", "b", "做好了。", exit_code=0), 0, "做好了。"),
        (Report("x", "b", "", {"a": 0, "b": "—", "c": 2}), 0, "c 2"),
        (
            Report("x", "b", "好。", {"c": 2}, WARNED, exit_code=1, listed=True), 0,
            "好。\nc 2\n\n· “周报 2024-W19”的这一周还没有开始(现在是 2024-05-06 09:00)。"
            "请核对周次;要看本周,请在别的工作表上点“生成周报”(命令:不写 --week)。\n"
            "全部列在“待改清单”,点单元格可跳到原处。",
        ),
        (Report("find", "b", "找到。", {"找到": 3}, answers=["甲", "    1", "乙"]), 12, "找到。\n甲\n    1\n乙"),
        (
            Report("find", "b", "找到。", answers=[f"{'    ' * (n % 3 > 0)}{n}" for n in range(30)]), 12,
            "\n".join(["找到。", *(f"{'    ' * (n % 3 > 0)}{n}" for n in range(9)), "还有 7 条没有列出,请把要找的写得更完整。"]),
        ),
        (Report("find", "b", "找到。", answers=["甲"]), 0, "找到。"),
    ],
)  # fmt: skip
def test_what_a_box_holds(report: Report, answers: int, text: str) -> None:
    assert notice.box(report, answers) == text
    assert len(text.splitlines()) <= notice.MOST_LINES


def test_findings_of_a_kind_are_one_line_and_errors_come_first() -> None:
    missing = [
        Issue("summary.future", sheet="周报", column="甲" if n < 40 else str(n), values={"now": "今天"}) for n in range(47)
    ]
    error = Issue("row.required", sheet="响应记录", row=9, column="紧急程度")
    lines = notice.box(Report("x", "b", "好。", issues=[*missing, error], exit_code=1)).splitlines()
    assert len(lines) == 9
    assert lines[2] == "· “响应记录”第 9 行 没有填“紧急程度”。请补填。"
    assert lines[3].endswith("(同样的共 40 处)")
    assert lines[-2:] == ["另有 4 处。", "行里的问题点“校验”后列在“待改清单”。"]


def test_a_long_notice_fits_the_status_bar() -> None:
    assert len(notice.status_line(Report("x", "b", "很长\n" * 300))) == notice.MOST_STATUS


# options from what is marked


@pytest.mark.parametrize(
    ("marked", "wanted"),
    [
        (Selection("响应记录", (4,), "张女士"), "张女士"),
        (Selection("响应记录", (4,), "*张女士"), "*张女士"),
        (Selection("响应记录", (4,), "收到的产品存在划痕,要求更换"), "SN20240506001"),
        (Selection("响应记录", (4, 5), ""), "SN20240506001"),
        (Selection("响应记录", (4,), "SN20240506001"), "SN20240506001"),
        (Selection("响应记录", (4,), "1385678"), "1385678"),
        (Selection("流程记录", (4,), "安装"), "SN20240501001"),
        (Selection("首页", (3,), " 5678 "), "5678"),
        (Selection("响应记录", (400,), "李"), "李"),
    ],
)
def test_find_looks_for_what_is_marked(
    marked: Selection, wanted: str, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind, text, title = _click(monkeypatch, ledger, "find", marked).last
    assert (kind, title) == ("box", "售后服务 · 查工单")
    assert wanted in text.splitlines()[0]


@pytest.mark.parametrize("marked", [None, Selection("首页"), Selection("响应记录", (400,), " ")])
def test_find_without_anything_marked_says_what_to_do(
    marked: Selection | None, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _click(monkeypatch, ledger, "find", marked).last == (
        "box", "不知道要查什么。请先点中写有工单号、客户姓名或电话后四位的单元格(或工单所在的行),再点“查工单”。", "售后服务 · 查工单",
    )  # fmt: skip


def test_a_ticket_is_explained_whole_and_nothing_is_written(
    ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.run("sla", ledger, at=NOW)
    before = ledger.read_bytes()
    kind, text, title = _click(monkeypatch, ledger, "explain", Selection("响应记录", (4, 5), "张女士")).last
    assert (kind, title) == ("box", "售后服务 · 时效说明")
    lines = text.splitlines()
    assert lines[0].startswith("SN20240506001(“响应记录”第 4 行),算到 ")
    assert lines == app.run("sla", ledger, {"explain": "SN20240506001"}, NOW).answers
    assert ledger.read_bytes() == before


@pytest.mark.parametrize("marked", [None, Selection("首页"), Selection("设置", (5,), "8"), Selection("响应记录", (400,), "李")])
def test_explaining_without_a_ticket_says_what_to_do(
    marked: Selection | None, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _click(monkeypatch, ledger, "explain", marked).last == (
        "box",
        "不知道要说明哪张工单。请先点中“响应记录”或“流程记录”里有工单号的一行,再点“时效说明”;没有工单号的先点“一键更新”。",
        "售后服务 · 时效说明",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("marked", "made"),
    [
        (Selection("响应记录", (5,)), ["SN20240506002"]),
        (Selection("响应记录", (3, 4, 5, 400)), ["SN20240506001", "SN20240506002"]),
        (Selection("响应记录"), []),
        (Selection("首页", (4,)), []),
        (None, []),
    ],
)
def test_forms_are_made_for_the_marked_rows(
    marked: Selection | None, made: list[str], ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _click(monkeypatch, ledger, "forms", marked)
    assert sorted(name.split("_")[1] for name in names_in(ledger.parent / "表单")) == made


def test_marked_rows_without_a_number_make_no_other_forms(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_ledger(tmp_path / "新.xlsx", document_rows())
    before = path.read_bytes()
    host = _click(monkeypatch, path, "forms", Selection("响应记录", (4, 5)))
    assert host.last == (
        "box",
        "选中的 2 行(响应记录 第 4、5 行)还没有工单号,没有生成表单。请先点“一键更新”补编工单号,再选中这些行重试。",
        "售后服务 · 生成表单",
    )
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("marked", "week"),
    [(Selection("周报 2024-W17", (4,)), "周报 2024-W17"), (Selection("响应记录", (4,)), "周报 2024-W19"), (None, "周报 2024-W19")],
)
def test_the_week_is_that_of_the_tab_in_front(
    marked: Selection | None, week: str, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _click(monkeypatch, ledger, "summary", marked)
    assert [title for title in FileBook(ledger).titles() if title.startswith("周报 ")] == [week]


# what has no handler


def test_undo_says_what_the_command_line_says(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = ledger.read_bytes()
    app.run("summary", ledger, {"week": "2024-W18"}, NOW)
    result = ledger.read_bytes()
    said = app.undo(ledger).notice
    assert ledger.read_bytes() == before
    backups = ledger.parent / "备份"
    for file in backups.iterdir():
        file.unlink()
    app.run("summary", ledger, {"week": "2024-W18"}, NOW)
    assert ledger.read_bytes() == result
    assert _click(monkeypatch, ledger, "undo").last == ("status", said, "")
    assert _click(monkeypatch, ledger, "undo").last[1].startswith("2024-05-06 09:00 的“生成周报”已经撤销过了")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Workbooks that were opened in Excel."""
    shown: list[Path] = []
    monkeypatch.setattr(app, "show_live", shown.append)
    return shown


def test_new_makes_a_ledger_with_a_free_name_beside_the_open_book(
    ledger: Path, opened: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    (ledger.parent / "售后台账.xlsx").write_bytes(b"mine")
    wanted = ledger.parent / "售后台账 2.xlsx"
    assert _click(monkeypatch, ledger, "new").last == ("status", f"已新建台账:{wanted}", "")
    assert opened == [wanted]
    assert (ledger.parent / "售后台账.xlsx").read_bytes() == b"mine"


def test_a_folder_that_takes_no_files_is_left_for_documents(
    ledger: Path, opened: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Looked, "folder", lambda self: tmp_path / "没有")
    (tmp_path / "家" / "Documents").mkdir()
    _click(monkeypatch, ledger, "new")
    assert opened == [tmp_path / "家" / "Documents" / "售后台账.xlsx"]


def test_demo_is_a_sample_ledger_with_every_command_run(
    ledger: Path, opened: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    host = _click(monkeypatch, ledger, "demo")
    wanted = ledger.parent / "售后台账_示例.xlsx"
    assert host.last == ("status", f"已新建示例台账,每个命令都做过一遍:{wanted}", "")
    assert opened == [wanted]
    assert {"周报 2024-W17", "周报 2024-W18"} <= set(FileBook(wanted).titles())
    assert sorted(name.partition("_")[2][:13] for name in names_in(wanted.parent / "表单")) == ["SN20240501001", "SN20240501002"]
    assert host.said[1][1] == "售后服务 · 演示:校验…"


def test_a_ledger_that_excel_does_not_open_is_named(
    ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path) -> None:
        raise OSError("Excel says no")

    monkeypatch.setattr(app, "show_live", fail)
    made = ledger.parent / "售后台账.xlsx"
    assert _click(monkeypatch, ledger, "new").last == (
        "box", f"已新建台账:{made}。Excel 没能打开它,请在“文件-打开”里打开。", "售后服务 · 新建台账",
    )  # fmt: skip
    assert made.exists()


def test_check_is_a_box(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [f"[正常] 第 {n} 条:好。" for n in range(11)]
    monkeypatch.setattr(app, "check", lambda: Report("check", "", "自检:11 项正常。", {"正常": 11}, answers=answers))
    assert _click(monkeypatch, ledger, "check").last == (
        "box", "\n".join(["自检:11 项正常。", *answers]), "售后服务 · 自检",
    )  # fmt: skip


# what stops a command


@pytest.mark.parametrize("command", [c.id for c in BY_ID.values() if c.on_book])
def test_a_workbook_that_is_no_ledger_is_named(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = openpyxl.Workbook()
    path = tmp_path / "报价.xlsx"
    book.save(path)
    before = path.read_bytes()
    label = BY_ID[command].label
    host = _click(monkeypatch, path, command, Selection("Sheet", (1,), "x"))
    assert host.last == ("box", NO_LEDGER.format(label=label), f"售后服务 · {label}")
    assert path.read_bytes() == before


def test_an_unknown_button_says_that_versions_differ(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _click(monkeypatch, ledger, "later").last == (
        "box",
        "这个按钮(later)在已安装的程序里找不到:功能区和程序的版本不一致。请退出 Excel,运行 xlsvc addin install,再打开 Excel。",
        "售后服务",
    )


def test_what_stops_a_command_is_told(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = openpyxl.load_workbook(ledger)
    book["流程记录"]["A3"] = "别的"
    book.save(ledger)
    before = ledger.read_bytes()
    with pytest.raises(WorkbookError) as stopped:
        app.run("update", ledger, at=NOW)
    assert _click(monkeypatch, ledger, "update").last == ("box", str(stopped.value), "售后服务 · 一键更新")
    assert ledger.read_bytes() == before


def test_a_bug_is_a_short_text_and_a_log(ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        print("进度 50%")
        raise KeyError("列名")

    monkeypatch.setattr(Looked, "apply", fail)
    log = tmp_path / "家" / ".xlsvc" / "error.log"
    for _ in range(2):
        assert _click(monkeypatch, ledger, "sla").last == (
            "box", f"程序出错,这一步没有做完。请把下面这个记录文件发给维护人员:\n{log}", "售后服务 · 更新时效",
        )  # fmt: skip
    data = log.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf2024-05-06 09:00:00")
    text = data.decode("utf-8-sig")
    assert text.count("KeyError: '列名'") == text.count("进度 50%") == 2
    assert text.count("\ufeff") == 0


@pytest.mark.parametrize("way", [SystemExit(3), KeyboardInterrupt()])
def test_the_ribbon_is_free_however_a_command_ends(
    way: BaseException, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end(*_: Any, **__: Any) -> Applied:
        raise way

    monkeypatch.setattr(Looked, "apply", end)
    host = look_at(monkeypatch, Looked(ledger))
    if isinstance(way, KeyboardInterrupt):
        with pytest.raises(KeyboardInterrupt):
            button.click("sla")
    else:
        button.click("sla")
        assert host.last[1].startswith("程序出错")
    assert ("finish", "", "") in host.said


def test_a_box_that_excel_does_not_let_through_is_left_to_the_macro(
    ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(self: Looked, text: str, title: str) -> None:
        raise OSError("RPC server is unavailable")

    monkeypatch.setattr(Looked, "alert", gone)
    look_at(monkeypatch, Looked(ledger))
    with pytest.raises(RuntimeError, match=r"^已校验 9 行"):
        button.click("validate")
    assert "RPC server" in (Path.home() / ".xlsvc" / "error.log").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (OSError("没有 Excel"), r"^xlsvc: no workbook in Excel can be reached\. Log: .*error\.log$"),
        (WorkbookError("excel.no_book"), r"^没有打开的工作簿。请先在 Excel 里打开售后台账,再点按钮。$"),
    ],
)
def test_without_a_workbook_the_macro_is_told(
    error: Exception, text: str, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(progress: Callable[[str], None] | None = None) -> Looked:
        raise error

    monkeypatch.setattr(app, "open_live", nobody)
    with pytest.raises(RuntimeError, match=text) as raised:
        button.click("update")
    assert raised.value.__suppress_context__


# stray output, strange folders


def test_output_of_libraries_reaches_nobody(
    ledger: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    real = Looked.apply

    def noisy(self: Looked, *given: Any, **named: Any) -> Any:
        print("out")
        print("err", file=sys.stderr)
        logging.getLogger("nobody").warning("logged")
        return real(self, *given, **named)

    monkeypatch.setattr(Looked, "apply", noisy)
    _click(monkeypatch, ledger, "score")
    monkeypatch.setattr(sys, "stdout", None)  # pythonw has none
    monkeypatch.setattr(sys, "stderr", None)
    _click(monkeypatch, ledger, "score")
    assert capfd.readouterr() == ("", "")


STRANGE = """
import sys
import xlsvc.button
from pathlib import Path
from tests.xlsvc.live_fake import Looked
from xlsvc import app
app.open_live = lambda progress=None: Looked(Path({book!r}))
xlsvc.button.click("score")
sys.exit(0 if "evil" not in vars(__import__("builtins")) else 3)
"""


@pytest.mark.parametrize("on_path", [False, True], ids=["working directory", "on the import path"])
def test_nothing_is_imported_from_the_folder_of_the_workbook(ledger: Path, tmp_path: Path, on_path: bool) -> None:
    """In the working directory nothing is. Were the folder on the import path, as xlwings would have it, the command
    still imports nothing from it."""
    late = ["pandas", "openpyxl"]
    for name in late if on_path else [*late, "numpy", "contextlib", "threading", "dataclasses", "workbook", "zipfile"]:
        (tmp_path / f"{name}.py").write_text("import builtins; builtins.evil = True", encoding="utf-8")
    paths = [str(tmp_path), str(ROOT)] if on_path else [str(ROOT)]
    before = "" if on_path else f"import sys; sys.path[1:1] = [{str(ROOT)!r}]\n"
    done = subprocess.run(
        [sys.executable, "-c", before + STRANGE.format(book=str(ledger))], cwd=tmp_path, capture_output=True, text=True,
        encoding="utf-8", env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)}, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_import_path_is_as_before_after_a_click(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ledger.parent))
    before = list(sys.path)
    seen: list[list[str]] = []
    monkeypatch.setattr(Looked, "titles", lambda self: seen.append(list(sys.path)) or FileBook.titles(self))
    _click(monkeypatch, ledger, "score")
    assert sys.path == before
    assert str(ledger.parent) not in seen[0]
    assert str(ROOT) in seen[0] or any(Path(p).resolve() == ROOT for p in seen[0])


def test_warming_up_imports_the_commands_and_never_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def note(name: str) -> None:
        asked.append(name)
        if name == "xlsvc.customer_forms":
            raise ImportError("broken")

    monkeypatch.setattr(button, "import_module", note)
    button._import_ahead()
    assert asked[0] == "workbook.excel_book"
    assert asked[-1] == "xlsvc.customer_forms"
    button.warm_up()


def test_a_log_that_cannot_be_written_is_written_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "家").write_text("")
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "家")
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    assert write_log(ValueError("x")) == tmp_path / "error.log"
    monkeypatch.setattr(bug_log, "LOG_KEPT", 100)
    for _ in range(50):
        write_log(ValueError("x"))
    assert len((tmp_path / "error.log").read_bytes()) < 300
