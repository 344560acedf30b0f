"""Global nearest neighbour: the cheapest assignment of plots to tracks."""

import math

import numpy as np

from skyreach.jit import kernel


@kernel
def assign(cost, left_out, taken):
    """Least total cost one-to-one assignment of rows to columns; a row left out costs `left_out`.

    cost (rows, columns), any unit; pairs above left_out are not allowed; taken (rows,), written: column or -1.
    Shortest augmenting paths with potentials: Jonker and Volgenant, Computing 38 (1987) 325; each row owns a private
    column of cost `left_out`. Validated: tests/engine/test_associate.py against scipy.optimize.linear_sum_assignment.
    """
    n_rows, n_real = cost.shape
    if n_rows == 1:  # the common case needs no search
        best, taken[0] = left_out, -1
        for j in range(n_real):
            if cost[0, j] < best:
                best, taken[0] = cost[0, j], j
        return
    n_cols = n_real + n_rows
    u, v = np.zeros(n_rows), np.zeros(n_cols)
    owner = np.full(n_cols, -1)  # row of each column
    shortest, previous, done = np.empty(n_cols), np.empty(n_cols, np.int64), np.empty(n_cols, np.bool_)
    for start in range(n_rows):
        shortest[:], previous[:], done[:] = math.inf, -1, False
        row, sink, low = start, -1, 0.0
        while sink < 0:
            for j in range(n_cols):  # relax the columns that this row may take
                if done[j] or (j >= n_real and j - n_real != row):
                    continue
                c = cost[row, j] if j < n_real else left_out
                if c <= left_out and low + c - u[row] - v[j] < shortest[j]:
                    shortest[j], previous[j] = low + c - u[row] - v[j], row
            pick = -1
            for j in range(n_cols):
                if not done[j] and (pick < 0 or shortest[j] < shortest[pick]):
                    pick = j
            low, done[pick] = shortest[pick], True
            if owner[pick] < 0:
                sink = pick
            else:
                row = owner[pick]
        for j in range(n_cols):  # potentials keep all reduced costs >= 0
            if done[j] and owner[j] >= 0:
                u[owner[j]] += low - shortest[j]
                v[j] -= low - shortest[j]
        u[start] += low
        j = sink
        while True:  # flip the path
            row = previous[j]
            swap = -1
            for k in range(n_cols):
                if owner[k] == row:
                    swap = k
            owner[j] = row
            if row == start:
                break
            j = swap
            owner[j] = -1
    taken[:] = -1
    for j in range(n_real):
        if owner[j] >= 0:
            taken[owner[j]] = j
