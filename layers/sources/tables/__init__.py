"""Tables: CSV and its kin, worksheets; their header, cells and columns of coordinates."""

import os

# Where lxml is installed, openpyxl parses with it, and then entities are not refused.
os.environ["OPENPYXL_LXML"] = "False"
