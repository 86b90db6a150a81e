"""How fast the platform is beside other ways of doing the same, on a simulated Paris: `make bench`, `make bench-year`.

`docs/performance.md` says what each measurement proves. Servers and data are in a folder that disappears.
"""
