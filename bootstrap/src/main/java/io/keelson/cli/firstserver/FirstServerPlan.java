package io.keelson.cli.firstserver;

import io.keelson.agent.etcd.EtcdLayout;
import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Plan;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.cli.context.ContextFile;
import io.keelson.cli.context.ServerContext;
import io.keelson.cli.keeper.KeeperFiles;
import io.keelson.cli.keeper.OrderFile;
import io.keelson.cli.keeper.OrderedEtcd;
import io.keelson.cli.keeper.ServerEtcdOrder;
import io.keelson.cli.repository.OfflineRelease;
import io.keelson.fleet.Revision;
import io.keelson.release.BundleName;
import io.keelson.trust.VerifiedManifest;
import io.keelson.trust.bundle.BlobSource;
import io.keelson.trust.pki.CertificateProfile;
import io.keelson.trust.pki.Usage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** All that has to hold of a host so that it is the first control server, in order. */
final class FirstServerPlan {
    /** There is one plan, and it never changes its meaning. */
    private static final Revision ONLY = new Revision(1);

    /** Renewed when the command is run again; as long as its authority, because nothing else renews it. */
    private static final Duration LEAF_VALIDITY = Authority.VALIDITY;

    private FirstServerPlan() {}

    /**
     * What the plan is made from.
     *
     * @param host on which notes may say how often the member of the server's etcd was made
     * @param etcd what the server's etcd is to be, as it was written down until now; empty if it never was
     * @param files of the keeper of the server's etcd
     * @param release the bundle, as the repository releases it
     * @param onlineKey as PEM; empty if it is expected to be there
     * @param releases directory of all releases, in the real file system
     * @param question see {@link RunningServer}
     * @param repository brings what is released to the server
     */
    record Inputs(
            Host host,
            FirstServer server,
            Optional<ServerEtcdOrder> etcd,
            KeeperFiles files,
            OfflineRelease release,
            BlobSource blobs,
            Optional<byte[]> onlineKey,
            ContextFile contexts,
            Path releases,
            Function<ServerContext, Optional<String>> question,
            PublishedReleases.Repository repository) {
        VerifiedManifest bundle() {
            return release.manifest();
        }

        /** What the server's etcd is to be with this release. */
        ServerEtcdOrder order() {
            var name = bundle().manifest().name();
            return etcd.filter(known -> known.isOf(server.name(), server.address()))
                    .map(known -> known.running(name, bundle().digest()))
                    .orElseGet(() -> founding(name));
        }

        private ServerEtcdOrder founding(BundleName name) {
            var order = ServerEtcdOrder.founding(server.name(), server.address(), name, bundle().digest());
            return order.noted(ordered().noted(order));
        }

        OrderedEtcd ordered() {
            return new OrderedEtcd(host, files, releases);
        }
    }

    static Plan of(Inputs in) {
        var manifest = in.bundle().manifest().requireKubernetes();
        var release = in.releases().resolve(manifest.name().value());
        var etcd = EtcdLayout.ofControlServer(release);
        var hosts = hostAuthority();
        var members = etcdAuthority();
        var order = in.order();
        var admin = new AdminAccess(in.server(), hosts, in.contexts());
        var steps = new ArrayList<Step>();
        steps.addAll(new Preconditions(in.server(), manifest, release, etcd).steps());
        steps.add(new UnpackedRelease(in.bundle(), in.blobs(), in.releases()));
        steps.add(new Directories());
        steps.add(hosts);
        steps.add(serverCertificate(in.server(), hosts));
        steps.add(new SecretsKey());
        steps.add(new SnapshotKey());
        steps.add(new TrustedRoot(in.release()));
        steps.add(new OnlineKey(in.onlineKey()));
        steps.add(members);
        steps.addAll(etcdCertificates(in.server(), members));
        steps.add(new EtcdOrder(new OrderFile(in.files()), order, in.bundle().bytes()));
        // A restore that is not finished is brought to its end by the keeper, once the server runs again.
        steps.addAll(in.ordered().steps(order, manifest));
        steps.add(new RunningKeeper());
        steps.add(new ServerConfiguration(in.server(), order.etcd()));
        steps.add(admin);
        steps.add(new RunningServer(admin, in.question()));
        steps.add(new PublishedReleases(admin, in.repository()));
        return new Plan(ONLY, steps);
    }

    private static Authority hostAuthority() {
        return new Authority(
                new StepId("server.authority"),
                "make the authority for servers and hosts",
                "Keelson host authority",
                ServerLayout.PKI,
                true,
                ServerLayout.PKI.resolve("server.crt"));
    }

    private static SignedCertificate serverCertificate(FirstServer server, Authority authority) {
        var names = new ArrayList<>(server.hostnames());
        names.add("keelson-server");
        return new SignedCertificate(
                new StepId("server.certificate"),
                "make the server's certificate",
                authority,
                profile("keelson-server", names, List.of(server.address().value()), Usage.SERVER),
                ServerLayout.PKI,
                "server",
                true);
    }

    private static Authority etcdAuthority() {
        var directory = ServerLayout.ETCD_PKI.resolve("etcd");
        return new Authority(
                new StepId("etcd.authority"),
                "make the authority of the management etcd",
                "Keelson management etcd",
                directory,
                false,
                directory.resolve("server.crt"));
    }

    private static List<Step> etcdCertificates(FirstServer server, Authority authority) {
        var directory = ServerLayout.ETCD_PKI.resolve("etcd");
        var addresses = List.of(server.address().value(), "127.0.0.1");
        var names = List.of(server.name().value(), "localhost");
        return List.of(
                new SignedCertificate(
                        new StepId("etcd.certificate.server"),
                        "make etcd's server certificate",
                        authority,
                        // etcd's own gateway dials its server with this certificate.
                        profile(server.name().value(), names, addresses, Usage.SERVER_AND_CLIENT),
                        directory,
                        "server",
                        false),
                new SignedCertificate(
                        new StepId("etcd.certificate.peer"),
                        "make etcd's peer certificate",
                        authority,
                        profile(server.name().value(), names, addresses, Usage.SERVER_AND_CLIENT),
                        directory,
                        "peer",
                        false),
                new SignedCertificate(
                        new StepId("etcd.certificate.client"),
                        "make the server's certificate for etcd",
                        authority,
                        profile("keelson-server", List.of(), List.of(), Usage.CLIENT),
                        ServerLayout.ETCD_CLIENT,
                        "client",
                        true));
    }

    private static CertificateProfile profile(String name, List<String> dnsNames, List<String> addresses, Usage usage) {
        return new CertificateProfile(name, List.of(), dnsNames, addresses, List.of(), usage, LEAF_VALIDITY);
    }
}
