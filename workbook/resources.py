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


def macros() -> Path:
    """The folder of the add-in's VBA modules and ribbon: workbook/data/macros in a wheel, macros in a checkout."""
    packaged = Path(str(files("workbook"))) / "data" / "macros"
    if packaged.is_dir():
        return packaged
    checkout = Path(__file__).resolve().parent.parent / "macros"
    if checkout.is_dir():
        return checkout
    raise FileNotFoundError("macros is neither in the package nor in the checkout")
