package io.keelson.apiproxy;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.nio.file.Path;

/**
 * The node-local API balancer: {@code Main [CONFIGURATION]}. Ends with status 1 if it cannot listen; systemd starts it
 * again.
 */
public final class Main {
    private static final Endpoint LISTEN = new Endpoint("127.0.0.1", 6443);
    private static final Path CONFIGURATION = Path.of("/etc/keelson/api-proxy.json");

    private Main() {}

    /** Runs until the process is ended. */
    public static void main(String[] arguments) {
        var configuration = arguments.length > 0 ? Path.of(arguments[0]) : CONFIGURATION;
        var vertx = vertx();
        vertx.deployVerticle(new Balancer(LISTEN, configuration, Timing.STANDARD))
                .onFailure(cause -> {
                    System.getLogger("keelson.apiproxy")
                            .log(System.Logger.Level.ERROR, "cannot listen on " + LISTEN, cause);
                    Runtime.getRuntime().halt(1);
                });
    }

    /** One event loop and one thread for files: connections are few, memory is dear. */
    static Vertx vertx() {
        return Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
    }
}
