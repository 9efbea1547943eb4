"""What can go wrong in a reconstruction; every error is a ColmapError."""


class ColmapError(Exception):
    """A reconstruction did not succeed; the base of the others."""


class InputError(ColmapError):
    """The images or the settings cannot be used."""


class MappingError(ColmapError):
    """The images could not be brought into one model."""


class DiskFullError(ColmapError):
    """No space is left where the result goes. An earlier result is untouched."""


class Cancelled(ColmapError):
    """Somebody cancelled."""
