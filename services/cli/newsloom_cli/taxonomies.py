"""Which themes are meant: those of a folder that is given, else those of NEWSLOOM_THEMES_DIR, else the packaged ones."""

from typing import TYPE_CHECKING

from newsloom_common.settings import load

from newsloom_cli.errors import WrongInputError

if TYPE_CHECKING:
    from newsloom_tagger.taxonomy import Taxonomy


def folder(given: str | None) -> str:
    """Return the folder; "" for the packaged themes."""
    from newsloom_tagger.taxonomy import ThemesSettings

    return given or load(ThemesSettings).themes_dir


def chosen(given: str) -> "Taxonomy":
    """Return the taxonomy of a folder. Raises WrongInputError with the file and the reason where it cannot be used."""
    from newsloom_tagger import taxonomy

    try:
        return taxonomy.chosen(given)
    except taxonomy.TaxonomyError as error:
        raise WrongInputError(str(error)) from error
