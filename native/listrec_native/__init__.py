"""The inner loops of a request, compiled: ``common.kernels`` uses them where they are installed."""
