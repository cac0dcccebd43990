package io.keelson.agent.os.packages;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keelson.agent.host.Host;
import io.keelson.agent.os.HostFile;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.release.Digest;
import java.io.IOException;
import java.nio.file.Path;

/**
 * It is written down that all that an order wanted of the operating system was done, its reboot included: from then on nothing of it
 * is done once more on a node, which carries pods. JSON, version 1.
 *
 * @param manifest digest of the level's
 * @param asked how many reboots were asked for
 */
record LevelSettled(Digest manifest, int asked, Path file) implements Step {
    /** The note's name. */
    static final String FILE = "os-settled.json";

    private static final JsonMapper JSON = new JsonMapper();
    private static final int VERSION = 1;

    @Override
    public StepId id() {
        return new StepId("os.settled");
    }

    @Override
    public String title() {
        return "note that the operating system is as ordered";
    }

    /** A note that cannot be read says nothing, and is written anew. */
    boolean isNoted(Host host) {
        return host.files().read(file).map(this::says).orElse(false);
    }

    private boolean says(byte[] note) {
        try {
            var tree = JSON.readTree(note);
            return tree.path("v").asInt() == VERSION
                    && tree.path("manifest").asText().equals(manifest.hex())
                    && tree.path("reboots").asInt(-1) == asked;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public Finding observe(Host host) {
        return isNoted(host)
                ? new Satisfied("the operating system came to what was ordered")
                : new Needed("no note says that the operating system came to what was ordered");
    }

    @Override
    public void apply(Host host, Activity activity) {
        var tree = JSON.createObjectNode()
                .put("v", VERSION)
                .put("manifest", manifest.hex())
                .put("reboots", asked);
        HostFile.text(file, tree + "\n").write(host);
    }

    @Override
    public Undo undo() {
        return new Undo.Reverse(host -> host.files().remove(file));
    }
}
