"""What is kept on disk and in object storage: artifacts, releases, packed arrays, atomic writes."""
