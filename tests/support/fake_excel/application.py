"""Excel's Application object."""

# ruff: noqa: N802, N803

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .books import Window, Workbook
from .com import Collection, Com, Wire, bad_index, refused
from .entry import Cell
from .ranges import Range

AUTOMATIC, MANUAL, SEMIAUTOMATIC = -4105, -4135, 2
SETTINGS = (
    "screen_updating", "display_alerts", "enable_events", "interactive", "calculation", "status_bar", "cursor",
    "visible", "display_status_bar",
)  # fmt: skip


class Workbooks(Collection):
    """Add-ins that are loaded are found by name and not counted."""

    def __init__(self, excel: Application) -> None:
        self.wire, self.excel = excel.wire, excel

    def items(self) -> list[Any]:
        return [book for book in self.excel.books if not book.is_addin]

    def Item(self, Index: Any) -> Any:
        if isinstance(Index, str):
            for book in self.excel.books:
                if book.name.casefold() == Index.casefold():
                    return book
            raise bad_index()
        return super().Item(Index)

    @property
    def Application(self) -> Com:
        return self.excel

    def Add(self, Template: Any = None) -> Workbook:
        self.excel.made += 1
        book = Workbook(self.excel, f"工作簿{self.excel.made}")
        self.excel.books.append(book)
        self.excel.front = book
        return book

    def Open(self, Filename: Any, *rest: Any) -> Workbook:
        return self.excel.open(str(Filename))


class Application(Com):
    """One Excel. `macros` are what Run may run, by name without the book ("FinishCommand"), `ran` what it ran;
    `cached` holds values that formulas written later will show: (tab, row, column, formula) -> value.
    `apostrophe_kept`: see the package."""

    def __init__(self, wire: Wire, hwnd: int = 1) -> None:
        self.wire, self.hwnd = wire, hwnd
        self.books: list[Workbook] = []
        self.front: Workbook | None = None
        self.made = 0
        self.macros: dict[str, Callable[..., Any]] = {}
        self.ran: list[tuple[Any, ...]] = []
        self.cached: dict[tuple[str, int, int, str], Cell] = {}
        self.status_history: list[Any] = []
        self.editing = False
        self.apostrophe_kept = False
        self.reset_settings()
        self.cut_copy_mode: Any = False

    def window(self) -> Com:
        """The object that stands behind the window's handle."""
        if self.front is None:
            raise bad_index()
        return Window(self.front)

    def open(self, path: str) -> Workbook:
        from .loading import load

        book = load(self, path)
        self.books.append(book)
        self.front = book
        return book

    def reset_settings(self) -> None:
        """As Excel starts."""
        self.visible = True
        self.screen_updating = True
        self.display_alerts = True
        self.enable_events = True
        self.interactive = True
        self.display_status_bar = True
        self.calculation = AUTOMATIC
        self.cursor = -4143
        self.status_bar: Any = False

    def settings(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in SETTINGS}

    # -- members

    @property
    def Application(self) -> Com:
        return self

    @property
    def Name(self) -> str:
        return "Microsoft Excel"

    @property
    def Version(self) -> str:
        return "16.0"

    @property
    def OperatingSystem(self) -> str:
        return "Windows (64-bit) NT 10.00"

    @property
    def Hwnd(self) -> int:
        return self.hwnd

    @property
    def Ready(self) -> bool:
        return not self.editing

    @property
    def Workbooks(self) -> Workbooks:
        return Workbooks(self)

    @property
    def ActiveWorkbook(self) -> Workbook | None:
        return self.front

    @property
    def ActiveSheet(self) -> Com | None:
        return self.front.active if self.front else None

    @property
    def ActiveWindow(self) -> Com | None:
        return Window(self.front) if self.front else None

    @property
    def ActiveCell(self) -> Com | None:
        return self.front.active_cell() if self.front else None

    @property
    def Selection(self) -> Com | None:
        return self.front.selection() if self.front else None

    @property
    def Visible(self) -> bool:
        return self.visible

    @Visible.setter
    def Visible(self, value: Any) -> None:
        self.visible = bool(value)

    @property
    def ScreenUpdating(self) -> bool:
        return self.screen_updating

    @ScreenUpdating.setter
    def ScreenUpdating(self, value: Any) -> None:
        self.screen_updating = bool(value)

    @property
    def DisplayAlerts(self) -> bool:
        return self.display_alerts

    @DisplayAlerts.setter
    def DisplayAlerts(self, value: Any) -> None:
        self.display_alerts = bool(value)

    @property
    def EnableEvents(self) -> bool:
        return self.enable_events

    @EnableEvents.setter
    def EnableEvents(self, value: Any) -> None:
        self.enable_events = bool(value)

    @property
    def Interactive(self) -> bool:
        return self.interactive

    @Interactive.setter
    def Interactive(self, value: Any) -> None:
        self.interactive = bool(value)

    @property
    def Calculation(self) -> int:
        return self.calculation

    @Calculation.setter
    def Calculation(self, value: Any) -> None:
        if value not in (AUTOMATIC, MANUAL, SEMIAUTOMATIC) or not self.books:
            raise refused("Unable to set the Calculation property of the Application class")
        self.calculation = value

    @property
    def CalculationState(self) -> int:
        return 0

    @property
    def Cursor(self) -> int:
        return self.cursor

    @Cursor.setter
    def Cursor(self, value: Any) -> None:
        self.cursor = int(value)

    @property
    def DisplayStatusBar(self) -> bool:
        return self.display_status_bar

    @DisplayStatusBar.setter
    def DisplayStatusBar(self, value: Any) -> None:
        self.display_status_bar = bool(value)

    @property
    def StatusBar(self) -> Any:
        return self.status_bar

    @StatusBar.setter
    def StatusBar(self, value: Any) -> None:
        self.status_bar = False if value is False else str(value)
        self.status_history.append(self.status_bar)

    @property
    def CutCopyMode(self) -> Any:
        return self.cut_copy_mode

    @CutCopyMode.setter
    def CutCopyMode(self, value: Any) -> None:
        self.cut_copy_mode = value

    def Calculate(self) -> None:
        return None

    def Intersect(self, Arg1: Any, Arg2: Any, *rest: Any) -> Range | None:
        areas = list(Arg1.areas)
        for other in (Arg2, *(r for r in rest if r is not None)):
            if other.sheet is not Arg1.sheet:
                raise refused("Method 'Intersect' of object '_Application' failed")
            areas = [met for one in areas for two in other.areas if (met := one.meets(two))]
        return Range(Arg1.sheet, areas) if areas else None

    def Union(self, Arg1: Any, Arg2: Any, *rest: Any) -> Range:
        areas = [a for one in (Arg1, Arg2, *(r for r in rest if r is not None)) for a in one.areas]
        return Range(Arg1.sheet, areas)

    def Run(self, Macro: Any, *arguments: Any) -> Any:
        """Runs "name", "module.name" or "'book'!module.name"."""
        book, _, name = str(Macro).rpartition("!")
        known = self.macros.get(name.rpartition(".")[2])
        loaded = not book or any(b.name.casefold() == book.strip("'").casefold() for b in self.books)
        if known is None or not loaded:
            raise refused(
                f"Cannot run the macro '{Macro}'. The macro may not be available in this workbook or all macros may "
                "be disabled."
            )
        self.ran.append((str(Macro), *arguments))
        return known(*arguments)

    def Quit(self) -> None:
        self.books.clear()
        self.front = None
