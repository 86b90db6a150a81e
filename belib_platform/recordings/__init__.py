"""Import recordings: responses of the sources that somebody else recorded, in files of many kinds.

`files` lists a folder and its zip archives. `finding` determines what each file is and when it was fetched, and reads
it: one response (`response_files`), documents of a database (`mongoexport_files`), or many snapshots of the set
(`snapshot_files`). `importing` judges each recording (`judging`) and stores it in raw; `pages` joins pages. `inbox`
imports what is dropped into a folder.
"""
