"""How every tab prints: A4, fitted to a number of pages, centred."""

from __future__ import annotations

from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet


def a4(tab: Worksheet, landscape: bool = False, across: int = 1, down: int = 0) -> None:
    """A4, `across` pages wide and `down` pages high (0: as many as it takes)."""
    tab.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    tab.page_setup.orientation = "landscape" if landscape else "portrait"
    tab.page_setup.paperSize = tab.PAPERSIZE_A4  # type: ignore[assignment]
    tab.page_setup.fitToWidth, tab.page_setup.fitToHeight = across, down
    tab.print_options.horizontalCentered = True
