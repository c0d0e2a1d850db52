"""The settings pages of rules: their list, the editor, what they would do (the laboratory), what they did and were."""
