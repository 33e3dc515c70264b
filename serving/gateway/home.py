"""What a browser is shown at ``/``."""

PAGE = """<!doctype html>
<html lang="en">
<title>Suggestions for listings</title>
<p>POST /v1/suggest answers with suggestions: see <a href="/openapi.json">its description</a>.
</html>
"""
