"""`python -m benchmarks.imports`: an export of 100,000 rows into a new ledger, against what a user would write with pandas.

Ours is the whole command on files: source and ledger read, headings mapped, cells cleaned, numbers compared, rows appended,
the ledger verified, backed up and replaced. The script reads the export with pandas.read_excel, renames the headings, strips
telephone numbers, maps words, parses dates, and writes a new workbook with to_excel: it keeps no ledger, which is in its
favour. CPU time (user and system, children included) and peak memory of whole processes, in turns, medians. Every cell of
both results has to be equal to what the rows were made from. Exit 1 if one is not.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from .measure import FailedError, Run, run

ROWS = 100_000
HEADINGS = {
    "服务单号": "工单号", "客户名称": "客户姓名*", "联系电话": "联系方式*", "故障现象": "问题描述", "问题分类": "问题类型",
    "优先级": "紧急程度", "处理人": "分派责任人", "报修时间": "受理时间", "首次响应": "首次响应时间", "完成时间": "实际解决时间",
    "处理结果": "处理结果摘要", "内部备忘": "内部备忘",
}  # fmt: skip
TYPES = {"质量问题": "产品质量", "报修": "售后维修类", "快递": "物流配送类", "咨询": "使用咨询", "投诉": "投诉"}
LEVELS = {"普通": "一般", "急": "紧急", "加急": "特急", "一般": "一般"}
_FIRST = datetime(2023, 1, 2, 8)


def rows(count: int) -> Iterator[tuple[list[Any], list[Any]]]:
    """(cells of the export, cells of the ledger) of each row, in the order of HEADINGS."""
    types, levels = list(TYPES), list(LEVELS)
    for n in range(count):
        accepted = _FIRST + timedelta(minutes=9 * n)
        responded, resolved = accepted + timedelta(minutes=5 + n % 50), accepted + timedelta(hours=1 + n % 70)
        phone = f"138{n:08d}"[:11].replace("000000", "123456")
        typed = phone if n % 3 else f"{phone[:3]} {phone[3:7]} {phone[7:]}"
        open_, kind, level = n % 10 == 9, types[n % len(types)], levels[n % len(levels)]
        done = f"{resolved.year}年{resolved.month}月{resolved.day}日 {resolved:%H:%M}" if n % 2 else f"{resolved:%Y-%m-%d %H:%M}"
        shared = [f"FW{n:06d}", f"客户{n % 7919}", f"第 {n} 台,开机无反应,要求上门"]
        yield (
            [shared[0], shared[1], typed, shared[2], kind, level, "技术部李工", accepted, f"{responded:%Y/%m/%d %H:%M}",
             None if open_ else done, None if open_ else "更换主板", f"备忘{n % 97}"],
            [shared[0], shared[1], phone, shared[2], TYPES[kind], LEVELS[level], "技术部李工", accepted, responded,
             None if open_ else resolved, None if open_ else "更换主板", f"备忘{n % 97}"],
        )  # fmt: skip


def make_source(path: Path, count: int) -> None:
    import xlsxwriter

    options = {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"}
    book = xlsxwriter.Workbook(str(path), options)
    sheet = book.add_worksheet("导出")
    sheet.write_row(0, 0, HEADINGS)
    for n, (cells, _) in enumerate(rows(count), 1):
        sheet.write_row(n, 0, ["" if cell is None else cell for cell in cells])
    book.close()


def script(source: str, result: str) -> None:
    """What a user would write."""
    import pandas as pd

    frame = pd.read_excel(source, dtype={"联系电话": str}).rename(columns=HEADINGS)
    frame["联系方式*"] = frame["联系方式*"].str.replace(" ", "")
    frame["问题类型"] = frame["问题类型"].map(TYPES)
    frame["紧急程度"] = frame["紧急程度"].map(LEVELS)
    for heading in ("首次响应时间", "实际解决时间"):
        texts = frame[heading].str.replace("[年月]", "-", regex=True).str.replace("日", "")
        frame[heading] = pd.to_datetime(texts, format="mixed")
    frame = frame.drop_duplicates("工单号")
    frame.to_excel(result, sheet_name="响应记录", index=False)


def check(path: Path, count: int) -> int:
    """The cells of a result that are as they should be. Raises FailedError where one is not."""
    from python_calamine import CalamineWorkbook

    lines = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("响应记录").to_python(skip_empty_area=False)
    top = next(n for n, line in enumerate(lines) if "工单号" in line)
    places = [lines[top].index(heading) for heading in HEADINGS.values()]
    body = [line for line in lines[top + 1 :] if any(cell != "" for cell in line)]
    if len(body) != count:
        raise FailedError(f"{path.name}: {len(body)} rows instead of {count}")
    for line, (_, wanted) in zip(body, rows(count), strict=True):
        found = [_plain(line[at]) for at in places]
        if found != wanted:
            raise FailedError(f"{path.name}: {found} instead of {wanted}")
    return count * len(places)


def _plain(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return (cell + timedelta(milliseconds=500)).replace(microsecond=0)
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day)
    return None if cell == "" else cell


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.imports", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS, metavar="N")
    parser.add_argument("--repeat", type=int, default=3, metavar="N")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="xlsvc-imports-") as made:
        folder = Path(made)
        source, empty = folder / "导出.xlsx", folder / "空.xlsx"
        run(("-m", "benchmarks.imports", "make", source, given.rows))
        run(("-m", "xlsvc", "new", empty, "--log", "response"))
        sides: dict[str, Callable[[Path], tuple[object, ...]]] = {
            "ours": lambda file: ("-m", "xlsvc", "import", file, source, "--confirm"),
            "script": lambda file: ("-m", "benchmarks.imports", "script", source, file),
        }
        runs: dict[str, list[Run]] = {side: [] for side in sides}
        equal = 0
        try:
            for _ in range(given.repeat):
                for side, command in sides.items():
                    file = folder / side / "台账.xlsx"
                    shutil.rmtree(file.parent, ignore_errors=True)
                    file.parent.mkdir()
                    if side == "ours":
                        shutil.copy(empty, file)
                    runs[side].append(run(command(file), (0, 1)))
                    equal = int(run(("-m", "benchmarks.imports", "check", file, given.rows)).output)
        except FailedError as error:
            print(f"FAILED: {error}")
            return 1
    print(f"{'import':<10}{'rows':>10}{'CPU s':>10}{'peak MB':>10}")
    for side, done in runs.items():
        peaks = [r.peak for r in done if r.peak is not None]
        print(f"{side:<10}{given.rows:>10,}{median(r.cpu for r in done):>10.2f}{median(peaks) if peaks else 0:>10.0f}")
    print(f"equal cells on both sides: {equal:,}")
    return 0


if __name__ == "__main__":
    job, *rest = sys.argv[1:] or [""]
    if job == "make":
        make_source(Path(rest[0]), int(rest[1]))
    elif job == "script":
        script(*rest)
    elif job == "check":
        try:
            print(check(Path(rest[0]), int(rest[1])))
        except FailedError as error:
            sys.exit(str(error))
    else:
        sys.exit(main())
