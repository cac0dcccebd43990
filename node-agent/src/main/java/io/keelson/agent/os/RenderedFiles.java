package io.keelson.agent.os;

import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Files whose whole content the plan decides. Whoever changes one of them by hand loses the change: what a host is,
 * is declared.
 */
public record RenderedFiles(StepId id, String title, List<HostFile> files) implements Step {
    public RenderedFiles {
        files = List.copyOf(files);
    }

    /** One file. */
    public static RenderedFiles one(String id, String title, HostFile file) {
        return new RenderedFiles(new StepId(id), title, List.of(file));
    }

    @Override
    public Finding observe(Host host) {
        var differing = files.stream().filter(file -> !file.isOn(host)).toList();
        if (differing.isEmpty()) {
            return new Satisfied(names(files) + " as declared");
        }
        return new Needed(names(differing) + " missing or different");
    }

    @Override
    public void apply(Host host, Activity activity) {
        files.stream().filter(file -> !file.isOn(host)).forEach(file -> file.write(host));
    }

    @Override
    public Undo undo() {
        return new Undo.Reverse(host -> files.forEach(file -> host.files().remove(file.path())));
    }

    private static String names(List<HostFile> files) {
        return files.stream().map(file -> file.path().toString()).collect(Collectors.joining(", "));
    }
}
