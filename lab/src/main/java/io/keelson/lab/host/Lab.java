package io.keelson.lab.host;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/**
 * A private network, the hosts in it, and a key to log in to them. A fresh lab belongs to this process and goes with
 * {@link #close}, or by the next {@link LabSweeper} if this process dies first. A standing lab belongs to nobody: it
 * stays until {@link #remove} or {@code lab/run down}. Safe for use by many threads.
 */
public final class Lab implements AutoCloseable {

    private static final Duration BOOT_LIMIT = Duration.ofSeconds(90);
    private static final String AUTHORIZED_KEYS = "/etc/lab/authorized_keys";

    private final Engine engine = Engine.local();
    private final LabEnvironment environment;
    private final String run;
    private final boolean standing;
    private final Map<String, String> labels;
    private final LabNetwork network;
    private final SshKey key;
    private final Map<String, LabHost> hosts = new TreeMap<>();

    private Lab(LabEnvironment environment, String run, boolean standing) {
        this.environment = environment;
        this.run = run;
        this.standing = standing;
        this.labels = Label.of(run, standing);
        this.key = SshKey.in(directory());
        this.network = (standing ? LabNetwork.find(engine, run) : Optional.<LabNetwork>empty())
                .orElseGet(() -> LabNetwork.create(engine, run, labels));
    }

    /** A lab of this process alone. What crashed runs have left on this machine is removed first. */
    public static Lab fresh(String name) {
        LabEnvironment environment = LabEnvironment.current();
        new LabSweeper(Engine.local(), environment.cache()).sweep();
        return new Lab(
                environment, checked(name) + "-" + UUID.randomUUID().toString().substring(0, 6), false);
    }

    /** The lab that stands under this name with the hosts it has, or a new one without hosts. */
    public static Lab standing(String name) {
        var lab = new Lab(LabEnvironment.current(), checked(name), true);
        for (Container found : lab.containers()) {
            String host = found.getLabels().get(Label.HOST);
            String address = found.getLabels().get(Label.ADDRESS);
            if (host != null && address != null) {
                lab.hosts.put(host, new LabHost(lab.engine, found.getId(), host, address));
            }
        }
        return lab;
    }

    private static String checked(String name) {
        if (!name.matches("[a-z][a-z0-9-]{0,30}")) {
            throw new IllegalArgumentException("a lab's name has small letters, digits and '-': " + name);
        }
        return name;
    }

    /** What labels, container names and the network carry: the name, for a fresh lab with something random behind it. */
    public String run() {
        return run;
    }

    public SshKey key() {
        return key;
    }

    /** For instance 10.231.3.0/24. */
    public String subnet() {
        return network.subnet();
    }

    /** This machine's own address in the lab's network. */
    public String gateway() {
        return network.gateway();
    }

    public synchronized List<LabHost> hosts() {
        return List.copyOf(hosts.values());
    }

    public synchronized Optional<LabHost> find(String name) {
        return Optional.ofNullable(hosts.get(name));
    }

    /** The host of this name; it is made and booted if the lab has none. */
    public LabHost host(String name) {
        var known = find(name);
        if (known.isPresent()) {
            return known.get();
        }
        LabHost host = create(name);
        host.awaitSystemRunning(BOOT_LIMIT);
        return host;
    }

    /** Several hosts, booted side by side; the answer is in the order asked for. */
    public List<LabHost> start(String... names) {
        List<Callable<LabHost>> boots = new ArrayList<>();
        for (String name : names) {
            LabHost host = find(name).orElseGet(() -> create(name));
            boots.add(() -> {
                host.awaitSystemRunning(BOOT_LIMIT);
                return host;
            });
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<LabHost> booted = new ArrayList<>();
            for (Future<LabHost> boot : threads.invokeAll(boots)) {
                booted.add(boot.get());
            }
            return booted;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof LabException known ? known : new LabException("a host did not boot", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while hosts boot", e);
        }
    }

    private synchronized LabHost create(String name) {
        return create(new HostSpec(run, checked(name), freeAddress(), network.name(), labels));
    }

    private LabHost create(HostSpec spec) {
        String container = standing ? createStanding(spec) : createOwned(spec);
        var host = new LabHost(engine, container, spec.name(), spec.address());
        hosts.put(host.name(), host);
        return host;
    }

    private String freeAddress() {
        List<String> taken = hosts.values().stream().map(LabHost::address).toList();
        int n = 0;
        while (taken.contains(network.address(n))) {
            n++;
        }
        return network.address(n);
    }

    @SuppressWarnings("resource") // Closed by remove(), which finds every container by its label.
    private String createOwned(HostSpec spec) {
        var container = new GenericContainer<>(DockerImageName.parse(environment.image()))
                .withImagePullPolicy(image -> false)
                .withNetworkMode(spec.network())
                .withCopyToContainer(Transferable.of(key.publicKey()), AUTHORIZED_KEYS)
                .withCreateContainerCmdModifier(spec::configure);
        container.start();
        return container.getContainerId();
    }

    /** Not by Testcontainers: when a process ends, that removes whatever the process has started. */
    private String createStanding(HostSpec spec) {
        DockerClient client = engine.client();
        var command = client.createContainerCmd(environment.image());
        spec.configure(command);
        String id = command.exec().getId();
        client.startContainerCmd(id).exec();
        var host = new LabHost(engine, id, spec.name(), spec.address());
        host.awaitBooted(BOOT_LIMIT);
        host.writeFile(AUTHORIZED_KEYS, key.publicKey(), "0644");
        return id;
    }

    /** Takes one host away with its disks, as if it had burnt; others may get its address. */
    public synchronized void remove(LabHost host) {
        engine.client()
                .removeContainerCmd(host.containerId())
                .withForce(true)
                .withRemoveVolumes(true)
                .exec();
        hosts.remove(host.name());
    }

    /**
     * Power off without warning, then a new operating system from the image, as a machine is installed anew: name and address
     * stay, and of its disks those that are named. Nothing else does.
     *
     * @param disks mount points
     * @return the host as it is now; the one that was given is no more
     */
    public LabHost reinstall(LabHost host, String... disks) {
        LabHost anew;
        synchronized (this) {
            var kept = new TreeMap<String, String>();
            var gone = new ArrayList<String>();
            for (var mount : engine.inspect(host.containerId()).getMounts()) {
                var target = mount.getDestination().getPath();
                if (List.of(disks).contains(target)) {
                    kept.put(target, mount.getName());
                } else if (mount.getName() != null) {
                    gone.add(mount.getName());
                }
            }
            if (kept.size() != disks.length) {
                throw new LabException(host.name() + " has " + kept.keySet() + " of " + List.of(disks));
            }
            host.kill();
            engine.client().removeContainerCmd(host.containerId()).exec();
            gone.forEach(volume -> engine.client().removeVolumeCmd(volume).exec());
            anew = create(new HostSpec(run, host.name(), host.address(), network.name(), labels, kept));
        }
        anew.awaitSystemRunning(BOOT_LIMIT);
        return anew;
    }

    private List<Container> containers() {
        return engine.client()
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(Label.RUN, run))
                .exec();
    }

    private Path directory() {
        return environment.cache().resolve("lab").resolve(run);
    }

    /** Takes the lab away: hosts with their disks, network, key. */
    public synchronized void remove() {
        new LabSweeper(engine, environment.cache()).remove(run);
        hosts.clear();
    }

    /** Removes a fresh lab; leaves a standing one. */
    @Override
    public void close() {
        if (!standing) {
            remove();
        }
    }
}
