"""Why a membrane has its potential: the balance of its carriers, its closed forms, who pulls where, why it moved."""
