"""How long a test waits for what must come: on a busy machine everything takes many times longer, and a wait proves nothing by itself."""

PATIENCE_S = 120
