package im.kith.server.account;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.kith.xmpp.Stanza;
import org.junit.jupiter.api.Test;

/// What a [Service] can rely on, played with the notice boards of [Notices].
class ServiceTest {

    private final Village village = new Village(new Notices());
    private final Village.Phone romeo = village.phone("romeo", "orchard").acknowledges();
    private final Village.Phone juliet = village.phone("juliet", "balcony").acknowledges();

    private void bothWatch() {
        romeo.sends("<presence to='verona@notices.sim.test'/>");
        juliet.sends("<presence to='verona@notices.sim.test'/>");
        romeo.takes();
        juliet.takes();
    }

    @Test
    void what_is_said_reaches_all_who_watch() {
        bothWatch();
        romeo.sends("<message to='verona@notices.sim.test' type='groupchat' id='1'><body>Ay me</body></message>");
        romeo.gets(said("romeo/orchard", "Ay me"));
        juliet.gets(said("juliet/balcony", "Ay me"));
    }

    private static String said(String to, String body) {
        var device = to.replace("/", "@sim.test/");
        return "<message from='verona@notices.sim.test' to='" + device + "' type='groupchat' id='1'><body>" + body
                + "</body></message>";
    }

    @Test
    void what_was_said_is_known_after_a_crash() {
        bothWatch();
        romeo.sends("<message to='verona@notices.sim.test' type='groupchat' id='1'><body>Ay me</body></message>");
        village.crashes();
        juliet.connects();
        assertEquals("[Ay me]", asked(juliet));
    }

    private static String asked(Village.Phone phone) {
        phone.takes();
        phone.sends("<iq to='verona@notices.sim.test' type='get' id='q'><said xmlns='test'/></iq>");
        return String.valueOf(phone.gets().childText("test", "said"));
    }

    @Test
    void what_is_refused_comes_back() {
        juliet.sends("<message to='verona@notices.sim.test' type='groupchat' id='1'><body>Ay me</body></message>");
        assertEquals("auth forbidden", juliet.error());
        assertEquals("[]", asked(juliet));
    }

    @Test
    void what_is_refused_comes_back_to_a_device_that_has_lost_its_connection() {
        juliet.vanishes();
        juliet.resumes();
        juliet.sends("<message to='verona@notices.sim.test' type='groupchat' id='1'><body>Ay me</body></message>");
        assertEquals("auth forbidden", juliet.error());
    }

    @Test
    void what_a_service_sends_durably_waits_for_who_is_away() {
        juliet.leaves();
        romeo.sends("<message to='verona@notices.sim.test/juliet' type='chat' id='1'><body>Ay me</body></message>");
        village.crashes();
        juliet.connects();
        juliet.sends("<presence/>");
        var got = juliet.takes(stanza -> stanza.name().equals("message"));
        assertEquals(1, got.size());
        assertEquals("Ay me", got.getFirst().childText(Stanza.CLIENT, "body"));
    }

    @Test
    void a_device_that_ends_its_stream_is_gone_from_where_it_showed_itself() {
        bothWatch();
        juliet.leaves();
        assertEquals("1", romeo.gets().childText(Stanza.CLIENT, "status"));
    }

    @Test
    void a_device_that_may_come_back_stays() {
        bothWatch();
        juliet.vanishes();
        romeo.getsNothing();
        romeo.sends("<message to='verona@notices.sim.test' type='groupchat' id='1'><body>Ay me</body></message>");
        romeo.takes();
        juliet.resumes();
        juliet.gets(said("juliet/balcony", "Ay me"));
        juliet.vanishes();
        village.pass(11 * 60_000);
        assertEquals("1", romeo.gets().childText(Stanza.CLIENT, "status"));
    }

    @Test
    void a_tenant_that_stumbles_is_made_anew_from_its_log() {
        bothWatch();
        romeo.sends("<message to='verona@notices.sim.test' type='groupchat' id='1'><body>Ay me</body></message>");
        juliet.sends("<message to='verona@notices.sim.test' type='groupchat' id='2'><body>Fall!</body></message>");
        assertEquals("[Ay me]", asked(romeo));
    }

    @Test
    void a_tenant_is_let_go_when_nobody_needs_it_and_comes_back() {
        bothWatch();
        romeo.sends("<message to='verona@notices.sim.test' type='groupchat' id='1'><body>Ay me</body></message>");
        romeo.sends("<presence to='verona@notices.sim.test' type='unavailable'/>");
        juliet.sends("<presence to='verona@notices.sim.test' type='unavailable'/>");
        for (int i = 0; i < 4; i++) village.pass(5 * 60_000);
        assertEquals("[Ay me]", asked(romeo));
    }

    @Test
    void the_host_itself_has_a_tenant() {
        romeo.sends("<iq to='notices.sim.test' type='get' id='q'><said xmlns='test'/></iq>");
        assertEquals("[]", romeo.gets().childText("test", "said"));
    }

    @Test
    void another_subdomain_is_another_server() {
        romeo.sends("<iq to='verona@boards.sim.test' type='get' id='q'><said xmlns='test'/></iq>");
        assertEquals("cancel remote-server-not-found", romeo.error());
        romeo.sends("<message to='boards.sim.test' type='groupchat' id='1'><body>Ay me</body></message>");
        assertEquals("cancel remote-server-not-found", romeo.error());
    }
}
