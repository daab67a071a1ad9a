"""Lists that were handed in as a file: read line by line, judged, shown, confirmed, written in the background.

What every such list has in common stands here; what a line means, whom it may be and what is made of it belongs to the
app that owns the list. Reading the file itself is `core.imports`.
"""
