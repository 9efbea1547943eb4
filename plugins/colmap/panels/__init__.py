"""The plugin's panels."""
