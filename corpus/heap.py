"""What a process keeps as long as it lives, kept out of the garbage collector's rounds."""

import gc


def settle() -> None:
    """Take everything there is for good: to be called once models, indexes and vocabulary are loaded.

    A full round over a million such objects stops every answer for 0.5 s, and a few hundred new answers bring one about. What is thrown
    away in cycles later, of what was there, is not found any more: only for processes that keep what they opened.
    """
    gc.collect()
    gc.freeze()
