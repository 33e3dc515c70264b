"""The console: a read-only page about releases, runs, sellers and costs, for people of the shop."""
