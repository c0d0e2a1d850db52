"""Signing in and out, invitations, one's own profile, and the administration of people and teams."""
