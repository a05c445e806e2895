"""Small tests of a membrane from where a scenario begins: how it answers a current, and what makes it fire."""
