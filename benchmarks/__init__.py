"""What speed is promised, each figure beside its limit, measured in the same run (`make bench`).

Figures are the server's own CPU time, read from the kernel: on a shared machine it is steadier than any
clock. The load comes from a process of its own. Nothing here is a test: a figure past its limit is
marked in the table and changes no exit status.

On 2026-11-28, 1 000 tickets, two shared cores on which a bare page costs 0.75 to 0.9 ms (ratio to the limit):

                                          SQLite     PostgreSQL   promised
    memory, idle                           92 MiB       100 MiB   <= 100
    home, beside a bare page               0.75         0.82      >= 0.5
    help-now, beside a bare page           0.83         0.75      >= 0.5
    queue page, beside the same rows       1.98         1.79      <= 3
    ticket page of 20 messages             1.72         1.63      <= 5
    note, in bare pages                    8.35        11.44      <= 8.89, with PostgreSQL not reached
    intake, without its argon2id           3.20         3.36      <= 4
    return, without its argon2id           0.98         1.46      <= 4
    intakes beside argon2id alone          1.16         0.98      >= 0.75
    returns beside argon2id alone          1.28         1.07      >= 0.75
    delivery p95, 500 streams             17 ms        27 ms      <= 200
    memory, 500 streams                  139 MiB      149 MiB     <= 150
    errors while 16 callers send           0            0         0
    queue p95 while 16 callers send        1.87         2.07      <= 4
    home p95, 50 sign-ins a second         1.04         1.34      <= 2
    start-up, beside a bare application    1.36         1.24      <= 5

A note was promised to take 4 ms where a bare page takes 0.45; here it takes as many times what one takes.

With 1 000 000 tickets on SQLite (11 GB, no figures of its tables: nobody makes it look at them), beside the
same at 1 000: queue page 0.95, ticket page 1.03, intake 1.02, return 1.07 (each promised <= 1.3), statistics
1.34, not reached, while much else ran (1.06 at 100 000). The board counts what is open: with 8 000 open
tickets of 100 000 it costs 2.2 times what it costs with 80.

What dominates, by samples (py-spy) of a note on SQLite: a third writing it, of which a fourth is the commit;
a fifth who is signed in; four tenths FastAPI, the form and the threads. On PostgreSQL most of it is a dozen
round trips. On the queue page a third is who is signed in and a quarter drawing; on the ticket page a
quarter is drawing, a seventh opening the conversation; of an intake a third is keeping it (two seals, the
keys, 21 statements), a sixth looking whether it was sent before, a tenth the page with the code.
"""
