"""Pictures and spreadsheets."""
