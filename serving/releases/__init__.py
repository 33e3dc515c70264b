"""Which release a server answers with, and how a newer one takes its place while it answers.

``source`` finds, checks and loads releases; ``golden`` has the listings that each must answer. One
process of a server watches the champion (``watcher``) and tries a new one in a process of its own
(``child``). One that passes becomes the ``target`` of all workers, which load it in turn, warm it
up and answer with it from then on (``follower``, ``loaded``). Further releases are loaded at the
``start``, and answer requests that name them.
"""
