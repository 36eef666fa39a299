package im.kith.server.account;

import org.jspecify.annotations.Nullable;

/// The state of the presence subscriptions between an account and one contact: the nine states of RFC 6121 Appendix
/// A.1, and what becomes of them (A.2, A.3). Pure; [Subscriptions] does what a [Step] says.
///
/// A state is four facts: whether the account is subscribed *to* the contact, whether the contact is subscribed and
/// gets presence *from* the account, and whether a request is pending *out* (ours) or *in* (theirs). One cannot ask
/// for what one has, so there are nine states and not sixteen.
enum SubscriptionState {
    NONE(false, false, false, false),
    NONE_PENDING_OUT(false, false, true, false),
    NONE_PENDING_IN(false, false, false, true),
    NONE_PENDING_OUT_IN(false, false, true, true),
    TO(true, false, false, false),
    TO_PENDING_IN(true, false, false, true),
    FROM(false, true, false, false),
    FROM_PENDING_OUT(false, true, true, false),
    BOTH(true, true, false, false);

    /// The four types of presence stanzas that ask for, grant, give up and take back a subscription.
    enum Act {
        SUBSCRIBE,
        SUBSCRIBED,
        UNSUBSCRIBE,
        UNSUBSCRIBED;

        /// The presence `type` on the wire.
        final String type = name().toLowerCase(java.util.Locale.ROOT);

        /// The act of this presence type, or null when it is none.
        static @Nullable Act of(String type) {
            return switch (type) {
                case "subscribe" -> SUBSCRIBE;
                case "subscribed" -> SUBSCRIBED;
                case "unsubscribe" -> UNSUBSCRIBE;
                case "unsubscribed" -> UNSUBSCRIBED;
                default -> null;
            };
        }
    }

    /// What a stanza does: the state after it, whether the stanza goes on its way (is routed to the contact when
    /// outbound, delivered to the devices when inbound), and what else is to be done.
    record Step(SubscriptionState next, boolean passes, Also also) {}

    enum Also {
        NOTHING,
        /// Remember that a request of the contact is approved before it came (RFC 6121 §3.4).
        APPROVE_AHEAD,
        /// Forget such an approval.
        REVOKE_APPROVAL,
        /// Answer the contact with `subscribed` in the account's name.
        ANSWER_SUBSCRIBED
    }

    private static final SubscriptionState[] ALL = values();

    private final boolean to;
    private final boolean from;
    private final boolean out;
    private final boolean in;

    SubscriptionState(boolean to, boolean from, boolean out, boolean in) {
        this.to = to;
        this.from = from;
        this.out = out;
        this.in = in;
    }

    /// The account gets the contact's presence.
    boolean to() {
        return to;
    }

    /// The contact gets the account's presence.
    boolean from() {
        return from;
    }

    /// The account has asked the contact, who has not answered.
    boolean pendingOut() {
        return out;
    }

    /// The contact has asked the account, which has not answered.
    boolean pendingIn() {
        return in;
    }

    /// The state of these facts; a request for what is granted already is not pending.
    static SubscriptionState of(boolean to, boolean from, boolean out, boolean in) {
        for (var state : ALL) {
            if (state.to == to && state.from == from && state.out == (out && !to) && state.in == (in && !from)) {
                return state;
            }
        }
        throw new AssertionError("the nine states cover all facts");
    }

    /// The roster item's `subscription` attribute (RFC 6121 §2.1.2.5).
    String label() {
        return to ? from ? "both" : "to" : from ? "from" : "none";
    }

    /// A stanza from the account to the contact (A.2).
    Step outbound(Act act) {
        return switch (act) {
            case SUBSCRIBE -> on(of(to, from, true, in));
            case UNSUBSCRIBE -> on(of(false, from, false, in));
            case SUBSCRIBED -> in ? on(of(to, true, out, false)) : stay(from ? Also.NOTHING : Also.APPROVE_AHEAD);
            case UNSUBSCRIBED ->
                from || in
                        ? new Step(of(to, false, out, false), true, Also.REVOKE_APPROVAL)
                        : stay(Also.REVOKE_APPROVAL);
        };
    }

    /// A stanza from the contact to the account (A.3); `approved` if the account has approved its request ahead.
    Step inbound(Act act, boolean approved) {
        return switch (act) {
            case SUBSCRIBE -> {
                if (from) yield stay(Also.ANSWER_SUBSCRIBED);
                if (approved) yield new Step(of(to, true, out, false), false, Also.ANSWER_SUBSCRIBED);
                yield in ? stay(Also.NOTHING) : on(of(to, false, out, true));
            }
            case UNSUBSCRIBE -> from || in ? on(of(to, false, out, false)) : stay(Also.NOTHING);
            case SUBSCRIBED -> out ? on(of(true, from, false, in)) : stay(Also.NOTHING);
            case UNSUBSCRIBED -> to || out ? on(of(false, from, false, in)) : stay(Also.NOTHING);
        };
    }

    private static Step on(SubscriptionState next) {
        return new Step(next, true, Also.NOTHING);
    }

    private Step stay(Also also) {
        return new Step(this, false, also);
    }
}
