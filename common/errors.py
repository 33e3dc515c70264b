"""The handful of exceptions anyone may raise; each message is one sentence a person can act on."""


class ListrecError(Exception):
    """Something the caller can put right; the message says what and how.

    ``exit_code`` is that of the command line when it ends with this error.
    """

    exit_code = 1


class InputError(ListrecError):
    """What was given cannot be used: a wrong file, a missing column, an illegal field."""

    exit_code = 2


class PhotoError(InputError):
    """A photo cannot be used: missing, damaged, too large, or no photo at all."""


class ArtifactError(ListrecError):
    """A trained artifact, snapshot or release is missing, damaged or of another version."""

    exit_code = 4


class GateError(ListrecError):
    """A trained model was not good enough to be released."""

    exit_code = 3


class UnavailableError(ListrecError):
    """Something that should answer did not: a server, a store, a release."""

    exit_code = 5
