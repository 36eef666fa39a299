package im.kith.server.feature.pubsub;

import im.kith.xmpp.Element;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;

/// A request that is not carried out, with the error that says why. Thrown within this package only, before anything
/// was written; whoever dispatches the request makes an answer of it. Has no stack trace.
final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient StanzaError error;

    private Refusal(StanzaError error) {
        super(error.condition().label(), null, false, false);
        this.error = error;
    }

    StanzaError error() {
        return error;
    }

    static Refusal of(StanzaError error) {
        return new Refusal(error);
    }

    static Refusal of(Condition condition, String text) {
        return new Refusal(StanzaError.of(condition, text));
    }

    /// With a condition of XEP-0060's own (`closed-node`, …) beside the general one.
    static Refusal of(Condition condition, String pubsubCondition, String text) {
        return new Refusal(StanzaError.of(condition, text).with(Element.empty(Names.ERRORS, pubsubCondition)));
    }

    static Refusal of(Condition condition, StanzaError.Type type, String pubsubCondition, String text) {
        return new Refusal(StanzaError.of(condition, text).as(type).with(Element.empty(Names.ERRORS, pubsubCondition)));
    }

    static Refusal unsupported(String feature, String text) {
        return new Refusal(StanzaError.of(Condition.FEATURE_NOT_IMPLEMENTED, text)
                .with(Element.build(Names.ERRORS, "unsupported")
                        .attribute("feature", feature)
                        .build()));
    }

    static Refusal noSuchNode() {
        return of(Condition.ITEM_NOT_FOUND, "There is no node of that name.");
    }

    static Refusal nodeRequired() {
        return of(Condition.BAD_REQUEST, "nodeid-required", "Say which node.");
    }

    static Refusal forbidden(String text) {
        return of(Condition.FORBIDDEN, text);
    }
}
