"""Layers of a city's data: read, prepared, kept, cut into tiles, asked, drawn, handed on.

The packages from top to bottom; each rests only on those below it (`|`: side by side, and not on
each other), which `make lint` holds:

    worker | publish              the child's program | watches files, runs jobs, checks, opens
    draft                         a definition proposed from a data file
    pictures | exports            the map as a picture | a layer as a file
    query                         what is known of a place, lists, search
    catalog                       every layer that is served, by id
    store | prepare               the artefacts kept | from rows to the contents of a revision
    standards | fetch | process   columns of published standards | other hosts | the child process
    sources | tiles               readers, one for each format | a tile of a zoom
    revision                      the prepared artefact
    symbology | japanese          how a map looks | how Japanese is written
    schema                        what a definition may say
    report                        what a preparation found
    geometry                      tiles, parts, clipping, datums
    errors | files                errors raised | files that outlive a killed process, a power cut
    messages                      the words of errors and findings, in two languages

What serves (`catalog`, `query`, `pictures`, `exports`, `store`, `tiles`, `revision`) imports
nothing that reads or prepares. Nothing here knows HTTP, a page or a request form. README.md
beside this file has the picture, and the way of a tile and of a bad row.
"""
