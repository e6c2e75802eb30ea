"""Many customers' forms made, filled and collected; by hand: `python -m tests.support.collect_many 500 DIR [--zip]`.

Each customer answers otherwise, and each row is checked against what that customer typed. Prints counts and times; with
`--zip` all forms come in one archive.
"""

from __future__ import annotations

import sys
import time
import zipfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.support.many_customers import ledger_rows, register_rows
from tests.support.returned import sheet_rows, type_into_xml
from xlsvc import app

SCORES = ("response", "resolution", "attitude", "expertise")


def answers_of(number: int) -> dict[str, Any]:
    """What customer `number` types: no two of four neighbours alike."""
    return {
        **{f"分_{key}": (number + at) % 5 + 1 for at, key in enumerate(SCORES)},
        "答_improvement": f"第 {number} 条:再快一点", "答_customer_type": ("新客户", "老客户", "VIP客户")[number % 3],
    }  # fmt: skip


def main(arguments: Sequence[str]) -> None:
    from tests.support.crash_runner import NOW
    from tests.support.ledgers import make_ledger

    count, base = int(arguments[0]), Path(arguments[1])
    base.mkdir(parents=True, exist_ok=True)
    path = make_ledger(base / "台账.xlsx", {"response_log": ledger_rows(count, NOW)})
    print(app.run("forms", path, {}, NOW).notice)
    rows = {str(row["file"]): row for row in register_rows(path)}
    box = base / "回收"
    for number, file in enumerate(rows):
        type_into_xml(base / "表单" / file, box / file, answers_of(number))
    if "--zip" in arguments:
        with zipfile.ZipFile(box / "全部.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for file in rows:
                archive.write(box / file, file)
                (box / file).unlink()
    wall, cpu = time.perf_counter(), time.process_time()
    report = app.run("collect", path, {"folder": str(box)}, NOW + timedelta(days=1))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(report.notice)
    print(f"{wall:.2f} s, {1000 * wall / count:.1f} ms a form; this process computed {cpu:.2f} s")
    found = {row["receipt"]: row for row in sheet_rows(path, "evaluations")}
    for number, row in enumerate(rows.values()):
        said, mine = answers_of(number), found[row["token"]]
        assert mine["ticket"] == row["ticket"]
        assert {f"分_{key}": mine[key] for key in SCORES} == {k: v for k, v in said.items() if k.startswith("分")}
        assert (mine["improvement"], mine["customer_type"]) == (said["答_improvement"], said["答_customer_type"])
    assert len(found) == count == report.counts["已回收"]
    assert not [row for row in register_rows(path) if row["state"] != "已回收"]
    wall = time.perf_counter()
    again = app.run("collect", path, {"folder": str(box)}, NOW + timedelta(days=1))
    print(f"again: {again.notice} ({time.perf_counter() - wall:.2f} s)")
    print(f"{count} rows as typed; {len(list((box / '已归档').rglob('*.*')))} files archived")


if __name__ == "__main__":
    main(sys.argv[1:])
