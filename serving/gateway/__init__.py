"""The gateway: suggestions over HTTP, for the seller's page and for programs of the shop."""
