"""The files of the console, as they are sent to a browser."""
