"""Ground: pieces that know no help desk word and would make sense in any project."""
