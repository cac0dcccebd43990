package io.keelson.lab.scenario;

import io.keelson.lab.host.Lab;
import io.keelson.lab.host.LabException;
import io.keelson.lab.host.Progress;

/** What a person needs who was not there when a scenario failed. */
final class Evidence {
    private Evidence() {}

    /** Prints failed units and the last log lines of Keelson's own units on every host. */
    static void of(Lab lab, Progress progress) {
        for (var host : lab.hosts()) {
            try {
                var log = host.exec(
                        "sh",
                        "-c",
                        "systemctl --failed --no-legend --plain; "
                                + "journalctl --no-pager -n 40 -o short-iso -u keelson-agent -u keelson-server -u kubelet -u etcd");
                progress.say("---- " + host.name() + "\n" + log.stdout());
            } catch (LabException e) {
                progress.say("---- " + host.name() + " does not answer: " + e.getMessage());
            }
        }
    }
}
