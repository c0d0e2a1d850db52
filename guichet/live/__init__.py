"""Server-sent events: what changed, told to every open browser that may know it. The only async room."""
