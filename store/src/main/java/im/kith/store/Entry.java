package im.kith.store;

/// One entry of an owner's inbox.
///
/// `seq` rises within the owner; `timeMillis` (since 1970) does not fall. The store interprets none of the rest:
/// `flags` (16 bits) and `peer` (whom the entry is about; "" for none) can be selected by; `key` is a hash by which the
/// owner recognises a repeated append (0 = none); `head` is small and the owner's own; `body` is large and may be
/// shared
/// with entries of other owners.
public record Entry(long seq, long timeMillis, int flags, String peer, long key, byte[] head, Body body) {}
