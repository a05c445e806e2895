"""What moves where, what cannot change, and which quantities have a rate."""
