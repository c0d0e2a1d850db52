"""The rich box and what helps to fill it: markup and pictures, drafts kept by the desk, texts that were written before.

Sending is not done here (`desk.compose`), and what a ticket allows is for its actions to say.
"""
