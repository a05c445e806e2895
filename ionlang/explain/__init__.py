"""Why a quantity has its value: its equation, the same in numbers, and the cause in words.

The noun is `explanation.py`. `laws/` says what each quantity is made of, in the file's order; `balance.py` is the
potential of a membrane as a balance of its carriers; `explain.py` puts a part together, `render/` shows it.
"""
