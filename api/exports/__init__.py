"""An answer as a file of another kind, each in a module of its own; all of them take an ``Exported``."""
