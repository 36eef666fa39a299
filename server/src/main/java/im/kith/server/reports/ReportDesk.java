package im.kith.server.reports;

import im.kith.server.feature.Command;
import im.kith.server.feature.Command.Outcome;
import im.kith.xmpp.DataForm;
import im.kith.xmpp.Jid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/// XEP-0050: reports of abuse as a form for administrators, in whatever client they use: it shows what is not done, and
/// takes back which of it is.
final class ReportDesk {

    static final String NODE = "urn:kith:reports:0";

    /// The oldest; the rest comes when they are done.
    private static final int MOST_SHOWN = 100;

    private static final String DONE = "done";

    private ReportDesk() {}

    static Command command(ReportBook book, Predicate<Jid> isAdministrator) {
        return new Command(
                NODE,
                "Reports of abuse",
                isAdministrator,
                () -> book.list().thenApply(ReportDesk::form),
                (form, by) -> done(form, book));
    }

    private static DataForm form(List<Map<String, Object>> reports) {
        var form = DataForm.build(DataForm.Type.FORM, NODE).title("Reports of abuse");
        if (reports.isEmpty()) {
            return form.instructions("There is nothing to be dealt with.").build();
        }
        var options = new ArrayList<DataForm.Option>();
        for (var report : reports) {
            if (options.size() == MOST_SHOWN) break;
            options.add(new DataForm.Option(String.valueOf(report.get("id")), line(report)));
        }
        var more = reports.size() > options.size() ? " These are the oldest of " + reports.size() + "." : "";
        return form.instructions("Choose those that you have dealt with: they are taken off the list." + more)
                .field(new DataForm.Field(DONE, "list-multi", "Not done", false, List.of(), options))
                .build();
    }

    private static String line(Map<String, Object> report) {
        var reason = String.valueOf(report.get("reason"));
        var text = String.valueOf(report.get("text"));
        var messages = report.get("stanzas") instanceof List<?> stanzas ? stanzas.size() : 0;
        return "%s %s by %s: %s%s%s"
                .formatted(
                        report.get("at"),
                        report.get("about"),
                        report.get("by"),
                        reason.substring(reason.lastIndexOf(':') + 1),
                        messages == 0 ? "" : " (" + messages + " messages)",
                        text.isEmpty() ? "" : ": " + text.replaceAll("\\s+", " "));
    }

    private static CompletionStage<Outcome> done(DataForm form, ReportBook book) {
        var field = form.field(DONE);
        CompletionStage<Integer> count = CompletableFuture.completedStage(0);
        for (var id : field == null ? List.<String>of() : field.values()) {
            count = count.thenCompose(before -> book.done(id).thenApply(was -> was ? before + 1 : before));
        }
        return count.thenApply(all -> new Outcome.Done(null, all == 0 ? null : all + " done"));
    }
}
