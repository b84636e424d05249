"""Training of the small model that Casebook carries: ``make train-models``, or step by step ``python -m evals.training STEP``.

It holds no data. The development sets are read by path; the questions that we wrote are in ``evals/data/natural``. What the model is, was
trained on and is worth stands in its card, ``assistant/scorer/CARD.md``.
"""
