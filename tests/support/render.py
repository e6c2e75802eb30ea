"""A workbook as pictures, page by page: to be looked at, and to see that nothing spills over a page."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from .libreoffice import LibreOffice


def pages(
    office: LibreOffice, path: Path | str, folder: Path | str, tab: str = "", dpi: int = 80
) -> list[Path]:
    """xlsx -> PDF -> one PNG a page in `folder`; one tab (even a hidden one) or all visible ones.
    Needs pdftoppm (Debian: poppler-utils)."""
    program = shutil.which("pdftoppm")
    if program is None:
        raise RuntimeError("pdftoppm is not installed (Debian: poppler-utils)")
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    for old in target.glob(f"{Path(path).stem}-*.png"):
        old.unlink()
    pdf = office.to_pdf(path, target / (Path(path).stem + ".pdf"), tab)
    stem = target / pdf.stem
    subprocess.run([program, "-png", "-r", str(dpi), str(pdf), str(stem)], check=True, capture_output=True)
    return sorted(target.glob(f"{pdf.stem}-*.png"))
