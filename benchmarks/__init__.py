"""What speed is promised, each figure beside its limit, measured in the same run (`make bench`).

Figures are the server's own CPU time, read from the kernel: on a shared machine it is steadier than any
clock. The load comes from a process of its own. Nothing here is a test: a figure past its limit is
marked in the table and changes no exit status.

On 2026-11-29, 1 000 tickets, two shared cores on which a bare page costs 0.5 to 0.9 ms (ratio to the limit):

                                          SQLite     PostgreSQL   promised
    memory, idle                           91 MiB        99 MiB   <= 100
    home, beside a bare page               0.84         0.81      >= 0.5
    help-now, beside a bare page           0.83         0.85      >= 0.5
    queue page, beside the same rows       1.71         1.73      <= 3
    ticket page of 20 messages             1.83         1.58      <= 5
    note, in bare pages                  7.1 - 7.9    8.2 - 9.7   <= 8.89, with PostgreSQL at its limit
    intake, without its argon2id         3.2 - 3.7    2.9 - 4.0   <= 4
    return, without its argon2id         1.3 - 1.6    0.9 - 2.1   <= 4
    intakes beside argon2id alone          0.98         0.87      >= 0.75
    returns beside argon2id alone          0.82         0.92      >= 0.75
    delivery p95, 500 streams             15 ms        22 ms      <= 200
    memory, 500 streams                118 - 137 MiB  126 - 147   <= 150, until two seconds after a hash 153
    errors while 16 callers send           0            0         0
    queue p95 while 16 callers send        1.72         1.92      <= 4
    home p95, 50 sign-ins a second      0.8 - 1.1    1.3 - 2.0    <= 2
    start-up, beside a bare application    1.40         1.52      <= 5

A note was promised to take 4 ms where a bare page takes 0.45; here it takes as many times what one takes.

With 1 000 000 tickets beside the same at 1 000 (each promised <= 1.3): on PostgreSQL, its own work counted,
queue page 1.04, ticket page 1.10, statistics 1.07, intake 1.06, return 0.93; on SQLite (11 GB, no figures of
its tables: nobody makes it look at them) queue page 0.99, statistics 1.03, ticket page 1.03, intake 1.02,
return 1.07. The board counts what is open: with 60 000 open tickets of a million it costs 5.9 times what it
costs with 80.

What dominates, by samples (py-spy) of a note: a third who is signed in and FastAPI, a half nine statements
and two transactions, of which SQLAlchemy takes more than the driver. On the queue page a third is who is
signed in and a quarter drawing; on the ticket page a quarter is drawing, a seventh opening the conversation;
of an intake a third is keeping it (two seals, the keys, 21 statements), a sixth looking whether it was sent
before, a tenth the page with the code.
"""
