"""What the four models share between features and answers: nets, their training, and blending.

A head has members, each a small ``Net`` that reads the listing in its own way (n-grams, encoder
vectors); ``blend`` weighs them on rows that none of them has seen, which also calibrates them.
"""
