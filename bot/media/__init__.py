"""Pictures, spreadsheets and charts, read and made in confined children.

Others use: charts, fetch, photo_share, sheets, workbook.
"""
