"""What people ask about their own data: seen by what is due first, answered, done, reminded of.

Others use: entering, reminding, requests.
"""
