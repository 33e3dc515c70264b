"""The machine learning that the four models share: specification, members, stacking, blending.

A head is an ensemble of members, each a small ``Net`` over its own inputs (n-grams, encoder
vectors). Boosted trees are stacked on the members' out-of-fold scores, and a blend, fitted on
validation rows, weighs and calibrates them all.
"""
