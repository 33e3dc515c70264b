"""The seller's page: static files that run in a browser, and how they are served."""
