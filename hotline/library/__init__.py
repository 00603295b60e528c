"""What can be handed out to read or to call: help numbers now, self-help articles later."""
