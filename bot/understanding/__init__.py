"""Understand a sentence that comes out of the blue: what somebody wants, and what she said of it. Pure; knows no campaign.

Others use: facts, judge, masking, model, sentence, teaching, whom.
"""
