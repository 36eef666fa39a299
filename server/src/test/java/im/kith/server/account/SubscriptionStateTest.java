package im.kith.server.account;

import static im.kith.server.account.SubscriptionState.Act.SUBSCRIBE;
import static im.kith.server.account.SubscriptionState.Act.SUBSCRIBED;
import static im.kith.server.account.SubscriptionState.Act.UNSUBSCRIBE;
import static im.kith.server.account.SubscriptionState.Act.UNSUBSCRIBED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import im.kith.server.account.SubscriptionState.Also;
import im.kith.server.account.SubscriptionState.Step;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// RFC 6121 Appendix A, table by table. `-` is "no state change".
class SubscriptionStateTest {

    @Test
    void an_outbound_subscribe_is_routed_and_pending_unless_granted() { // A.2.1
        outbound(SUBSCRIBE, """
                | None                   | route     | None + Pending Out     |         |
                | None + Pending Out     | route     | -                      |         |
                | None + Pending In      | route     | None + Pending Out+In  |         |
                | None + Pending Out+In  | route     | -                      |         |
                | To                     | route     | -                      |         |
                | To + Pending In        | route     | -                      |         |
                | From                   | route     | From + Pending Out     |         |
                | From + Pending Out     | route     | -                      |         |
                | Both                   | route     | -                      |         |
                """);
    }

    @Test
    void an_outbound_unsubscribe_is_routed_and_ends_what_was_asked_or_granted() { // A.2.2
        outbound(UNSUBSCRIBE, """
                | None                   | route     | -                      |         |
                | None + Pending Out     | route     | None                   |         |
                | None + Pending In      | route     | -                      |         |
                | None + Pending Out+In  | route     | None + Pending In      |         |
                | To                     | route     | None                   |         |
                | To + Pending In        | route     | None + Pending In      |         |
                | From                   | route     | -                      |         |
                | From + Pending Out     | route     | From                   |         |
                | Both                   | route     | From                   |         |
                """);
    }

    @Test
    void an_outbound_subscribed_approves_what_was_asked_or_approves_ahead() { // A.2.3
        outbound(SUBSCRIBED, """
                | None                   | MUST NOT  | -                      | approve |
                | None + Pending Out     | MUST NOT  | -                      | approve |
                | None + Pending In      | route     | From                   |         |
                | None + Pending Out+In  | route     | From + Pending Out     |         |
                | To                     | MUST NOT  | -                      | approve |
                | To + Pending In        | route     | Both                   |         |
                | From                   | MUST NOT  | -                      |         |
                | From + Pending Out     | MUST NOT  | -                      |         |
                | Both                   | MUST NOT  | -                      |         |
                """);
    }

    @Test
    void an_outbound_unsubscribed_denies_or_cancels_and_takes_an_approval_back() { // A.2.4
        outbound(UNSUBSCRIBED, """
                | None                   | MUST NOT  | -                      | revoke  |
                | None + Pending Out     | MUST NOT  | -                      | revoke  |
                | None + Pending In      | route     | None                   | revoke  |
                | None + Pending Out+In  | route     | None + Pending Out     | revoke  |
                | To                     | MUST NOT  | -                      | revoke  |
                | To + Pending In        | route     | To                     | revoke  |
                | From                   | route     | None                   | revoke  |
                | From + Pending Out     | route     | None + Pending Out     | revoke  |
                | Both                   | route     | To                     | revoke  |
                """);
    }

    @Test
    void an_inbound_subscribe_is_shown_once_and_answered_when_granted() { // A.3.1
        inbound(SUBSCRIBE, false, """
                | None                   | deliver   | None + Pending In      |         |
                | None + Pending Out     | deliver   | None + Pending Out+In  |         |
                | None + Pending In      | MUST NOT  | -                      |         |
                | None + Pending Out+In  | MUST NOT  | -                      |         |
                | To                     | deliver   | To + Pending In        |         |
                | To + Pending In        | MUST NOT  | -                      |         |
                | From                   | MUST NOT  | -                      | answer  |
                | From + Pending Out     | MUST NOT  | -                      | answer  |
                | Both                   | MUST NOT  | -                      | answer  |
                """);
    }

    @Test
    void an_inbound_subscribe_that_was_approved_ahead_is_granted_unseen() { // A.3.1 note 1
        inbound(SUBSCRIBE, true, """
                | None                   | MUST NOT  | From                   | answer  |
                | None + Pending Out     | MUST NOT  | From + Pending Out     | answer  |
                | To                     | MUST NOT  | Both                   | answer  |
                """);
    }

    @Test
    void an_inbound_unsubscribe_is_delivered_when_it_ends_something() { // A.3.2
        inbound(UNSUBSCRIBE, false, """
                | None                   | MUST NOT  | -                      |         |
                | None + Pending Out     | MUST NOT  | -                      |         |
                | None + Pending In      | deliver   | None                   |         |
                | None + Pending Out+In  | deliver   | None + Pending Out     |         |
                | To                     | MUST NOT  | -                      |         |
                | To + Pending In        | deliver   | To                     |         |
                | From                   | deliver   | None                   |         |
                | From + Pending Out     | deliver   | None + Pending Out     |         |
                | Both                   | deliver   | To                     |         |
                """);
    }

    @Test
    void an_inbound_subscribed_counts_only_when_asked_for() { // A.3.3
        inbound(SUBSCRIBED, false, """
                | None                   | MUST NOT  | -                      |         |
                | None + Pending Out     | deliver   | To                     |         |
                | None + Pending In      | MUST NOT  | -                      |         |
                | None + Pending Out+In  | deliver   | To + Pending In        |         |
                | To                     | MUST NOT  | -                      |         |
                | To + Pending In        | MUST NOT  | -                      |         |
                | From                   | MUST NOT  | -                      |         |
                | From + Pending Out     | deliver   | Both                   |         |
                | Both                   | MUST NOT  | -                      |         |
                """);
    }

    @Test
    void an_inbound_unsubscribed_denies_or_cancels() { // A.3.4
        inbound(UNSUBSCRIBED, false, """
                | None                   | MUST NOT  | -                      |         |
                | None + Pending Out     | deliver   | None                   |         |
                | None + Pending In      | MUST NOT  | -                      |         |
                | None + Pending Out+In  | deliver   | None + Pending In      |         |
                | To                     | deliver   | None                   |         |
                | To + Pending In        | deliver   | None + Pending In      |         |
                | From                   | MUST NOT  | -                      |         |
                | From + Pending Out     | deliver   | From                   |         |
                | Both                   | deliver   | From                   |         |
                """);
    }

    private static void outbound(SubscriptionState.Act act, String table) {
        assertEquals(table, tabulate(table, "route", state -> state.outbound(act)));
    }

    private static void inbound(SubscriptionState.Act act, boolean approved, String table) {
        assertEquals(table, tabulate(table, "deliver", state -> state.inbound(act, approved)));
    }

    /// The same table, filled in by the code for the states that it lists.
    private static String tabulate(String table, String passes, Function<SubscriptionState, Step> rule) {
        return table.lines()
                .map(line -> state(line.substring(2, 24).strip()))
                .map(state -> row(state, rule.apply(state), passes))
                .collect(Collectors.joining());
    }

    private static String row(SubscriptionState state, Step step, String passes) {
        return "| %-22s | %-9s | %-22s | %-7s |%n"
                .formatted(
                        name(state),
                        step.passes() ? passes : "MUST NOT",
                        step.next() == state ? "-" : name(step.next()),
                        word(step.also()));
    }

    private static String word(Also also) {
        return switch (also) {
            case NOTHING -> "";
            case APPROVE_AHEAD -> "approve";
            case REVOKE_APPROVAL -> "revoke";
            case ANSWER_SUBSCRIBED -> "answer";
        };
    }

    private static SubscriptionState state(String name) {
        return Arrays.stream(SubscriptionState.values())
                .filter(state -> name(state).equals(name))
                .findAny()
                .orElseThrow(() -> new AssertionError(name));
    }

    private static String name(SubscriptionState state) {
        return switch (state) {
            case NONE -> "None";
            case NONE_PENDING_OUT -> "None + Pending Out";
            case NONE_PENDING_IN -> "None + Pending In";
            case NONE_PENDING_OUT_IN -> "None + Pending Out+In";
            case TO -> "To";
            case TO_PENDING_IN -> "To + Pending In";
            case FROM -> "From";
            case FROM_PENDING_OUT -> "From + Pending Out";
            case BOTH -> "Both";
        };
    }
}
