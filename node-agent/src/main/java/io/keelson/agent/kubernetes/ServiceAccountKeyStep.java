package io.keelson.agent.kubernetes;

import static io.keelson.agent.kubernetes.NodeFiles.SERVICE_ACCOUNT_KEY;
import static io.keelson.agent.kubernetes.NodeFiles.SERVICE_ACCOUNT_PUBLIC_KEY;

import io.keelson.agent.host.Files.Access;
import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;

/** The key that signs service-account tokens, the same on every control-plane host of the cluster. */
record ServiceAccountKeyStep(Credentials credentials) implements Step {
    @Override
    public StepId id() {
        return new StepId("kubernetes.service-account-key");
    }

    @Override
    public String title() {
        return "obtain the service-account key";
    }

    @Override
    public Finding observe(Host host) {
        return host.files().exists(SERVICE_ACCOUNT_KEY) && host.files().exists(SERVICE_ACCOUNT_PUBLIC_KEY)
                ? new Satisfied(SERVICE_ACCOUNT_KEY + " is there")
                : new Needed(SERVICE_ACCOUNT_KEY + " or its public half is missing");
    }

    @Override
    public void apply(Host host, Activity activity) {
        var pair = activity.transferring(credentials::serviceAccountKey);
        host.files().write(SERVICE_ACCOUNT_PUBLIC_KEY, pair.publicKey(), Access.PUBLIC);
        host.files().write(SERVICE_ACCOUNT_KEY, pair.key(), Access.SECRET);
    }

    @Override
    public Undo undo() {
        return new Undo.Reverse(host -> {
            host.files().remove(SERVICE_ACCOUNT_KEY);
            host.files().remove(SERVICE_ACCOUNT_PUBLIC_KEY);
        });
    }
}
