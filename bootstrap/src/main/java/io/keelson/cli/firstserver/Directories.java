package io.keelson.cli.firstserver;

import io.keelson.agent.host.Files.Access;
import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The server's directories. Configuration belongs to root; state belongs to the server's user. */
record Directories() implements Step {
    private static final List<Path> CONFIGURATION =
            List.of(ServerLayout.CONFIGURATION, ServerLayout.PKI, ServerLayout.ETCD_CLIENT);
    private static final List<Path> STATE = List.of(ServerLayout.STATE, ServerLayout.CONTENT);

    @Override
    public StepId id() {
        return new StepId("server.directories");
    }

    @Override
    public String title() {
        return "make the server's directories";
    }

    @Override
    public Finding observe(Host host) {
        return Stream.concat(
                        CONFIGURATION.stream()
                                .filter(directory -> !host.files().exists(directory))
                                .map(directory -> directory + " missing"),
                        STATE.stream().flatMap(directory -> ServerFiles.gap(host, directory).stream()))
                .findFirst()
                .<Finding>map(Needed::new)
                .orElseGet(() -> new Satisfied("all directories are there"));
    }

    @Override
    public void apply(Host host, Activity activity) {
        CONFIGURATION.forEach(directory -> host.files().directory(directory, Access.PUBLIC));
        for (var directory : STATE) {
            host.files().directory(directory, Access.SECRET);
            host.files().owner(directory, ServerLayout.USER);
        }
    }

    @Override
    public Undo undo() {
        return new Undo.Nothing();
    }
}
