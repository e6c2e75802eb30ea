"""How fast the product is, against what a competent user would write with pandas and openpyxl.

`python -m benchmarks` makes ledgers of the real width, runs both sides in processes of their own, asserts that both
made equal cells, and prints CPU time and peak memory. Nothing here belongs to the product.
"""
