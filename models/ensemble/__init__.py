"""The machine learning that the four models share: specification, members, stacking, blending.

A head is an ensemble of members: small nets and linear models over their own inputs (n-grams,
encoder vectors). Boosted trees are stacked on the members' held-out scores, and a blend, fitted to
them too, weighs and calibrates them all. ``README.md`` explains it on one page.
"""
