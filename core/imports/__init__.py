"""Reading of the tables that offices keep (xlsx, xls, ods); what the columns mean is told by the app that reads.

Pure: no models, no database, no network. A workbook is opened behind guards (`workbook`), header rows are found and
matched with field codes by a `Vocabulary` (`headings`), dates and text are normalised (`dates`, `text`), lines of sums,
signatures and titles are told from rows (`layout`). Staging, preview and confirmation belong to the app.
"""
