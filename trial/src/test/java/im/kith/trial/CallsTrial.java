package im.kith.trial;

import im.kith.trial.play.Program;
import im.kith.trial.play.Spec;
import im.kith.trial.play.Trial;
import im.kith.trial.play.World;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/// What devices need beside messages to call one another, from a server that nothing was set for.
class CallsTrial {

    @Trial
    @Spec({"XEP-0215 §3.1", "XEP-0215 §3.2", "XEP-0215 §5"})
    void a_server_lists_its_own_stun_service(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var info =
                romeo.asks("<iq type='get' to='kith.test'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>");
        if (!info.isResult().xml().toString().contains("urn:xmpp:extdisco:2")) {
            throw new AssertionError("not announced: " + info.xml());
        }
        for (var type : List.of("", " type='stun'")) {
            romeo.asks("<iq type='get' to='kith.test' id='s'><services xmlns='urn:xmpp:extdisco:2'" + type + "/></iq>")
                    .is("<iq type='result' from='kith.test' to='*' id='*'><services xmlns='urn:xmpp:extdisco:2'" + type
                            + "><service type='stun' host='kith.test' port='{port}' transport='udp'/></services></iq>");
        }
        romeo.asks("<iq type='get' to='kith.test' id='t'><services xmlns='urn:xmpp:extdisco:2' type='turn'/></iq>")
                .is("<iq type='result' from='kith.test' to='*' id='*'>"
                        + "<services xmlns='urn:xmpp:extdisco:2' type='turn'/></iq>");
    }

    @Trial
    @Spec("XEP-0215 §3.3")
    void nobody_needs_credentials_for_it(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var request = "<iq type='get' to='kith.test' id='c'><credentials xmlns='urn:xmpp:extdisco:2'>"
                + "<service host='kith.test' type='%s'/></credentials></iq>";
        romeo.asks(request.formatted("stun"))
                .is("<iq type='result' from='kith.test' to='*' id='*'><credentials xmlns='urn:xmpp:extdisco:2'>"
                        + "<service type='stun' host='kith.test' port='{port}' transport='udp'/></credentials></iq>");
        romeo.asks(request.formatted("turn")).isError("item-not-found");
    }

    @Trial
    @Spec({"RFC 8489 §6.3", "RFC 8489 §14.2"})
    void coturns_client_learns_its_address_there(World world) {
        Assumptions.assumeTrue(
                Program.isInstalled("which", "turnutils_stunclient"), "Debian's coturn is not installed");
        world.user("romeo")
                .device("orchard")
                .online()
                .asks("<iq type='get' to='kith.test' id='s'><services xmlns='urn:xmpp:extdisco:2'/></iq>")
                .is("<iq type='result' from='kith.test' to='*' id='*'><services xmlns='urn:xmpp:extdisco:2'>"
                        + "<service type='stun' host='kith.test' port='{port}' transport='udp'/></services></iq>");
        var command = List.of(
                "turnutils_stunclient",
                "-p",
                world.captured("port"),
                world.endpoint().host());
        try (var client = Program.start(world, "stunclient", Map.of(), command)) {
            client.prints("UDP reflexive addr: 127\\.0\\.0\\.1:\\d+");
            if (client.ends() != 0) {
                throw new AssertionError("the client failed");
            }
        }
    }
}
