"""OGC APIs under /ogc: Features (parts 1 to 3), Tiles, Styles; for programs, and as pages.

`addresses` is the one table of what there is: `router` answers it, `openapi` describes it. Of an
answer `representation` says in which form, `documents`, `items`, `tilesets` and `styles` what it
holds, `pages` how a person sees it. All that is known of features comes from `layers.query`.
"""
