"""What the buttons do: rules over tables, and the commands that apply them to a workbook."""

__version__ = "0.1.0"
