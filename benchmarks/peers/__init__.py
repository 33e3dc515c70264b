"""The methods that the models are compared with."""
