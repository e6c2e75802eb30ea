"""VBA projects: the add-in's modules as text, and workbook packages that carry them."""
