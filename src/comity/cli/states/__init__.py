"""Commands between States: the directory, exchange files, conformance."""
