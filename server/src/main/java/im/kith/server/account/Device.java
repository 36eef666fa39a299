package im.kith.server.account;

/// One device of an account: a cursor in the account's log, and the connection it has now, if any.
final class Device {}
