"""What stands between a written reply and its customer: the guard, and a second pair of eyes."""
