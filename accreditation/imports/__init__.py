"""Reading of registers of facilities that departments keep (xlsx, xls, ods), on the ground of `core.imports`.

Pure: no models, no database. `headings` says how such registers are headed, `cells` what a cell means, `rows` gives one
facility after the other with what is wrong or doubtful in it. May import: `core.imports` and words of `casework`.
"""
