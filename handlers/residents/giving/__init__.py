"""What residents do with pledges: make one, change it; what nobody vouches for yet awaits that.

Others use: awaiting, change, form, gift, pledge.
"""
