"""Reading of the lists of persons that communes keep (xlsx, xls, ods).

Pure: no models, no database, no network. A workbook is opened behind guards (`workbook`), its header rows are found
and matched with field codes (`headings`), cells are normalised (`cells`), and rows come out one by one with what is
wrong or doubtful in them (`rows`). Staging, preview and confirmation belong to whoever calls this package.
May import: Django's translation and time zone, nothing of the other apps.
"""
