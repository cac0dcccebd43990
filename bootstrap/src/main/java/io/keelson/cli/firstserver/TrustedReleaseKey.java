package io.keelson.cli.firstserver;

import io.keelson.agent.host.Files.Access;
import io.keelson.agent.host.Host;
import io.keelson.agent.os.HostFile;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.trust.ReleasePublicKey;

/** The server hands this release key to every host that joins. */
record TrustedReleaseKey(ReleasePublicKey key) implements Step {
    @Override
    public StepId id() {
        return new StepId("server.release-key");
    }

    @Override
    public String title() {
        return "trust the release key";
    }

    @Override
    public Finding observe(Host host) {
        return file().isOn(host) ? new Satisfied(file().path() + " is there") : new Needed(file().path() + " missing");
    }

    @Override
    public void apply(Host host, Activity activity) {
        file().write(host);
    }

    @Override
    public Undo undo() {
        return new Undo.Reverse(host -> host.files().remove(file().path()));
    }

    private HostFile file() {
        var name = key.keyId().substring(0, 12) + ".pub";
        return new HostFile(ServerLayout.RELEASE_KEYS.resolve(name), key.pem(), Access.PUBLIC);
    }
}
