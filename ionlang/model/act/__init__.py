"""What happens in a scenario, and what several actions come to."""
