"""What stands before the node's pages: requests are whole before a thread is given to them.

`application` speaks ASGI with the server and WSGI with Django; `bodies` takes bodies in with a
deadline, `lanes` keeps threads apart, `answers` sends what was made; behind them
`sessionless` answers partners without what pages need. ADR 0084, 0090.
"""
