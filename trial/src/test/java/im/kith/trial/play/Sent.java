package im.kith.trial.play;

/// A stanza that a device has sent, and what became of it.
public record Sent(Device by, String id) {

    /// The server has acknowledged it (XEP-0198): it is on disk.
    public Sent isAcked() {
        return by.isAcked(this);
    }

    /// It came back as an error with this condition (RFC 6120 §8.3.3).
    public Sent isRefused(String condition) {
        var error = by.errorFor(id);
        if (error == null || error.find(condition) == null) {
            throw new AssertionError(id + " should have been refused with " + condition + ", got " + error);
        }
        return this;
    }
}
