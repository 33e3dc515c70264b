"""gRPC servers: one predictor per model and the suggester in front of them."""
