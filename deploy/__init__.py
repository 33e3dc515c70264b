"""What runs around the servers, as code: it is not part of the wheel."""
