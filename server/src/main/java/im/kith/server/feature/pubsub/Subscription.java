package im.kith.server.feature.pubsub;

import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;

import im.kith.xmpp.DataForm;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Timestamp;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// That an address is to be told of a node's events (XEP-0060 §4.2). Immutable.
///
/// @param delivers whether it wants to be told at all (`pubsub#deliver`)
/// @param untilMillis when the lease ends (`pubsub#expire`), 0 if never
record Subscription(Jid jid, String subid, State state, boolean delivers, long untilMillis) {

    enum State {
        NONE,
        PENDING,
        UNCONFIGURED,
        SUBSCRIBED;

        private final String label = name().toLowerCase(Locale.ROOT);

        String label() {
            return label;
        }

        static @Nullable State of(@Nullable String label) {
            for (var state : values()) if (state.label.equals(label)) return state;
            return null;
        }
    }

    boolean isActive() {
        return state == State.SUBSCRIBED;
    }

    Subscription in(State other) {
        return new Subscription(jid, subid, other, delivers, untilMillis);
    }

    /// With the options of the form; `bad-request` and `invalid-options` when one can't be had.
    Subscription with(DataForm options) {
        boolean deliver = delivers;
        long until = untilMillis;
        for (var field : options.fields()) {
            var name = field.name();
            if (name == null) continue;
            switch (name) {
                case "pubsub#deliver" -> deliver = truth(options, name);
                case "pubsub#expire" -> until = moment(field.value());
                // What is not offered may be declined.
                case "pubsub#digest", "pubsub#include_body" -> {
                    if (truth(options, name)) throw invalid(name + " is not offered.");
                }
                default -> {
                    if (name.equals("pubsub#subscription_type") && !"items".equals(field.value())) {
                        throw invalid("Subscriptions are to items.");
                    }
                    if (name.equals("pubsub#subscription_depth") && !"all".equals(field.value())) {
                        throw invalid("Subscriptions to a collection are to all that is below it.");
                    }
                }
            }
        }
        return new Subscription(jid, subid, state, deliver, until);
    }

    private static boolean truth(DataForm form, String name) {
        var truth = form.isTrue(name);
        if (truth == null) throw invalid(name + " is true or false.");
        return truth;
    }

    private static long moment(@Nullable String text) {
        if (text == null || text.isEmpty()) return 0;
        if (text.equals("presence")) throw invalid("Subscriptions do not end with somebody's presence here.");
        Instant moment = Timestamp.parse(text);
        if (moment == null) throw invalid("pubsub#expire is a point in time.");
        return moment.toEpochMilli();
    }

    private static Refusal invalid(String text) {
        return Refusal.of(BAD_REQUEST, "invalid-options", text);
    }

    /// The options, to be filled in or as a result.
    DataForm options(DataForm.Type type) {
        var form = DataForm.build(type, Names.SUBSCRIBE_OPTIONS);
        var until = untilMillis == 0 ? "" : Timestamp.of(untilMillis);
        return form.field(new DataForm.Field(
                        "pubsub#deliver",
                        "boolean",
                        "Whether to be notified",
                        false,
                        java.util.List.of(delivers ? "1" : "0"),
                        java.util.List.of()))
                .field(new DataForm.Field(
                        "pubsub#expire",
                        "text-single",
                        "Until when",
                        false,
                        until.isEmpty() ? java.util.List.of() : java.util.List.of(until),
                        java.util.List.of()))
                .build();
    }

    /// `<subscription/>` in one of XEP-0060's namespaces; `node` null where it is said around it.
    Element toElement(String namespace, @Nullable String node) {
        return Element.build(namespace, "subscription")
                .attribute("node", node)
                .attribute("jid", jid.toString())
                .attribute("subid", subid)
                .attribute("subscription", state.label())
                .build();
    }
}
