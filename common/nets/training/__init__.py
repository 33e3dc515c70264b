"""Training of nets in torch; a server never imports this package."""
