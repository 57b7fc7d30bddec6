"""Pictures, spreadsheets and charts, read and made in confined children."""
