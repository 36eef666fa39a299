package im.kith.server.account;

import im.kith.xmpp.Element;
import im.kith.xmpp.StreamError;
import org.jspecify.annotations.Nullable;

/// XEP-0198 and XEP-0352 as a bound device speaks them: `enable`, `r`, `a`, `active`, `inactive`.
///
/// What we acknowledge is on disk: an `<a/>` leaves like everything else once the turn that answered is kept, and the
/// turns before it. The count itself is recorded as well, so that it never goes back, not even over a crash.
final class StreamManagement {

    static final String NAMESPACE = "urn:xmpp:sm:3";
    static final String CSI = "urn:xmpp:csi:0";

    private static final StreamError TWICE =
            StreamError.of(StreamError.Condition.POLICY_VIOLATION, "Stream management is turned on once per stream.");

    private StreamManagement() {}

    static void handle(Device device, Element element) {
        if (element.namespace().equals(CSI)) {
            device.active(element.name().equals("active"));
            return;
        }
        if (!element.namespace().equals(NAMESPACE)) return;
        switch (element.name()) {
            case "enable" -> {
                // §3: once is all that there is.
                if (device.acks != null) device.account.devices.drop(device, TWICE);
                else device.write(enable(device, resumable(element)));
            }
            case "r" -> answer(device);
            case "a" -> acknowledge(device, element.attribute("h"));
            default -> device.write(failed("unexpected-request"));
        }
    }

    private static boolean resumable(Element enable) {
        var resume = enable.attribute("resume", "false");
        return resume.equals("true") || resume.equals("1");
    }

    /// Turns stream management on; answers `<enabled/>` or `<failed/>`.
    static Element enable(Device device, boolean resumable) {
        var account = device.account;
        if (device.acks != null) return failed("unexpected-request");
        var streamId = account.site.secrets.get();
        device.acks = new Acks(streamId, newTag(account.site));
        if (!resumable) return Element.empty(NAMESPACE, "enabled");
        if (device.key.isEmpty()) device.key = "s:" + streamId;
        account.devices.persist(device);
        return Element.build(NAMESPACE, "enabled")
                .attribute("id", streamId)
                .attribute("resume", "true")
                .attribute("max", Long.toString(account.site.settings.resumeWindowMillis() / 1000))
                .build();
    }

    private static void answer(Device device) {
        var stream = device.acks;
        if (stream == null) {
            device.write(failed("unexpected-request"));
            return;
        }
        if (stream.inbound != stream.recordedInbound) device.account.devices.persist(device);
        device.write(handled(stream));
    }

    /// The `<a/>` for now.
    static Element handled(Acks stream) {
        return Element.build(NAMESPACE, "a")
                .attribute("h", Long.toString(stream.inbound & 0xffffffffL))
                .build();
    }

    private static void acknowledge(Device device, @Nullable String text) {
        var stream = device.acks;
        if (stream == null) return;
        long h;
        try {
            h = Long.parseLong(text == null ? "" : text);
        } catch (NumberFormatException none) {
            device.account.devices.drop(
                    device, StreamError.of(StreamError.Condition.BAD_FORMAT, "an <a/> needs a number h"));
            return;
        }
        long sent = stream.outbound();
        if (!device.acknowledged(h)) device.account.devices.drop(device, tooHigh(h, sent));
    }

    /// XEP-0198 §4: the client acknowledges more than it was sent.
    static StreamError tooHigh(long h, long sent) {
        return new StreamError(
                StreamError.Condition.UNDEFINED_CONDITION,
                "You acknowledged more stanzas than you were sent.",
                Element.build(NAMESPACE, "handled-count-too-high")
                        .attribute("h", Long.toString(h))
                        .attribute("send-count", Long.toString(sent & 0xffffffffL))
                        .build());
    }

    private static Element failed(String condition) {
        return Element.build(NAMESPACE, "failed")
                .child(Element.empty("urn:ietf:params:xml:ns:xmpp-stanzas", condition))
                .build();
    }

    /// Not 0, and different from any tag of the stream before with overwhelming probability.
    static int newTag(Site site) {
        int tag = site.secrets.get().hashCode();
        return tag == 0 ? 1 : tag;
    }
}
