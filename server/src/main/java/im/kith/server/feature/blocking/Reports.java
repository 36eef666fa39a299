package im.kith.server.feature.blocking;

import im.kith.server.feature.Command;
import im.kith.xmpp.Jid;
import java.util.List;

/// Where reports of abuse go (XEP-0377). Thread-safe; nothing blocks.
public interface Reports {

    /// @param by the account that reports
    /// @param reason one of XEP-0377's
    /// @param text what the person wrote, "" for nothing
    /// @param stanzas the archive's ids of messages that it is about
    record Report(Jid by, Jid about, String reason, String text, List<String> stanzas) {
        public Report {
            stanzas = List.copyOf(stanzas);
        }
    }

    void file(Report report);

    /// By which the operator reads them in any client.
    default List<Command> commands() {
        return List.of();
    }

    /// They go nowhere.
    Reports NONE = report -> {};
}
