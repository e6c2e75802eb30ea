"""What the sheets of the ledger are, and how they are read and written. Never imports xlsvc."""
