"""Reading of the lists of persons that communes keep (xlsx, xls, ods), on the ground of `core.imports`.

Pure: no models, no database, no network. Headings are matched with field codes (`headings`), cells are normalised
(`cells`), and rows come out one by one with what is wrong or doubtful in them (`rows`). Staging, preview and
confirmation belong to whoever calls this package. May import: `core.imports`, Django's translation and time zone.
"""
