"""Describe faults of the network for users: which part failed, as a phrase that follows the name of the host."""

import errno
import socket
import ssl
from collections.abc import Iterator

import httpx

NO_ROUTE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN}


def is_before_asking(error: httpx.RequestError) -> bool:
    """Whether there was no connection, so that the path of the URL does not matter."""
    return isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)


def describe(error: httpx.RequestError) -> str:
    """The fault: name not found, no route, refused, no answer in time, TLS, or the message of the error."""
    if isinstance(error, httpx.ConnectTimeout):
        return f"cannot be reached: no answer to the attempt to connect in time ({type(error).__name__})"
    if isinstance(error, httpx.TimeoutException):
        return f"did not answer in time ({type(error).__name__})"
    known = (phrase for cause in _causes(error) if (phrase := _phrase(cause)))
    return next(known, f"could not be asked ({type(error).__name__}: {error})")


def _phrase(cause: BaseException) -> str | None:
    match cause:
        case socket.gaierror():
            return f"cannot be reached: its address cannot be found (DNS: {cause.strerror})"
        case ConnectionRefusedError():
            return "cannot be reached: it refuses the connection"
        case ssl.SSLCertVerificationError():
            return f"cannot be trusted: its certificate is not valid (TLS: {cause.verify_message})"
        case ssl.SSLError():
            return f"cannot be asked: no secure connection came about (TLS: {cause.reason})"
        case OSError() if cause.errno in NO_ROUTE:
            return f"cannot be reached: there is no route to it ({cause.strerror})"
        case _:
            return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The causes of an error, the nearest first, also for each of several addresses tried."""
    while error is not None:
        yield error
        for one in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
            yield from _causes(one)
        error = error.__cause__ or error.__context__
