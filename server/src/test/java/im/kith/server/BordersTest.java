package im.kith.server;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The borders between the parts: imports point one way. A rule that must give way is changed here, with its reason.
class BordersTest {

    private static final JavaClasses KITH = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("im.kith");

    /// Files of more than 400 lines, each with the reason why it is not split.
    private static final Map<String, String> LONG_FILES = Map.of(
            "HttpConnection.java", "one HTTP connection: the request that is under way, which only its loop touches",
            "Keys.java", "every key of the configuration, each declared once",
            "Link.java", "one connection of the load tool",
            "Partition.java", "the residents of one partition and their turns: one thread's state",
            "SocketConnection.java", "one socket's state, which only its loop touches");

    private static final int LONG = 400;

    @Test
    void the_protocol_knows_neither_the_store_nor_the_server() {
        holds(noClasses()
                .that()
                .resideInAPackage("im.kith.xmpp..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("im.kith.store..", "im.kith.server..")));
    }

    @Test
    void the_store_knows_neither_the_protocol_nor_the_server() {
        holds(noClasses()
                .that()
                .resideInAPackage("im.kith.store..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("im.kith.xmpp..", "im.kith.server..")));
    }

    @Test
    void accounts_and_rooms_see_neither_sockets_nor_streams() {
        holds(noClasses()
                .that()
                .resideInAnyPackage("im.kith.server.account..", "im.kith.server.room..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("im.kith.server.net..", "im.kith.server.stream..")));
    }

    @Test
    void accounts_and_rooms_know_no_single_feature() {
        holds(noClasses()
                .that()
                .resideInAnyPackage("im.kith.server.account..", "im.kith.server.room..")
                .should()
                .dependOnClassesThat(resideInAPackage("im.kith.server.feature.*..")));
    }

    @Test
    void the_network_knows_no_stanza() {
        holds(noClasses()
                .that()
                .resideInAPackage("im.kith.server.net..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "im.kith.store..",
                                "im.kith.server.account..",
                                "im.kith.server.stream..",
                                "im.kith.server.feature..")
                        .or(JavaClass.Predicates.assignableTo(Stanza.class))
                        .or(JavaClass.Predicates.assignableTo(StanzaError.class))));
    }

    @Test
    void features_know_the_feature_interface_the_protocol_and_http_only() {
        holds(classes()
                .that()
                .resideInAPackage("im.kith.server.feature..")
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage("im.kith.server.feature..", "im.kith.server.http..", "im.kith.xmpp..")
                                .or(JavaClass.Predicates.resideOutsideOfPackage("im.kith.."))
                                .as("the feature interface, the protocol, HTTP or libraries")));
    }

    @Test
    void features_do_not_know_each_other() {
        for (var feature : featurePackages()) {
            holds(noClasses()
                    .that()
                    .resideInAPackage(feature + "..")
                    .should()
                    .dependOnClassesThat(resideInAPackage("im.kith.server.feature.*..")
                            .and(JavaClass.Predicates.resideOutsideOfPackage(feature + ".."))));
        }
    }

    @Test
    void actors_stay_in_the_partition_the_directory_and_the_composition() {
        holds(noClasses()
                .that()
                .haveNameNotMatching(".*\\.(Partition\\w*|\\w*Directory)(\\$.*)?")
                .and()
                .resideOutsideOfPackage("im.kith.server")
                .should()
                .dependOnClassesThat(resideInAPackage("org.apache.pekko..")));
    }

    @Test
    void the_network_library_stays_in_the_network() {
        holds(noClasses()
                .that()
                .resideOutsideOfPackage("im.kith.server.net..")
                .should()
                .dependOnClassesThat(resideInAPackage("io.netty..")));
    }

    @Test
    void the_database_library_stays_in_the_store() {
        holds(noClasses()
                .that()
                .resideOutsideOfPackage("im.kith.store..")
                .should()
                .dependOnClassesThat(resideInAPackage("org.rocksdb..")));
    }

    @Test
    void names_say_what_a_class_is() {
        holds(noClasses().should().haveNameMatching(".*(Manager|Helper|Util|Utils|Impl)(\\$.*)?|.*\\.Abstract[^.]*"));
    }

    @Test
    void accessors_do_without_get() {
        var offenders = new ArrayList<String>();
        for (var type : KITH) {
            for (var method : type.getMethods()) {
                boolean accessor = method.getName().matches("get[A-Z].*")
                        && method.getRawParameterTypes().isEmpty();
                if (accessor && !overrides(type, method.getName())) {
                    offenders.add(method.getFullName());
                }
            }
        }
        assertEquals(List.of(), offenders);
    }

    @Test
    void long_files_are_split_or_have_a_reason() throws IOException {
        var root = Path.of("").toAbsolutePath().getParent();
        var offenders = new ArrayList<String>();
        for (var module : List.of("xmpp", "store", "server", "trial")) {
            try (var files = Files.walk(root.resolve(module).resolve("src/main"))) {
                for (var file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    int lines = Files.readAllLines(file).size();
                    var name = String.valueOf(file.getFileName());
                    if (lines > LONG && !LONG_FILES.containsKey(name)) offenders.add(name + ": " + lines + " lines");
                }
            }
        }
        assertEquals(List.of(), offenders, "split by the state owned, or say why not in LONG_FILES");
    }

    private static void holds(ArchRule rule) {
        rule.allowEmptyShould(true).check(KITH);
    }

    private static List<String> featurePackages() {
        return KITH.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.startsWith("im.kith.server.feature."))
                .distinct()
                .sorted()
                .toList();
    }

    private static boolean overrides(JavaClass type, String method) {
        return type.getAllRawSuperclasses().stream().anyMatch(parent -> has(parent, method))
                || type.getAllRawInterfaces().stream().anyMatch(parent -> has(parent, method));
    }

    private static boolean has(JavaClass type, String method) {
        return !type.getName().startsWith("im.kith")
                && type.getMethods().stream().anyMatch(one -> one.getName().equals(method));
    }
}
