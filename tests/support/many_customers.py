"""Many customers with the names people type, and the judge of what their form files hold.

By hand, as counted in the README: `python -m tests.support.many_customers 500 DIR` makes 500 forms of every kind of name
and looks through the parts of each for any other customer (`--privacy N`: of the first N).
"""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from workbook.sheets import BY_KEY

ODD_NAMES = (
    "*女士", "*女士", "名" * 40, "A/B公司", "甲:乙", "谁?", "笑😀😀", "👨‍👩‍👧", "con", "NUL.", "李\u202e四", "  空 格 ", "=1+1", "<b>&\"'",
    "..点", "王|张", "“引号”", "a\\b", "[方]括*号", "José",
)  # fmt: skip
_SIGNS = "赵钱孙李周吴郑冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"


def ledger_rows(count: int, now: datetime) -> list[dict[str, Any]]:
    """Tickets just solved, each of another customer: first the odd names, then plain ones nobody else has."""
    rows = []
    for number in range(count):
        plain = f"{_SIGNS[number % len(_SIGNS)]}{_SIGNS[number // len(_SIGNS) % len(_SIGNS)]}{chr(0x4E50 + number)}"
        rows.append({
            "ticket": f"SN20240505{number + 1:03d}" if number < 900 else f"SN20240504{number + 1:04d}",
            "customer": ODD_NAMES[number] if number < len(ODD_NAMES) else plain,
            "contact": f"139{(number * 7_919_331) % 100_000_000:08d}",
            "email": f"k{number}@example.com", "customer_no": f"C202405{number + 1:03d}", "order_no": f"DD{90_000_000 + number * 37}",
            "problem": f"漏水{number * 31 + 10_007}", "urgency": "一般", "owner": "张工", "problem_type": "售后维修",
            "accepted_at": now - timedelta(hours=23), "resolved_at": now - timedelta(hours=1, seconds=number), "status": "已完成",
        })  # fmt: skip
    return rows


def rows_of(path: Path, key: str) -> list[dict[str, Any]]:
    """A sheet's rows by column key, as calamine reads them; the product reads by other means."""
    schema = BY_KEY[key]
    lines = CalamineWorkbook.from_path(path).get_sheet_by_name(schema.title).to_python(skip_empty_area=False)
    keys = {c.heading: c.key for c in schema.columns}
    heads = [keys.get(str(cell), "") for cell in lines[schema.header_row - 1]]
    return [dict(zip(heads, line, strict=True)) for line in lines[schema.header_row :]]


def register_rows(path: Path) -> list[dict[str, Any]]:
    return [row for row in rows_of(path, "form_register") if row["token"]]


def customers(path: Path) -> dict[str, list[str]]:
    """Ticket -> the words that lead to its customer: ticket, phone, mail, numbers, problem, and the name if it is long
    enough to be recognised."""
    found = {}
    for row in rows_of(path, "response_log"):
        if row.get("ticket"):
            words = [str(row[key]) for key in ("ticket", "contact", "email", "customer_no", "order_no", "problem") if row.get(key)]
            name = str(row.get("customer") or "")
            found[str(row["ticket"])] = words + ([name] if len(name) >= 3 and name != "con" else [])
    return found


def contents(path: Path) -> dict[str, bytes]:
    """Everything a file says: each part of a workbook, the names of the parts, and the file's own name; of a mail draft its
    attachment too."""
    if path.suffix == ".eml":
        import email

        found = {"name": path.name.encode()}
        for number, part in enumerate(email.message_from_bytes(path.read_bytes()).walk()):
            found[f"{number} head"] = "".join(f"{k}: {v}" for k, v in part.items()).encode()
            data = part.get_payload(decode=True) or b""
            assert isinstance(data, bytes)
            found[f"{number}"] = data
        return found
    with zipfile.ZipFile(path) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
        found["comment"] = archive.comment
    return {**found, "names": "\n".join(found).encode(), "name": path.name.encode()}


def check_privacy(ledger: Path, folder: Path, count: int) -> int:
    """Looks through every part of the first `count` forms (and their drafts) for any word of any other customer, and for every
    receipt code but its own; gives the number of forms. Raises AssertionError naming the hit."""
    words, rows = customers(ledger), register_rows(ledger)
    checked = 0
    for row in [r for r in rows if r["file"]][:count]:
        file = folder / str(row["file"])
        others = [w for ticket, mine in words.items() if ticket != row["ticket"] for w in mine]
        others = [w for w in others if w not in words[str(row["ticket"])]]
        others += [str(r["token"]) for r in rows if r is not row]
        for path in [p for p in (file, file.with_suffix(".eml")) if p.exists()]:
            for part, content in contents(path).items():
                text = content.decode("utf-8", "replace")
                hits = [w for w in others if w in text]
                assert not hits, f"{path.name} {part}: {hits[:3]}"
        checked += 1
    return checked


def main(arguments: Sequence[str]) -> None:
    from tests.support.crash_runner import NOW
    from tests.support.ledgers import make_ledger
    from tests.support.package_lint import lint
    from xlsvc import app
    from xlsvc.form_names import as_compared

    count, base = int(arguments[0]), Path(arguments[1])
    looked_at = int(arguments[arguments.index("--privacy") + 1]) if "--privacy" in arguments else count
    base.mkdir(parents=True, exist_ok=True)
    path = make_ledger(base / "台账.xlsx", {"response_log": ledger_rows(count, NOW)})
    report = app.run("forms", path, {}, NOW)
    print(report.notice)
    rows, files = register_rows(path), sorted((base / "表单").iterdir())
    assert len(rows) == len(files) == count == len({as_compared(file.name) for file in files})
    assert sorted(str(row["file"]) for row in rows) == sorted(file.name for file in files)
    assert len({row["token"] for row in rows}) == count
    print(f"{count} forms, {count} names, {count} codes; longest name {max(len(f.name) for f in files)} characters")
    print(f"lint of {looked_at}: {sum(bool(lint(file)) for file in files[:looked_at])} with findings")
    print(f"privacy: {check_privacy(path, base / '表单', looked_at)} forms looked through, 0 hits")
    for row in sorted(rows, key=lambda row: str(row["ticket"]))[: len(ODD_NAMES)]:
        print("  ", row["file"])


if __name__ == "__main__":
    main(sys.argv[1:])
