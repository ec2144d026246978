"""Tables: CSV and its kin, worksheets; their header, cells and columns of coordinates."""
