"""What a campaign is and where it runs."""
