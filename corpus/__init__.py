"""What we know and where it is kept: reports, cases, the catalogue and its two derived indexes."""
