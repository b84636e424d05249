"""How well the parsers read, measured on public articles: ``python -m evals.parsing evidence-inference|f1000|pdf FOLDER``."""
