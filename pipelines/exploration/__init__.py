"""What the notebooks show of snapshots, comparisons and runs: tables of pandas, and plots."""
