"""Texts and macros: their settings pages, and what the reply box asks of them."""
