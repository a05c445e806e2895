"""How much each number of a file matters: exact derivatives of rest and of what runs measure, and samples of many."""
