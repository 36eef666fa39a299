package im.kith.trial.play;

import im.kith.trial.KithProcess;
import im.kith.trial.wire.Endpoint;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/// Gives each trial its [World]: on the one shared server, on one of its own ([OwnServer]), or on a server that is
/// running already (`-Dkith.trial.host`, `.port`, `.tls-port`, `.http-port`, `.domain`).
final class Stage implements ExecutionCondition, ParameterResolver, AfterEachCallback, TestExecutionExceptionHandler {

    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(Stage.class);

    /// A server and whether it is this trial's alone; without a process it runs elsewhere.
    private record House(Endpoint endpoint, @Nullable KithProcess process, boolean own) implements AutoCloseable {

        @Override
        public void close() {
            if (process != null) {
                process.close();
            }
        }
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (System.getProperty("kith.trial.host") != null) {
            return annotationOf(context) == null
                    ? ConditionEvaluationResult.enabled("plays on the server that is named")
                    : ConditionEvaluationResult.disabled(
                            "needs a server of its own, and -Dkith.trial.host names another");
        }
        return KithProcess.isAvailable()
                ? ConditionEvaluationResult.enabled("there is a server to start")
                : ConditionEvaluationResult.disabled(
                        "no `kith` script to start a server with, and no -Dkith.trial.host");
    }

    private static @Nullable OwnServer annotationOf(ExtensionContext context) {
        return context.getTestMethod()
                .map(method -> method.getAnnotation(OwnServer.class))
                .or(() -> context.getTestClass().map(type -> type.getAnnotation(OwnServer.class)))
                .orElse(null);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == World.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        var house = house(context);
        return context.getStore(NAMESPACE)
                .getOrComputeIfAbsent("world", key -> new World(house.endpoint(), house.process(), house.own()));
    }

    private static House house(ExtensionContext context) {
        var method = context.getRequiredTestMethod().getAnnotation(OwnServer.class);
        if (method != null) {
            return own(context, method);
        }
        var type = context.getRequiredTestClass().getAnnotation(OwnServer.class);
        if (type != null) {
            return own(context.getParent().orElseThrow(), type);
        }
        return context.getRoot().getStore(NAMESPACE).getOrComputeIfAbsent("shared", key -> shared(), House.class);
    }

    private static House own(ExtensionContext owner, OwnServer annotation) {
        return owner.getStore(NAMESPACE)
                .getOrComputeIfAbsent("own", key -> started(List.of(annotation.set()), true), House.class);
    }

    private static House shared() {
        var host = System.getProperty("kith.trial.host");
        if (host == null) {
            return started(List.of(), false);
        }
        var endpoint = new Endpoint(
                host,
                Integer.getInteger("kith.trial.port", 5222),
                Integer.getInteger("kith.trial.tls-port", 5223),
                Integer.getInteger("kith.trial.http-port", 8080),
                System.getProperty("kith.trial.domain", "localhost"));
        return new House(endpoint, null, false);
    }

    private static House started(List<String> settings, boolean own) {
        var process = KithProcess.start(World.DOMAIN, settings);
        return new House(process.endpoint(), process, own);
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        var world = context.getStore(NAMESPACE).get("world", World.class);
        if (world == null || failure instanceof org.opentest4j.TestAbortedException) {
            throw failure;
        }
        throw new AssertionError(failure.getMessage() + "\n\nThe dialogue:\n" + world.dialogue(), failure);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        var world = context.getStore(NAMESPACE).remove("world", World.class);
        if (world != null) {
            world.close();
        }
    }
}
