package io.keelson.lab.fleet;

import io.keelson.lab.host.Lab;
import io.keelson.lab.host.LabHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The collection {@code keelson.fleet}, run over SSH against a lab. */
public final class Ansible {
    private static final Duration LIMIT = Duration.ofMinutes(20);
    private static final Pattern TASK = Pattern.compile("TASK \\[(.+)] \\*+");
    private static final Pattern CHANGED = Pattern.compile("changed: \\[([^\\] ]+).*");

    private final Lab lab;
    private final Topology topology;
    private final Artifacts artifacts;
    private final Releases releases;
    private final Path directory;
    private final Tool tool;

    Ansible(Lab lab, Topology topology, Artifacts artifacts, Releases releases, Path directory) {
        this.lab = lab;
        this.topology = topology;
        this.artifacts = artifacts;
        this.releases = releases;
        this.directory = directory;
        this.tool = new Tool(
                directory,
                directory.resolve("ansible.log"),
                Map.of(
                        "ANSIBLE_COLLECTIONS_PATH",
                                directory.resolve("collections").toString(),
                        "ANSIBLE_HOST_KEY_CHECKING", "False",
                        "ANSIBLE_NOCOLOR", "1",
                        "ANSIBLE_LOCALHOST_WARNING", "False",
                        "ANSIBLE_PIPELINING", "True",
                        "ANSIBLE_FORKS", "10",
                        "ANSIBLE_SSH_ARGS",
                                "-o ControlMaster=auto -o ControlPersist=60s -o UserKnownHostsFile=/dev/null",
                        "LC_ALL", "C.UTF-8"));
    }

    /** Installs the collection, and writes the inventory. */
    void prepare() {
        try {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve("inventory.ini"), inventory());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        tool.must(
                LIMIT,
                List.of(
                        "ansible-galaxy",
                        "collection",
                        "install",
                        "--force",
                        "--no-deps",
                        artifacts.project().resolve("ansible").toString(),
                        "-p",
                        directory.resolve("collections").toString()));
    }

    /** Runs a playbook of the collection. @return each task that changed something, with its host, in their order */
    public List<String> play(String playbook) {
        var out = tool.must(
                LIMIT,
                List.of(
                        "ansible-playbook",
                        "-i",
                        "inventory.ini",
                        "keelson.fleet." + playbook,
                        "-e",
                        "keelson_server_rpm=" + artifacts.serverRpm(),
                        "-e",
                        "keelson_agent_rpm=" + artifacts.agentRpm(),
                        "-e",
                        "keelson_bundle_archive=" + artifacts.archive(),
                        "-e",
                        "keelson_trust_repository=" + releases.directory(),
                        "-e",
                        "keelson_online_key=" + artifacts.people().key(People.ONLINE)));
        return changes(out);
    }

    private static List<String> changes(String out) {
        var changes = new ArrayList<String>();
        String task = "";
        for (var line : out.lines().toList()) {
            var begun = TASK.matcher(line);
            var changed = CHANGED.matcher(line);
            if (begun.matches()) {
                task = begun.group(1);
            } else if (changed.matches()) {
                changes.add(task + " on " + changed.group(1));
            }
        }
        return changes;
    }

    private String inventory() {
        var text = new StringBuilder("[keelson_server]\n");
        text.append(line(lab.host(Topology.SERVER))).append("\n\n[keelson_hosts]\n");
        for (var name : topology.agentNames()) {
            text.append(line(lab.host(name)))
                    .append(" keelson_zone=")
                    .append(topology.zone(name))
                    .append('\n');
        }
        return text.append("\n[all:vars]\nansible_user=root\nansible_python_interpreter=/usr/bin/python3\n")
                .append("ansible_ssh_private_key_file=")
                .append(lab.key().privateKey())
                .append('\n')
                .toString();
    }

    private static String line(LabHost host) {
        return host.name() + " ansible_host=" + host.address();
    }
}
