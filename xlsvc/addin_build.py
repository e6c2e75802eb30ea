"""Makes the add-in xlsvc.xlam, and a demo ledger with the ribbon inside, from text; on any system, the same bytes.

What goes in: macros/ (VBA modules, checked-in ribbon), the commands (texts and ids for VBA), RunPython from the
installed xlwings. See workbook/vba for how a project is put into a package.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from workbook.issues import WorkbookError
from workbook.messages import MESSAGES
from workbook.resources import macros
from workbook.sheets import BY_KEY
from workbook.vba import xlwings_text
from workbook.vba.package_parts import empty_container, with_macros
from workbook.vba.sources import Module, data_module, read_modules

from . import __version__, app
from .commands import COMMANDS
from .ribbon import TAB_LABEL, ribbon_xml

ADDIN_NAME = "xlsvc.xlam"
DEMO_NAME = "售后台账_示例.xlsm"
_MARKERS = ("settings", "response_log", "process_log")  # the sheets that tell a ledger


def build(out: Path) -> list[Path]:
    """Writes the add-in and the demo ledger into `out`, which is made. Returns their paths.

    Raises WorkbookError when the folder cannot be written or xlwings is of another version."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        made = [out / ADDIN_NAME, out / DEMO_NAME]
        made[0].write_bytes(addin())
        made[1].write_bytes(demo_ledger())
    except OSError as error:
        raise WorkbookError("addin.unwritable", folder=out, reason=error.strerror or error) from error
    return made


def addin() -> bytes:
    """The .xlam."""
    return with_macros(empty_container(TAB_LABEL, __version__), modules(), ribbon_xml(), addin=True)


def demo_ledger() -> bytes:
    """The sample ledger as .xlsm, with the same modules and ribbon."""
    with TemporaryDirectory(prefix="xlsvc-demo-") as folder:
        path = Path(folder) / "sample.xlsx"
        app.new(path, "both", sample=True)
        return with_macros(path.read_bytes(), modules(), ribbon_xml(), addin=False)


def modules() -> list[Module]:
    """All modules of the project: those of macros/, the texts, RunPython."""
    texts = {f"sheet_{key}": BY_KEY[key].title for key in _MARKERS}
    texts |= {code.removeprefix("macro."): m.text for code, m in MESSAGES.items() if code.startswith("macro.")}
    free = [command.id for command in COMMANDS if not command.on_book]
    return [*read_modules(macros()), data_module(__version__, texts, free), xlwings_text.run_python_module()]


def applescript() -> Path:
    """The script by which Excel on the Mac reaches Python, in the installed xlwings."""
    return xlwings_text.folder() / f"xlwings-{xlwings_text.VERSION}.applescript"


def built_version(path: Path) -> str | None:
    """The version of the package an add-in was built by; None when the file is no such add-in."""
    try:
        with zipfile.ZipFile(path) as archive:
            properties = archive.read("docProps/custom.xml").decode("utf-8")
    except (OSError, KeyError, zipfile.BadZipFile, UnicodeDecodeError):
        return None
    found = re.search(r'name="xlsvc"[^>]*><vt:lpwstr>([^<]*)</vt:lpwstr>', properties)
    return found.group(1) if found else None
