"""Training and export of the encoders: with ``common.nets.training``, the room where torch lives.

``train`` starts the trainer of a kind. Each trainer fits or loads a network, exports it
(``export_onnx``), completes the export (``finish``), and writes an artifact; ``probe`` measures it.
"""
