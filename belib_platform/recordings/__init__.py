"""Imports recordings: responses of the sources that somebody else kept, in files of many kinds.

`files` lists what is in a folder and its zip archives. `finding` tells what each file is and when it was fetched, and
has it read: one response (`response_files`), documents of a database (`mongoexport_files`), or many snapshots of the
set (`snapshot_files`). `importing` has each recording judged (`judging`) and keeps it in raw; `pages` joins those that
are pages. `inbox` does all this with what is dropped into a folder.
"""
