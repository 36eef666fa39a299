package im.kith.server.account;

/// What an operator may set of the heart; times in milliseconds.
///
/// @param domain the served domain, prepared
/// @param inboxKeepMillis how long entries stay once taken by every device; 0: not at all
/// @param inboxLimit how many entries that no device has taken an inbox holds before senders get an error
/// @param resumeWindowMillis how long a device whose connection broke still counts as present
/// @param deviceKeepMillis after how long without a sign of life a device's cursor is forgotten
/// @param silenceMillis after how long without an answer to our question a connection counts as dead
/// @param partitions how many partitions the cluster has; fixed while any node runs
public record Settings(
        String domain,
        long inboxKeepMillis,
        int inboxLimit,
        long resumeWindowMillis,
        long deviceKeepMillis,
        long silenceMillis,
        int partitions) {

    private static final long DAY_MILLIS = 24L * 60 * 60 * 1000;

    public static Settings defaults(String domain) {
        return new Settings(domain, 90 * DAY_MILLIS, 100_000, 10 * 60 * 1000L, 180 * DAY_MILLIS, 60_000, 64);
    }
}
