package im.kith.server.account;

import im.kith.server.feature.Feature;
import im.kith.server.feature.Manifest;
import im.kith.xmpp.Element;
import java.util.List;

/// What the heart declares of itself, beside the features proper: what touches the fate of a message is ordinary calls
/// in [Outgoing], [Incoming], [Device] and [Devices], and only its name and version stand here.
public final class Core {

    private Core() {}

    /// First in the list of features.
    public static List<Feature> features() {
        return List.of(Core::manifest, new RosterFeature(), new ArchivePreferences(), Multicast.feature());
    }

    private static Manifest manifest() {
        return Manifest.of("core")
                .implementing("RFC 6120", "2011-03")
                .implementing("RFC 6121", "2011-03")
                .implementing("XEP-0004", "2.13.2")
                .implementing("XEP-0059", "1.0")
                .implementing("XEP-0082", "1.1.1")
                .implementing("XEP-0085", "2.1")
                .implementing("XEP-0160", "1.0.1")
                .implementing("XEP-0184", "1.4.0")
                .implementing("XEP-0198", "1.6.3")
                .offering(Element.empty(StreamManagement.NAMESPACE, "sm"))
                .implementing("XEP-0203", "2.0")
                .implementing("XEP-0280", "1.0.1")
                .advertising("urn:xmpp:carbons:2")
                .advertising("urn:xmpp:carbons:rules:0")
                .implementing("XEP-0297", "1.0")
                .implementing("XEP-0313", "1.1.3", "ids are the numbers of the account's log, so they can be guessed")
                .advertisingAtAccount("urn:xmpp:mam:2")
                .advertisingAtAccount("urn:xmpp:mam:2#extended")
                .advertisingAtAccount("urn:xmpp:mam:2#groupchat-field")
                .implementing("XEP-0333", "1.0.0")
                .implementing("XEP-0334", "1.0.0")
                .implementing("XEP-0352", "1.0.0")
                .offering(Element.empty(StreamManagement.CSI, "csi"))
                .implementing("XEP-0359", "0.7.0")
                .advertisingAtAccount("urn:xmpp:sid:0")
                .advertisingAtServer("msgoffline")
                .advertisingAtAccount(Groups.NAMESPACE)
                .build();
    }
}
