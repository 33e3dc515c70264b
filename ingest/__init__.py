"""A shop's table in, a snapshot out: files, columns, cells, photos, shards and the profile."""
