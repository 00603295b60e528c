"""An anonymous psychological-support hotline."""
