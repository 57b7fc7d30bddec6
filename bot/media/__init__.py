"""Pictures, spreadsheets and charts, read and made in confined children; pages; voice messages, kept as they come.

Others use: charts, fetch, paper, photo_share, printer, readable, sheets, workbook.
"""
