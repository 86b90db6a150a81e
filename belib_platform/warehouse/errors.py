"""Why the warehouse cannot be read or written, each a sentence for whoever operates it."""


class WarehouseError(Exception):
    """The warehouse cannot be used as it is; the message says why and what to do."""


class ContractChangedError(WarehouseError):
    """A living table was made by another version of its contract."""


class LockedError(WarehouseError):
    """Another session held what was needed for too long; nothing was written."""


class RightsError(WarehouseError):
    """The user may not make what is absent; the message has the statements to run."""
