package im.kith.server.feature.disco;

import static im.kith.server.feature.Xml.xml;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/// The two examples of XEP-0115 §5.2 and §5.3.
class CapsTest {

    @Test
    void the_simple_example() {
        assertEquals("QgayPKawpkPSDYmwT/WM94uAlu0=", Caps.of(xml("""
                <query xmlns='http://jabber.org/protocol/disco#info'>
                  <identity category='client' name='Exodus 0.9.1' type='pc'/>
                  <feature var='http://jabber.org/protocol/muc'/>
                  <feature var='http://jabber.org/protocol/disco#info'/>
                  <feature var='http://jabber.org/protocol/disco#items'/>
                  <feature var='http://jabber.org/protocol/caps'/>
                </query>""")));
    }

    @Test
    void the_complex_example() {
        assertEquals("q07IKJEyjvHSyhy//CH0CxmKi8w=", Caps.of(xml("""
                <query xmlns='http://jabber.org/protocol/disco#info'>
                  <identity xml:lang='en' category='client' name='Psi 0.11' type='pc'/>
                  <identity xml:lang='el' category='client' name='Ψ 0.11' type='pc'/>
                  <feature var='http://jabber.org/protocol/muc'/>
                  <feature var='http://jabber.org/protocol/caps'/>
                  <feature var='http://jabber.org/protocol/disco#info'/>
                  <feature var='http://jabber.org/protocol/disco#items'/>
                  <x xmlns='jabber:x:data' type='result'>
                    <field var='software'><value>Psi</value></field>
                    <field var='FORM_TYPE' type='hidden'><value>urn:xmpp:dataforms:softwareinfo</value></field>
                    <field var='ip_version' type='text-multi'><value>ipv6</value><value>ipv4</value></field>
                    <field var='os'><value>Mac</value></field>
                    <field var='os_version'><value>10.5.1</value></field>
                    <field var='software_version'><value>0.11</value></field>
                  </x>
                </query>""")));
    }
}
