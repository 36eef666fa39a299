package im.kith.server;

import im.kith.server.account.Directory;
import im.kith.server.admin.ServerAdministration;
import im.kith.server.auth.Enrolment;
import im.kith.server.config.Config;
import im.kith.server.config.ConfigReader;
import im.kith.server.control.ContentRoutes;
import im.kith.server.control.ControlAccess;
import im.kith.server.control.ControlRoutes;
import im.kith.server.control.OperatorAccess;
import im.kith.server.control.OperatorRoutes;
import im.kith.server.control.OperatorSessions;
import im.kith.server.control.StoredBytes;
import im.kith.server.http.Route;
import im.kith.server.media.Media;
import im.kith.server.portable.Exporting;
import im.kith.server.portable.Importing;
import im.kith.server.pulse.Live;
import im.kith.server.pulse.Pulse;
import im.kith.server.reports.ReportBook;
import im.kith.server.signup.Invitations;
import im.kith.store.Store;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// What operators command the server by, put together: the routes of `ctl` and those of the page at `/admin`.
///
/// @param settings the configuration in effect, without secrets
/// @param stats    what `ctl stats` shows
/// @param page     answers with the page
/// @param base     the address of the HTTP service
record Operators(
        Config config,
        List<ConfigReader.Setting> settings,
        ControlAccess access,
        Store store,
        Directory directory,
        Enrolment enrolment,
        Invitations invitations,
        ReportBook reports,
        Media media,
        Exporting exporting,
        ServerAdministration administration,
        Pulse pulse,
        Supplier<Map<String, Object>> stats,
        Route.Handler page,
        Supplier<String> base,
        LongSupplier clockMillis) {

    List<Route> routes() {
        var routes = new ArrayList<Route>();
        routes.addAll(new ControlRoutes(
                        access, config.domain(), store, directory, enrolment, invitations, media::usedBytes, stats)
                .routes());
        var contents = new ContentRoutes.Parts(
                config.domain(),
                config.data().resolve("exports"),
                exporting,
                new Importing(config.domain(), directory, enrolment),
                media,
                reports,
                administration);
        routes.addAll(new ContentRoutes(access, store, contents).routes());
        routes.addAll(pageRoutes());
        return routes;
    }

    private List<Route> pageRoutes() {
        var sessions = new OperatorSessions(clockMillis);
        var place = OperatorAccess.Place.valueOf(config.adminPage().name());
        var stored = new StoredBytes(config.data(), clockMillis);
        var parts = new OperatorRoutes.Parts(
                config.domain(),
                store,
                directory,
                enrolment,
                invitations,
                reports,
                page,
                base,
                server(),
                () -> Live.of(pulse, clockMillis.getAsLong()),
                stored::look,
                settings.stream().map(Operators::document).toList());
        var who = new OperatorAccess(place, config.http().url(), sessions, clockMillis);
        return new OperatorRoutes(who, sessions, access, parts).routes();
    }

    private Map<String, Object> server() {
        var server = new LinkedHashMap<String, Object>();
        server.put("domain", config.domain());
        server.put("version", Main.version());
        server.put("java", Runtime.version().toString());
        server.put("processors", Runtime.getRuntime().availableProcessors());
        server.put("pid", ProcessHandle.current().pid());
        server.put("startedMillis", clockMillis.getAsLong());
        return server;
    }

    private static Map<String, Object> document(ConfigReader.Setting setting) {
        var document = new LinkedHashMap<String, Object>();
        document.put("key", setting.key());
        document.put("value", setting.value());
        document.put("origin", setting.origin());
        return document;
    }
}
