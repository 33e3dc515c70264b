"""How a page should ask while a seller types: POSTs that newer ones abort, or a WebSocket."""
