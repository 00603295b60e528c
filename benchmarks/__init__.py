"""What speed is promised, each figure beside its limit, measured in the same run (`make bench`).

Figures are the server's own CPU time, read from the kernel: on a shared machine it is steadier than any
clock. The load comes from a process of its own. Nothing here is a test: a figure past its limit is
marked in the table and changes no exit status.

On 2026-11-23, SQLite, 1 000 tickets, two cores with nothing else on them (figure, limit, ratio):

    memory, idle                          99.5 MiB   100     0.99    promised <= 1
    home, beside a bare page            2 728 /s   3 726     0.73             >= 0.5
    help-now, beside a bare page        2 843 /s   3 840     0.74             >= 0.5
    queue page                            4.7 ms     1.8     2.57             <= 3
    ticket page of 20 messages           12.0 ms     4.6     2.61             <= 5
    note                                  5.8 ms     4       1.46             <= 1     not reached
    intake, without its argon2id         10.6 ms     2.8     3.74             <= 4
    return, without its argon2id          4.7 ms     2.5     1.90             <= 4
    intakes beside argon2id alone        53.7 /s    56.8     0.95             >= 0.75
    returns beside argon2id alone        55.2 /s    56.8     0.97             >= 0.75
    delivery p95, 500 streams            19.9 ms   200       0.10             <= 1
    memory, 500 streams                 147.8 MiB  150       0.99             <= 1
    errors while 16 callers send          0 of 1 040                          0
    queue p95 while 16 callers send      18.6 ms     7.4     2.51             <= 4
    home p95, 50 sign-ins a second        3.7 ms     1.2     3.18             <= 2     not reached
    start-up                              1.0 s      0.6     1.78             <= 5

With 1 000 000 tickets on SQLite (11 GB, written in five minutes), beside the same at 1 000: queue page 1.21,
ticket page 0.89, intake 1.02, return 0.93 (each promised <= 1.3), statistics 1.34 (3.3 ms, not reached). The
board counts every ticket that is open, and most copies are: 0.9 s.

What dominates, by the processor time of each step in one request after the other: on the queue page a third
is finding out who is signed in, with their keys derived from the session's root, and a quarter drawing; on
the ticket page a quarter is drawing, a seventh opening the conversation, an eighth who is signed in, a ninth
the trail, a twentieth committing the lines about the reads. Of a note nearly a third is who is signed in, a
fifth writing it; of an intake a third is keeping it (two seals, the keys, 21 statements), a sixth looking
whether it was sent before, a tenth the page with the code; the rest is FastAPI, threads and the commit.
"""
