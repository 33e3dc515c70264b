"""The log of events: segment files to which a server appends, durable before it acknowledges.

``log.EventLog`` writes them, ``segments`` finds and reads those that nobody writes any more, and
``common.event_database`` moves their events into a database.
"""
