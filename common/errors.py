"""The exceptions of all packages; each message is one sentence that tells how to go on."""


class ListrecError(Exception):
    """An error that the user can correct; the message names the cause and the remedy.

    ``exit_code`` is the exit code of a command that ends with this error.
    """

    exit_code = 1


class InputError(ListrecError):
    """The input cannot be used: a wrong file, a missing column, an illegal field."""

    exit_code = 2


class CannotTrain(InputError):  # noqa: N818
    """The snapshot does not have what this model learns from; other models may still learn.

    The message says what the model needs, what the training rows have, and what is missing.
    """


class ReceiptError(InputError):
    """A receipt was not made by this shop, or was changed."""


class PhotoError(InputError):
    """A photo cannot be used: it is missing, damaged, too large, or no photo."""


class ArtifactError(ListrecError):
    """A trained artifact, snapshot or release is missing, damaged or of another version."""

    exit_code = 4


class RefusedError(ListrecError):
    """What is served may not be changed, and stays as it is."""

    exit_code = 3


class GateError(RefusedError):
    """A trained model does not pass the thresholds of its gate."""


class HeldError(RefusedError):
    """Promotions are held."""


class ExperimentError(ListrecError):
    """The results of an experiment are void, or one of its variants does harm."""

    exit_code = 3


class UnavailableError(ListrecError):
    """A server, a store or a release does not answer."""

    exit_code = 5


class OverloadError(UnavailableError):
    """A server has more to do than it can answer in time.

    ``retry_after`` is the time in seconds after which asking again may help.
    """

    def __init__(self, message: str, retry_after: float) -> None:
        """Say what there is to do, and for how long."""
        super().__init__(message)
        self.retry_after = retry_after
