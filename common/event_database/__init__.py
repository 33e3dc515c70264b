"""The database of events, SQLite or PostgreSQL, and what moves events there from their log.

SQLAlchemy is imported here. A server imports this room only where it drains its log itself.
"""
