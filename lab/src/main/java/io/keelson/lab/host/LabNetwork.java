package io.keelson.lab.host;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Network;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The private network of one lab: a /24 of 10.231.0.0/16. Nothing leaves it, since its addresses are not translated;
 * this machine itself is in it as {@link #gateway}.
 *
 * @param name for the engine
 * @param third the third octet of its addresses
 */
record LabNetwork(String name, int third) {

    private static final int FIRST_HOST = 11;
    private static final int LAST_HOST = 250;

    static Optional<LabNetwork> find(Engine engine, String run) {
        return engine
                .client()
                .listNetworksCmd()
                .withFilter("label", java.util.List.of(Label.RUN + "=" + run))
                .exec()
                .stream()
                .findFirst()
                .map(LabNetwork::of);
    }

    /** Two runs that ask at the same time are told apart by the engine, which refuses overlapping networks. */
    static LabNetwork create(Engine engine, String run, Map<String, String> labels) {
        String name = "keelson-lab-" + run;
        for (int third = 0; third < 255; third++) {
            var network = new LabNetwork(name, third);
            try {
                engine.client()
                        .createNetworkCmd()
                        .withName(name)
                        .withCheckDuplicate(true)
                        .withDriver("bridge")
                        .withOptions(Map.of("com.docker.network.bridge.enable_ip_masquerade", "false"))
                        .withIpam(new Network.Ipam()
                                .withConfig(new Network.Ipam.Config()
                                        .withSubnet(network.subnet())
                                        .withGateway(network.gateway())))
                        .withLabels(labels)
                        .exec();
                return network;
            } catch (DockerException e) {
                if (!Objects.requireNonNullElse(e.getMessage(), "").contains("overlaps")) {
                    throw e;
                }
            }
        }
        throw new LabException("10.231.0.0/16 has no free /24 left; run: lab/run down");
    }

    private static LabNetwork of(Network network) {
        String subnet =
                Objects.requireNonNull(network.getIpam().getConfig().getFirst().getSubnet());
        return new LabNetwork(network.getName(), Integer.parseInt(subnet.split("\\.", -1)[2]));
    }

    String subnet() {
        return "10.231." + third + ".0/24";
    }

    String gateway() {
        return "10.231." + third + ".1";
    }

    /** The address of the n-th host, counted from 0. */
    String address(int n) {
        if (n < 0 || FIRST_HOST + n > LAST_HOST) {
            throw new LabException("a lab has room for " + (LAST_HOST - FIRST_HOST + 1) + " hosts");
        }
        return "10.231." + third + "." + (FIRST_HOST + n);
    }
}
