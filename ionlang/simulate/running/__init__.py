"""A scenario run: its plan, its phases, what comes true on the way, the integration."""
