"""The bytes of an .xlsx package: what has no reason to change stays as it is."""
