"""The house whose every door is tried, and room by room who may come in (ROWS): an address without a row fails."""
