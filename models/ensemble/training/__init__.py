"""Training of heads: members, held-out scores, stacking, blending, calibration."""
