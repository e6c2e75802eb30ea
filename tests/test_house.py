"""The walls of the house: which module may import which, where the clock is read, how long a module may be."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted([*ROOT.glob("workbook/**/*.py"), *ROOT.glob("xlsvc/**/*.py")])

RULES_MAY_NOT = ("openpyxl", "xlwings", "workbook.file_book", "workbook.excel_book", "workbook.package")
HOSTED = {"xlsvc.app"}  # picks a host
MAKES_BOOKS = {"xlsvc.sample"}  # builds a new workbook from the templates' drawer


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> set[str]:
    """Absolute names of everything a module imports, late imports too."""
    package = name_of(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found.add(module)
            found.update(f"{module}.{alias.name}" for alias in node.names)
    return found


def reaches(names: set[str], target: str) -> bool:
    return any(name == target or name.startswith(f"{target}.") for name in names)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_run_one_way(path: Path) -> None:
    me, names = name_of(path), imports(path)
    if me.startswith("workbook"):
        assert not reaches(names, "xlsvc"), "workbook never imports xlsvc"
    if me == "workbook.book":
        assert not reaches(names, "workbook.sheets"), "the port knows no sheet"
    if me in ("workbook.issues", "workbook.schema") or me.startswith("workbook.messages"):
        for above in ("workbook.values", "workbook.sheets", "workbook.book"):
            assert not reaches(names, above)
    if me.startswith("workbook.package"):
        assert not reaches(names, "workbook.sheets"), "the package editor knows no sheet"
        assert not reaches(names, "openpyxl"), "openpyxl never touches a user's file"
    if me.startswith("xlsvc.") and me not in HOSTED:
        for wall in RULES_MAY_NOT:
            assert not reaches(names, wall), f"{me} may not import {wall}"
        if me not in MAKES_BOOKS:
            assert not reaches(names, "workbook.template")
    if me != "workbook.excel_book":
        assert not reaches(names, "xlwings")


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_app_reads_the_clock(path: Path) -> None:
    if name_of(path) == "xlsvc.app":
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called = ast.unparse(node.func)
            assert called not in (
                "datetime.now", "datetime.today", "date.today", "time.time", "pd.Timestamp.now", "datetime.utcnow",
            ), f"{path}:{node.lineno} reads the clock"  # fmt: skip


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_is_short_and_says_why_it_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), "no docstring"
    assert text.count("\n") <= 450, "wants to be two"
