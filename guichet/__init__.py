"""Guichet: a self-hosted help desk."""
