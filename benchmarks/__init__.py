"""What speed is promised, each figure beside its limit, measured in the same run (`make bench`).

Figures are the server's own CPU time, read from the kernel: on a shared machine it is steadier than any
clock. The load comes from a process of its own. Nothing here is a test: a figure past its limit is
marked in the table and changes no exit status.

On 2026-11-23, SQLite, 1 000 tickets, two cores with nothing else on them (figure, limit, ratio):

    memory, idle                          99.6 MiB   100     1.00    promised <= 1
    home, beside a bare page            2 619 /s   3 588     0.73             >= 0.5
    help-now, beside a bare page        2 636 /s   3 223     0.82             >= 0.5
    queue page                            4.8 ms     1.6     2.99             <= 3
    ticket page of 20 messages           13.7 ms     5.6     2.46             <= 5
    note                                  7.9 ms     4       1.98             <= 1     not reached
    intake, without its argon2id         14.0 ms     2.3     6.21             <= 4     not reached
    return, without its argon2id          8.2 ms     2.4     3.45             <= 4
    intakes beside argon2id alone        45.9 /s    56.7     0.81             >= 0.75
    returns beside argon2id alone        53.8 /s    56.7     0.95             >= 0.75
    delivery p95, 500 streams            16.3 ms   200       0.08             <= 1
    memory, 500 streams                 156.0 MiB  150       1.04             <= 1     not reached
    errors while 16 callers send          0 of 1 052                          0
    queue p95 while 16 callers send      28.5 ms    10.5     2.71             <= 4
    home p95, 50 sign-ins a second        6.2 ms     1.7     3.68             <= 2     not reached
    start-up                              1.1 s      0.6     1.77             <= 5

What dominates, by the processor time of each step in one request after the other: on the queue page a third
is finding out who is signed in, with their keys derived from the session's root, and a quarter drawing; on
the ticket page a quarter is drawing, a seventh opening the conversation, an eighth who is signed in, a ninth
the trail, a twentieth committing the lines about the reads. An intake runs 31 statements, half of them
inserts of one row each; sealing to the team and the escrow is 2 % of it.
"""
