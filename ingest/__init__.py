"""From a file to the corpus."""
