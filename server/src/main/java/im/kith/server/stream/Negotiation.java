package im.kith.server.stream;

import static im.kith.xmpp.StreamError.Condition.BAD_FORMAT;
import static im.kith.xmpp.StreamError.Condition.CONNECTION_TIMEOUT;
import static im.kith.xmpp.StreamError.Condition.INTERNAL_SERVER_ERROR;
import static im.kith.xmpp.StreamError.Condition.NOT_AUTHORIZED;
import static im.kith.xmpp.StreamError.Condition.POLICY_VIOLATION;
import static im.kith.xmpp.StreamError.Condition.SYSTEM_SHUTDOWN;
import static im.kith.xmpp.StreamError.Condition.UNSUPPORTED_STANZA_TYPE;

import im.kith.server.auth.Authority;
import im.kith.server.net.Connection;
import im.kith.server.net.Conversation;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StreamError;
import im.kith.xmpp.XmlWriter;
import java.util.ArrayDeque;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A connection from its first byte until a device is bound: who is it, and is the channel safe?
///
/// The client opens a stream, is offered features, takes one (STARTTLS, SASL, in-band registration), opens the stream
/// again, binds. Then [ClientLink] takes over and this is garbage. Questions to the authority and to the account are
/// answered later and elsewhere; what the client sends meanwhile waits in order, and it is not read for long.
/// On the connection's event loop only.
final class Negotiation implements Conversation {

    private static final Logger LOG = LoggerFactory.getLogger(Negotiation.class);
    private static final int BACKLOG = 8;

    final Reception reception;
    final Connection connection;
    final Terms terms;

    private final ClassicSasl sasl = new ClassicSasl(this);
    private final Sasl2 sasl2 = new Sasl2(this);
    private final Registering registering = new Registering(this);
    private final Binding binding = new Binding(this);
    private final TooEarly early = new TooEarly(this);

    private boolean open;
    private boolean over;
    private boolean waiting;
    private @Nullable ArrayDeque<Element> backlog;
    private @Nullable Jid account;
    private @Nullable String language;
    private int failures;

    Negotiation(Reception reception, Connection connection) {
        this.reception = reception;
        this.connection = connection;
        this.terms = reception.terms();
    }

    // What arrives.

    @Override
    public void opened(Element header) {
        if (over) return;
        if (open) {
            end(StreamError.of(BAD_FORMAT, "The stream is open already."));
            return;
        }
        open = true;
        write(StreamHeader.answer(terms.domain(), header.attribute("from"), connection.isWebSocket()));
        var fault = StreamHeader.faultOf(header, terms.domain(), connection.isWebSocket(), account);
        if (fault != null) {
            end(fault);
            return;
        }
        language = header.attribute("xml:lang");
        write(Offers.of(this));
    }

    @Override
    public void element(Element element) {
        if (over) return;
        if (!waiting) {
            handle(element);
            return;
        }
        var queue = backlog;
        if (queue == null) backlog = queue = new ArrayDeque<>();
        queue.add(element);
        if (queue.size() == BACKLOG) connection.hold(true);
    }

    private void handle(Element element) {
        if (!open) {
            end(StreamError.of(BAD_FORMAT, "Open a stream first."));
            return;
        }
        if (account == null) handleStranger(element);
        else handleUnbound(element);
    }

    /// XEP-0388 §2.4: between two messages of an exchange nothing else may travel, not even a space.
    @Override
    public void whitespace() {
        if (!over && !waiting && sasl2.isGoingOn()) strayed();
    }

    private void strayed() {
        end(StreamError.of(POLICY_VIOLATION, "You are signing in: send a response or abort."));
    }

    private void handleStranger(Element element) {
        if (sasl2.isGoingOn() && !element.namespace().equals(Names.SASL_2)) {
            strayed();
        } else if (element.namespace().equals(Names.SASL)) {
            sasl.handle(element);
        } else if (element.namespace().equals(Names.SASL_2)) {
            sasl2.handle(element);
        } else if (element.is(Names.STARTTLS)) {
            startTls();
        } else if (registering.handle(element) || early.answer(element)) {
            return;
        } else if (isStanza(element)) {
            end(StreamError.of(NOT_AUTHORIZED, "Sign in first."));
        } else {
            end(StreamError.of(UNSUPPORTED_STANZA_TYPE));
        }
    }

    private void handleUnbound(Element element) {
        if (binding.handle(element) || early.answer(element)) return;
        if (isStanza(element)) end(StreamError.of(NOT_AUTHORIZED, "Bind a resource first."));
        else end(StreamError.of(UNSUPPORTED_STANZA_TYPE));
    }

    private static boolean isStanza(Element element) {
        return element.namespace().equals(Stanza.CLIENT) && Stanza.Kind.of(element.name()) != null;
    }

    private void startTls() {
        if (!offersTls()) {
            write(Element.empty(Names.TLS, "failure"));
            end(null);
            return;
        }
        connection.startTls(XmlWriter.toBytes(Element.empty(Names.TLS, "proceed"), Stanza.CLIENT));
        open = over;
    }

    @Override
    public void closed() {
        end(null);
    }

    @Override
    public void failed(StreamError error) {
        end(error);
    }

    @Override
    public void expired() {
        end(StreamError.of(CONNECTION_TIMEOUT, "Sign in sooner."));
    }

    @Override
    public void drain() {
        end(StreamError.of(SYSTEM_SHUTDOWN));
    }

    @Override
    public void gone() {
        over = true;
        backlog = null;
    }

    // What the client may do now.

    boolean offersTls() {
        return !connection.isSecure()
                && !connection.isWebSocket()
                && terms.tls().getAsBoolean();
    }

    /// Whether passwords may travel: it is secure, or the operator said so.
    boolean isProtected() {
        return connection.isSecure() || terms.settings().plainWithoutTls();
    }

    /// Whether tokens may be used: a browser on the server's own machine has no TLS, and needs none.
    boolean takesTokens() {
        return isProtected() || connection.isLocal();
    }

    /// Whether XEP-0388 may be used: never before TLS, where there is TLS (§5).
    boolean takesSasl2() {
        return !offersTls();
    }

    /// Whether the client must start TLS before anything else.
    boolean needsTls() {
        return offersTls() && !terms.settings().plainWithoutTls();
    }

    @Nullable
    Jid account() {
        return account;
    }

    Registering registering() {
        return registering;
    }

    Binding binding() {
        return binding;
    }

    @Nullable
    String language() {
        return language;
    }

    String peer() {
        return connection.peer().getHostAddress();
    }

    // What happened.

    /// The client has proved to be `name`. The caller has still to tell it, and to await a new stream where one is due.
    void granted(String name) {
        account = Authority.address(name, terms.domain());
        connection.counts().signIns++;
        connection.trusted();
    }

    /// What was granted is of no use: the client may try again.
    void ungranted() {
        account = null;
    }

    /// The next thing is a new stream header.
    void restart() {
        open = false;
        connection.restart();
    }

    /// The client was told that a try failed; too many end the stream (RFC 6120 §6.4.5).
    void refused() {
        connection.counts().signInFailures++;
        failures++;
        if (failures >= terms.settings().signInTries()) {
            end(StreamError.of(POLICY_VIOLATION, "Too many wrong tries."));
        }
    }

    /// From now on elements wait, until [#proceed].
    void pause() {
        waiting = true;
    }

    void proceed() {
        waiting = false;
        var queue = backlog;
        if (queue == null) return;
        while (!waiting && !over && !queue.isEmpty()) handle(queue.remove());
        if (queue.isEmpty()) {
            backlog = null;
            connection.hold(false);
        }
    }

    /// A device is bound: `next` hears what comes, first what waits here.
    void handOver(Conversation next) {
        over = true;
        connection.signedIn();
        connection.speak(next);
        var queue = backlog;
        if (queue == null) return;
        backlog = null;
        connection.hold(false);
        queue.forEach(next::element);
    }

    boolean isOver() {
        return over;
    }

    /// Calls `then` with what the stage comes to, on the event loop; elements wait meanwhile. A failure ends the
    /// stream.
    <T> void await(CompletionStage<T> stage, Consumer<T> then) {
        var future = stage.toCompletableFuture();
        if (future.isDone() && !future.isCompletedExceptionally()) {
            then.accept(future.join());
            return;
        }
        pause();
        future.whenComplete((value, fault) -> connection.post(() -> {
            if (over) return;
            if (fault != null) {
                LOG.error("a question during sign-in failed", fault);
                end(StreamError.of(INTERNAL_SERVER_ERROR, "Try again in a moment."));
                return;
            }
            waiting = false;
            then.accept(value);
            if (!waiting) proceed();
        }));
    }

    void write(Element element) {
        write(XmlWriter.toBytes(element, Stanza.CLIENT));
    }

    private void write(byte[] bytes) {
        connection.write(bytes);
    }

    /// Ends the stream, with the error if there is one.
    void end(@Nullable StreamError error) {
        if (over) return;
        over = true;
        if (!open) write(StreamHeader.answer(terms.domain(), null, connection.isWebSocket()));
        if (error != null) write(error.toElement());
        connection.finish(StreamHeader.end(connection.isWebSocket()));
    }
}
