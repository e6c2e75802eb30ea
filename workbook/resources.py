"""The one place that finds the files shipped with the product, in wheel, clone and editable install."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def templates() -> Path:
    """templates.xlsx: packaged under workbook/data in a wheel, at the top level of a checkout."""
    packaged = Path(str(files("workbook"))) / "data" / "templates.xlsx"
    if packaged.is_file():
        return packaged
    checkout = Path(__file__).resolve().parent.parent / "templates.xlsx"
    if checkout.is_file():
        return checkout
    raise FileNotFoundError("templates.xlsx is neither in the package nor in the checkout")
