"""The desk as an installed app: manifest, service worker, and the page that stands there without a connection."""
