"""Which themes the command line knows: those of NEWSLOOM_THEMES_DIR, as the taggers do, else the packaged ones."""

from typing import TYPE_CHECKING

from newsloom_common.settings import Settings, load

from newsloom_cli.errors import WrongInputError

if TYPE_CHECKING:
    from newsloom_tagger.taxonomy import Taxonomy


class ThemesSettings(Settings, frozen=True, kw_only=True):
    """``themes_dir``: a folder with other theme files than the packaged ones."""

    themes_dir: str = ""


def folder(given: str | None = None) -> str:
    """Return the folder of the themes: the one given, else the setting's; "" for the packaged ones."""
    return given or load(ThemesSettings).themes_dir


def chosen(given: str | None = None) -> "Taxonomy":
    """Return the taxonomy. Raises WrongInputError with the file and the reason where it cannot be used."""
    from newsloom_tagger import taxonomy

    try:
        return taxonomy.chosen(folder(given))
    except taxonomy.TaxonomyError as error:
        raise WrongInputError(str(error)) from error
