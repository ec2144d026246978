"""Sources of layers: what files they are, and readers that give `Rows`, whatever these come from.

    read      every row of a source
    files     the files that decide it
    kinds     the rows of one kind of geometry
    archive   the dataset to read in a folder or a ZIP
    series    a dataset in several files
    formats   the table of formats: a new one is a reader and a row
    vector | tables   the readers: geodata; text tables and workbooks
    zip_file  a ZIP that is whole, of datasets or of a workbook's parts
    encoding  of text: declared, found, or garbled

Rests on `layers.revision` and what lies below it. Readers run in the child process.
"""
