"""The service: layers over HTTP, pages, prints, the form, the command line.

From top to bottom; each rests only on those below it, which `make lint` holds:

    cli           the command line
    console run   what it prints, in both languages; the server process
    app           the app put together
    renderer      the program of the process that renders the map pages, beside `app`
    routes ogc    HTTP: addresses to answers, one file a noun; `problems` answers errors; OGC APIs
    printing      the map as a picture, a sheet, a PDF
    edition       what is rendered once each time something is published
    viewer pages  the map with its scripts; every other page
    mail openid   mails that are sent; signing in with the city's own accounts
    desk http     what happens to requests and alerts, without HTTP; HTTP without pages
    hosts         what is published, shared by the hosts of a service; beside `desk`
    texts database settings   words in every language; the database; `BOSAI_*`
    typesetter photo_reader   programs of processes that set type and decode photos: they import
                  none of these

`layers` lies below all of it and knows nothing of it. README.md beside this file has the picture.
"""
