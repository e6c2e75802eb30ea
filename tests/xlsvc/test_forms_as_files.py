"""Forms as files and as words: what is made, what stands in 表单台账, and what a second run does."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.support.frames import ledger
from tests.xlsvc.test_customer_forms import DOCUMENT_ROW, settings, ticket
from workbook.new_files import NewBook, NewFile
from workbook.sheets.customer_forms import FORMS
from xlsvc.customer_forms import update
from xlsvc.form_facts import facts_mark
from xlsvc.form_tokens import seeded
from xlsvc.outcome import Outcome
from xlsvc.settings import Settings

NOW = datetime(2024, 5, 2, 9, 0)
TITLE = "客户满意度调查表"


class Templates:
    """The template tabs of a book, all whole but for the names in `lost`."""

    def __init__(self, *lost: str) -> None:
        self.lost = lost

    def names(self, template: str) -> frozenset[str]:
        form = next(f for f in FORMS.values() if f.template == template)
        return frozenset(name.casefold() for name in form.names() if name not in self.lost)

    def content(self, book: NewBook) -> bytes:
        return book.mark.encode()


def run(
    rows: dict[str, Any], there: tuple[str, ...] = (), rules: Settings | None = None, now: datetime = NOW,
    seed: str = "test", lost: tuple[str, ...] = (), cut_short: bool = False, **options: Any,
) -> Outcome:  # fmt: skip
    given = {
        "random_token": seeded(seed), "names_in": lambda folder: frozenset(there), "form_templates": Templates(*lost),
        "unfinished": lambda folder: cut_short, **options,
    }  # fmt: skip
    return update(ledger(rows, given), rules or settings(), now)


def registered(outcome: Outcome) -> list[dict[str, Any]]:
    """The rows that a run added, as the next run reads them."""
    return outcome.append["form_register"].to_dict("records") if outcome.append else []


def names(outcome: Outcome) -> list[str]:
    return [file.file for file in outcome.files]


LOG = [ticket("SN1", "2024-05-02 08:00"), ticket("SN2", "2024-05-02 08:10", customer="A/B:公司?😀")]


def test_a_file_for_each_ticket_and_a_row_for_each_file() -> None:
    outcome = run({"process_log": [DOCUMENT_ROW]}, ticket=["SN20240501001"])
    (book,) = outcome.files
    code = seeded("test")()
    assert isinstance(book, NewBook)
    assert (book.file, book.template, book.title) == (f"{TITLE}_SN20240501001_女士.xlsx", "表单_S002", TITLE)
    assert book.mark == f"S002-1|{code}"
    assert set(book.values) == set(FORMS["S002"].facts())
    assert {n: book.values[n] for n in ("工单号", "回执码", "服务人员", "服务日期")} == {
        "工单号": "SN20240501001", "回执码": code, "服务人员": "张工", "服务日期": datetime(2024, 5, 1),
    }  # fmt: skip
    assert set(book.blank) == {"答_customer_type", "答_problem_type", "分_response", "分_resolution", "分_attitude",
                               "分_expertise", "答_improvement", "答_suggestion", "答_contact"}  # fmt: skip
    (row,) = registered(outcome)
    assert {k: row[k] for k in ("token", "ticket", "tab", "file", "way", "purpose", "facts_mark", "state", "version")} == {
        "token": code, "ticket": "SN20240501001", "tab": "", "file": book.file, "way": "文件", "purpose": "选定工单",
        "facts_mark": facts_mark(book.values), "state": "已生成", "version": "1",
    }  # fmt: skip
    assert (outcome.tabs, outcome.folder) == ([], "表单")
    assert outcome.notice == "已生成 1 份《客户满意度调查表》,并登记到“表单台账”。"


def test_there_is_no_limit_for_files_and_codes_differ() -> None:
    log = [ticket(f"SN{n}", "2024-05-02 08:00") for n in range(45)]
    outcome = run({"response_log": log})
    assert len(outcome.files) == 45
    assert len({row["token"] for row in registered(outcome)}) == 45


def test_names_that_stand_there_or_in_the_register_are_not_taken() -> None:
    first = f"{TITLE}_SN1_王女士"
    other = {"token": "AAAA-BBBB", "ticket": "SN9", "profile": "S000", "version": "1", "file": f"{first} (2).xlsx", "way": "文件"}
    outcome = run({"response_log": LOG[:1], "form_register": [other]}, there=(f"{first.upper()}.XLSX",))
    assert names(outcome) == [f"{first} (3).xlsx"]


def test_files_that_somebody_moved_are_not_made_again_unasked() -> None:
    first = run({"response_log": LOG})
    rows = {"response_log": LOG, "form_register": registered(first)}
    again = run(rows, there=(names(first)[0],), drafts=True)
    assert names(again) == [names(first)[0].replace(".xlsx", ".eml")]
    assert again.notice == (
        "没有新表单:2 张工单的《客户满意度调查表》以前都发过,见“表单台账”;邮件草稿 1 份;"
        "其中 1 份的文件已不在文件夹里,没有再做;要补做,请选中那些工单再点。"
    )
    assert run(rows, there=(names(first)[0],), ticket=["SN2"]).files == first.files[1:]


def test_a_run_that_was_cut_short_is_made_good_for_its_own_files_only() -> None:
    first = run({"response_log": LOG[:1]}, now=datetime(2024, 5, 2, 8, 30))
    second = run({"response_log": LOG, "form_register": registered(first)}, seed="two")
    assert names(second) == [f"{TITLE}_SN2_A-B-公司.xlsx"]
    rows = {"response_log": LOG, "form_register": [*registered(first), *registered(second)]}
    assert run(rows, cut_short=True).files == second.files


def test_a_second_run_issues_nothing_and_makes_only_what_is_missing() -> None:
    first = run({"response_log": LOG})
    rows = {"response_log": LOG, "form_register": registered(first)}
    assert names(first) == [f"{TITLE}_SN1_王女士.xlsx", f"{TITLE}_SN2_A-B-公司.xlsx"]
    still = run(rows, there=tuple(names(first)), seed="other")
    assert (still.files, still.append) == ([], {})
    assert still.notice == "没有新表单:2 张工单的《客户满意度调查表》以前都发过,见“表单台账”。"
    again = run(rows, there=(names(first)[0].upper(),), seed="other", cut_short=True)
    assert again.files == first.files[1:], "the same code, the same cells"
    assert again.append == {}
    assert again.notice == "没有新表单:2 张工单的《客户满意度调查表》以前都发过,见“表单台账”;补做了 1 份缺失的文件。"
    assert again.counts["补做"] == 1


@pytest.mark.parametrize("remark", ["", "作废:客户要求"])
def test_what_came_back_or_is_void_is_not_made_again(remark: str) -> None:
    first = run({"response_log": LOG[:1]})
    (row,) = registered(first)
    rows: dict[str, Any] = {"response_log": LOG[:1], "form_register": [{**row, "remark": remark}]}
    if not remark:
        rows["evaluations"] = [{"receipt": row["token"], "ticket": "SN1", "profile": "S002 客户满意度调查表", "response": 5.0}]
    assert run(rows, cut_short=True).files == []


def test_a_missing_file_whose_facts_changed_is_told_not_made() -> None:
    first = run({"response_log": LOG[:1]})
    changed = [{**LOG[0], "owner": "李工"}]
    outcome = run({"response_log": changed, "form_register": registered(first)}, rules=settings(form_phone="400-1"), cut_short=True)
    assert outcome.files == []
    (row,) = registered(first)
    assert [i.message for i in outcome.issues] == [
        f"工单“SN1”的表单“{row['file']}”(回执码 {row['token']})不见了,而台账里它的内容后来改过,不能照原样补做。"
        "请从备份或已发的邮件里找回;不再需要的,在“表单台账”的备注写“作废”。"
    ]
    outcome = run({"response_log": changed, "form_register": registered(first)}, there=tuple(names(first)), rules=settings(form_phone="4"))
    assert outcome.issues == []


def test_a_form_that_was_a_tab_gets_no_file() -> None:
    first = run({"response_log": LOG[:1]}, sheets=True)
    assert [t.name for t in first.tabs] == ["表单 SN1"]
    assert run({"response_log": LOG[:1], "form_register": registered(first)}, cut_short=True).files == []


def test_a_draft_for_each_file_also_later() -> None:
    log = [{**LOG[0], "email": "wang@example.com"}]
    first = run({"response_log": log}, drafts=True)
    assert names(first) == [f"{TITLE}_SN1_王女士.xlsx", f"{TITLE}_SN1_王女士.eml"]
    draft = first.files[1]
    assert isinstance(draft, NewFile)
    assert callable(draft.content)
    content = draft.content()
    assert b"To: wang@example.com" in content
    assert b"X-Unsent: 1" in content
    later = run({"response_log": log, "form_register": registered(first)}, there=(names(first)[0],), drafts=True)
    assert names(later) == names(first)[1:]
    assert later.notice.endswith(";邮件草稿 1 份。")


def test_words_stand_in_one_file_for_the_office() -> None:
    first = run({"response_log": LOG}, words=True)
    (file,) = first.files
    assert isinstance(file, NewFile)
    assert file.file == "短信微信_20240502-0900.txt"
    assert isinstance(file.content, bytes)
    text = file.content.decode("utf-8-sig")
    rows = registered(first)
    assert [(r["way"], r["file"], r["tab"], r["facts_mark"]) for r in rows] == [("短信微信", file.file, "", "")] * 2
    assert all(text.count(f"回执码 {row['token']}") == 1 for row in rows)
    assert "王女士(SN1)" in text
    assert first.notice == "已生成 2 条短信微信稿,用于《客户满意度调查表》,并登记到“表单台账”。"
    again = run({"response_log": LOG, "form_register": rows}, words=True, now=datetime(2024, 5, 2, 9, 30), cut_short=True)
    assert again.files == first.files
    assert again.append == {}


def test_customers_to_be_called_are_rows_without_a_file() -> None:
    log = [ticket("SN1", "2024-05-02 08:00", customer_type="VIP客户")]
    outcome = run({"response_log": log})
    assert outcome.files == []
    (row,) = registered(outcome)
    assert (row["way"], row["file"], row["ticket"], row["remark"]) == ("电话", "", "SN1", "VIP客户")
    assert outcome.notice == "1 位客户请打电话(见“表单台账”)。"
    assert registered(run({"response_log": log, "form_register": [row]})) == []


def test_an_anonymous_form_is_one_file_that_leads_to_nobody() -> None:
    outcome = run({"response_log": LOG}, profile="S001")
    (book,) = outcome.files
    assert isinstance(book, NewBook)
    assert book.file == "售后服务客户评价表_20240502.xlsx"
    assert book.mark == "S001-1"
    (row,) = registered(outcome)
    assert (row["ticket"], row["remark"], row["file"], row["way"]) == ("", "共 2 位客户", book.file, "文件")
    told = f"{book}"
    for word in ("SN1", "SN2", "王女士", "公司", "张工", row["token"], *(r["contact"] for r in LOG)):
        assert word not in told
    same_day = run({"response_log": LOG, "form_register": [row]}, there=(book.file,), profile="S001")
    assert (same_day.files, same_day.append) == ([], {})
    assert run({"response_log": LOG, "form_register": [row]}, profile="S001").files == []
    missing = run({"response_log": LOG, "form_register": [row]}, profile="S001", cut_short=True)
    assert missing.files == outcome.files
    assert missing.append == {}
    next_day = run({"response_log": LOG, "form_register": [row]}, profile="S001", ticket=["SN1"], now=datetime(2024, 5, 3, 9))
    assert names(next_day) == ["售后服务客户评价表_20240503.xlsx"]


def test_what_the_template_lost_is_told_and_does_not_count_for_the_mark() -> None:
    outcome = run({"response_log": LOG[:1]}, lost=("服务电话", "分_response"))
    assert [i.message for i in outcome.issues] == [
        "模板工作表“表单_S002”里找不到这些格子的名称:服务电话、分_response。生成的表单缺这几格,收回时可能读不到。"
        "请从“新建台账”得到的台账里把这张模板复制回来。"
    ]
    (book,) = outcome.files
    assert isinstance(book, NewBook)
    shown = {name: value for name, value in book.values.items() if name != "服务电话"}
    assert registered(outcome)[0]["facts_mark"] == facts_mark(shown)


def test_the_folder_of_settings() -> None:
    assert run({"response_log": LOG}, rules=settings(form_folder="客户表单/五月")).folder == "客户表单/五月"
