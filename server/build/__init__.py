"""The whole map as files, for any static server or object storage: `bosai build`.

It asks the service, in this process, for every address of the map, and writes what comes.
"""
