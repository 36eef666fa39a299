package im.kith.server.http;

import java.nio.channels.FileChannel;

/// A part of a file as a response's body. Whoever is given it closes the channel, also when nothing could be sent. The
/// file must not become shorter meanwhile.
public record FileBody(FileChannel channel, long from, long bytes) {}
