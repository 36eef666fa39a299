package im.kith.trial;

import im.kith.trial.play.Spec;
import im.kith.trial.play.Trial;
import im.kith.trial.play.World;
import im.kith.trial.wire.Transport;
import im.kith.trial.wire.Wire;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

@Spec("RFC 7395")
class WebSocketTrial {

    @Trial
    void two_people_talk_one_over_a_web_socket(World world) {
        var romeo =
                world.user("romeo").device("orchard").over(Transport.WEBSOCKET).online();
        var juliet = world.user("juliet").device("balcony").online();
        romeo.says("Good night", juliet.user()).isAcked();
        juliet.hears("Good night");
        juliet.says("Good night, good night", romeo.user());
        romeo.hears("Good night, good night").getsNothingElse();
    }

    @Trial
    @Spec("XEP-0198 §5")
    void a_stream_begun_over_tcp_is_resumed_over_a_web_socket(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        juliet.drops();
        romeo.says("Where are you?", juliet.user()).isAcked();
        juliet.over(Transport.WEBSOCKET).resumes();
        juliet.hears("Where are you?").getsNothingElse();
    }

    @Trial
    @Spec("RFC 7395 §3.6")
    void a_stream_is_closed_on_both_sides(World world) {
        var stranger = world.stranger(Transport.WEBSOCKET);
        stranger.opens();
        stranger.wire().sendClose();
        stranger.isDisconnected();
    }

    @Trial
    @Spec("RFC 7395 §3.3.2")
    void something_else_than_open_is_an_error(World world) {
        var stranger = world.stranger(Transport.WEBSOCKET);
        stranger.says("<stream:stream to='kith.test' version='1.0' xmlns='jabber:client'"
                + " xmlns:stream='http://etherx.jabber.org/streams'/>");
        var event = stranger.hears();
        while (event instanceof Wire.Opened) {
            event = stranger.hears();
        }
        if (event instanceof Wire.Said(im.kith.trial.wire.Xml element)
                && !element.name().equals("error")) {
            throw new AssertionError("expected an error, got " + element);
        }
    }

    @Trial
    @Spec("RFC 7395 §3.4")
    void an_unknown_host_is_told_inside_a_stream(World world) {
        var stranger = world.stranger(Transport.WEBSOCKET);
        stranger.says("<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='capulet.example' version='1.0'/>");
        stranger.isThrownOut("host-unknown");
    }

    @Trial
    @Spec("XEP-0156 §3")
    void the_way_to_the_web_socket_is_published(World world) throws Exception {
        var base = "http://" + world.endpoint().host() + ":" + world.endpoint().httpPort() + "/.well-known/host-meta";
        try (var http = HttpClient.newHttpClient()) {
            for (var path : new String[] {base, base + ".json"}) {
                var answer = http.send(
                        HttpRequest.newBuilder(URI.create(path)).build(), HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() != 200
                        || !answer.body().contains("urn:xmpp:alt-connections:websocket")
                        || !answer.body().contains("/ws")) {
                    throw new AssertionError(path + ": " + answer.statusCode() + " " + answer.body());
                }
                if (!answer.headers()
                        .firstValue("Access-Control-Allow-Origin")
                        .orElse("")
                        .equals("*")) {
                    throw new AssertionError(path + " is not for everybody (XEP-0156 §3)");
                }
            }
        }
    }
}
