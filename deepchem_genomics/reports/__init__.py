"""One HTML page: sections of text, facts, figures and tables, the same look for every report.

``blocks`` has the parts of a page, ``figures`` turns matplotlib's figures into images, ``page`` puts all of it through
the one template. A page is a single file: no scripts, no fonts and no images from elsewhere. Everything that is not in
the templates is escaped by Jinja.
"""
