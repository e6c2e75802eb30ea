"""Runs under the Python that owns the `uno` module: one LibreOffice, one JSON request a line on stdin.

Started by `libreoffice.py`; imports nothing of the project. Each answer is one JSON line on stdout:
{"ok": result} or {"error": text}.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue

VALUE, DATETIME, STRING, FORMULA = 1, 2, 4, 16  # com.sun.star.sheet.CellFlags
USUAL_HEIGHT = 582  # of a row with one line, in 1/100 mm: 16.5 points
FIRST_START_RESTARTS = 81  # soffice's exit code after it made a fresh profile


def prop(name, value):
    p = PropertyValue()
    p.Name, p.Value = name, value
    return p


def url(path):
    return uno.systemPathToFileUrl(os.path.abspath(path))


class Office:
    """One headless soffice with a profile of its own."""

    def __init__(self, soffice, profile):
        self.pipe = f"xlsvc{os.getpid()}"
        self.command = [
            soffice, "--headless", "--norestore", "--nologo", "--nodefault", "--nofirststartwizard",
            f"-env:UserInstallation={url(profile)}", f"--accept=pipe,name={self.pipe};urp;",
        ]  # fmt: skip
        self.process = None
        self.desktop = None
        self.held = {}

    def start(self):
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                if self.process is not None and self.process.returncode not in (0, FIRST_START_RESTARTS):
                    raise RuntimeError(f"soffice ended with {self.process.returncode}")
                self.process = subprocess.Popen(
                    self.command,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            try:
                context = resolver.resolve(f"uno:pipe,name={self.pipe};urp;StarOffice.ComponentContext")
            except Exception:
                time.sleep(0.2)
                continue
            self.desktop = context.ServiceManager.createInstanceWithContext(
                "com.sun.star.frame.Desktop", context
            )
            return
        raise RuntimeError("soffice did not answer within 120 seconds")

    def open(self, path):
        if not Path(path).is_file():
            raise FileNotFoundError(path)
        document = self.desktop.loadComponentFromURL(url(path), "_blank", 0, (prop("Hidden", True),))
        if document is None:
            raise RuntimeError(f"LibreOffice can't open {path}")
        return document

    def stop(self):
        try:
            self.desktop.terminate()
            self.process.wait(timeout=10)
        except Exception:
            if self.process is not None:
                self.process.kill()


def letters(column):
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def values(sheet, flags):
    """address -> value of the cells that hold what `flags` says; an error as its text ("#DIV/0!")."""
    found = {}
    for a in sheet.queryContentCells(flags).getRangeAddresses():
        block = sheet.getCellRangeByPosition(a.StartColumn, a.StartRow, a.EndColumn, a.EndRow)
        for r, row in enumerate(block.getDataArray()):
            for c, value in enumerate(row):
                if not isinstance(value, (str, float)):
                    cell = block.getCellByPosition(c, r)
                    value = cell.getString() if cell.getError() else cell.getValue()
                found[f"{letters(a.StartColumn + c)}{a.StartRow + r + 1}"] = value
    return found


def recalculate(office, path, hard):
    document = office.open(path)
    try:
        if hard:
            document.calculateAll()
        return {s.Name: values(s, FORMULA) for s in document.Sheets}
    finally:
        document.close(True)


def cells(office, path, hard):
    document = office.open(path)
    try:
        if hard:
            document.calculateAll()
        return {s.Name: values(s, VALUE | DATETIME | STRING | FORMULA) for s in document.Sheets}
    finally:
        document.close(True)


def formulas(office, path):
    """tab -> address -> formula as LibreOffice understood it."""
    document = office.open(path)
    try:
        return {s.Name: formula_texts(s) for s in document.Sheets}
    finally:
        document.close(True)


def formula_texts(sheet):
    found = {}
    for a in sheet.queryContentCells(FORMULA).getRangeAddresses():
        block = sheet.getCellRangeByPosition(a.StartColumn, a.StartRow, a.EndColumn, a.EndRow)
        for r, row in enumerate(block.getFormulaArray()):
            for c, text in enumerate(row):
                found[f"{letters(a.StartColumn + c)}{a.StartRow + r + 1}"] = text
    return found


def cells_and_formulas(office, path):
    """(what `cells` gives without recalculating, what `formulas` gives), opened once."""
    document = office.open(path)
    try:
        shown = {s.Name: values(s, VALUE | DATETIME | STRING | FORMULA) for s in document.Sheets}
        return shown, {s.Name: formula_texts(s) for s in document.Sheets}
    finally:
        document.close(True)


def before_and_after(office, path):
    """(the formulas' cached values, their values after a full recalculation), opened once."""
    document = office.open(path)
    try:
        cached = {s.Name: values(s, FORMULA) for s in document.Sheets}
        document.calculateAll()
        return cached, {s.Name: values(s, FORMULA) for s in document.Sheets}
    finally:
        document.close(True)


def texts(office, path, tab, addresses):
    """address -> what a reader sees in the cell, by its number format."""
    document = office.open(path)
    try:
        sheet = document.Sheets.getByName(tab)
        return {address: sheet.getCellRangeByName(address).getString() for address in addresses}
    finally:
        document.close(True)


def to_pdf(office, path, out, tab):
    document = office.open(path)
    try:
        if tab:
            document.Sheets.getByName(tab).IsVisible = True
        for sheet in document.Sheets:
            if tab and sheet.Name != tab:
                sheet.IsVisible = False
            if not sheet.IsVisible:
                sheet.setPrintAreas(())  # Calc prints a hidden sheet that has a print area
        for name in document.DatabaseRanges.ElementNames:
            # Excel fits table rows without a height of their own to wrapped text on loading, Calc does not.
            area = document.DatabaseRanges.getByName(name).DataArea
            body = document.Sheets.getByIndex(area.Sheet).getCellRangeByPosition(
                area.StartColumn, area.StartRow + 1, area.EndColumn, area.EndRow
            )
            body.Rows.OptimalHeight = True
            for n in range(body.Rows.Count):
                row = body.Rows.getByIndex(n)
                if row.Height < USUAL_HEIGHT:
                    row.Height = USUAL_HEIGHT
        document.storeToURL(url(out), (prop("FilterName", "calc_pdf_Export"),))
        return out
    finally:
        document.close(True)


def do_step(document, step):
    kind, tab, *rest = step
    sheet = document.Sheets.getByName(tab) if tab else None
    if kind == "insert_rows":
        sheet.Rows.insertByIndex(rest[0] - 1, rest[1])
    elif kind == "insert_columns":
        sheet.Columns.insertByIndex(rest[0] - 1, rest[1])
    elif kind == "delete_rows":
        sheet.Rows.removeByIndex(rest[0] - 1, rest[1])
    elif kind == "set":
        cell = sheet.getCellRangeByName(rest[0])
        if isinstance(rest[1], str):
            cell.setString(rest[1])
        elif rest[1] is None:
            cell.clearContents(VALUE | DATETIME | STRING | FORMULA)
        else:
            cell.setValue(rest[1])
    elif kind == "formula":
        sheet.getCellRangeByName(rest[0]).setFormula(rest[1])
    elif kind == "font":
        area = sheet.getCellRangeByName(rest[0])
        area.CharFontName, area.CharHeight, area.CharColor = rest[1], rest[2], rest[3]
    elif kind == "rename_tab":
        sheet.setName(rest[0])
    else:
        raise ValueError(f"unknown step {kind}")


def watch(office, path, out, tab, groups):
    """Does groups of steps one after another, as `edit` does, and gives what the formulas of a tab show at first and after each
    group: only what the application recalculates by itself. Saves as .xlsx in the end."""
    document = office.open(path)
    try:
        seen = [values(document.Sheets.getByName(tab), FORMULA)]
        for steps in groups:
            for step in steps:
                do_step(document, step)
            seen.append(values(document.Sheets.getByName(tab), FORMULA))
        document.storeToURL(url(out), (prop("FilterName", "Calc MS Excel 2007 XML"),))
        return seen
    finally:
        document.close(True)


def edit(office, path, out, steps):
    """Does what a user would at the screen, step by step, and saves as .xlsx (Calc's own writer)."""
    document = office.open(path)
    try:
        for step in steps:
            do_step(document, step)
        document.storeToURL(url(out), (prop("FilterName", "Calc MS Excel 2007 XML"),))
        return out
    finally:
        document.close(True)


def hold(office, path):
    """Opens a workbook and leaves it open, as somebody does who works in it."""
    office.held[path] = office.open(path)
    return path


def release(office, path):
    office.held.pop(path).close(True)
    return path


def main():
    office = Office(sys.argv[1], sys.argv[2])
    office.start()
    done = (
        recalculate, before_and_after, cells, formulas, cells_and_formulas, texts, to_pdf, edit, watch, hold, release,
    )  # fmt: skip
    actions = {f.__name__: f for f in done}
    answers = sys.stdout
    print(json.dumps({"ok": "ready"}), file=answers, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"ok": actions[request["do"]](office, **request["with"])}
        except Exception as exc:
            answer = {"error": f"{type(exc).__name__}: {exc}"}
        print(json.dumps(answer), file=answers, flush=True)
    office.stop()


if __name__ == "__main__":
    main()
