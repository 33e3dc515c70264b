"""Training of heads: members, out-of-fold predictions, stacking, blending, calibration."""
