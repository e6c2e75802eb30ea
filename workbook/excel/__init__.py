"""The parts of the live host: each is handed xlwings' objects and never imports the library itself."""
