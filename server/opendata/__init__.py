"""The layers as catalogues of open data list them: for portals, search engines and GIS programs.

Pure functions of the datasets in `dataset`; nothing here is typed a second time, and sample data is
in none of them.
"""
