package io.keelson.agent.kubernetes;

import io.keelson.agent.os.HostFile;
import io.keelson.agent.os.RenderedFiles;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.fleet.NodeSpec;
import java.util.ArrayList;
import java.util.List;

/** Kubeconfigs of the node's components. They name files instead of holding keys, so that renewals reach them. */
final class Kubeconfigs {
    private Kubeconfigs() {}

    static Step step(NodeSpec spec) {
        var files = new ArrayList<HostFile>();
        files.add(file(spec, "kubelet", NodeCertificates.KUBELET_CLIENT));
        files.add(file(spec, "kube-proxy", NodeCertificates.KUBE_PROXY));
        switch (spec.role()) {
            case CONTROL_PLANE -> {
                files.add(file(spec, "controller-manager", NodeCertificates.CONTROLLER_MANAGER));
                files.add(file(spec, "scheduler", NodeCertificates.SCHEDULER));
                files.add(file(spec, "admin", NodeCertificates.ADMIN));
            }
            case WORKER -> {}
        }
        return new RenderedFiles(new StepId("kubernetes.kubeconfigs"), "write kubeconfigs", List.copyOf(files));
    }

    private static HostFile file(NodeSpec spec, String name, CertificateFile certificate) {
        return HostFile.secret(NodeFiles.kubeconfig(name), """
                apiVersion: v1
                kind: Config
                clusters:
                - name: %1$s
                  cluster:
                    server: %2$s
                    certificate-authority: %3$s
                users:
                - name: %4$s
                  user:
                    client-certificate: %5$s
                    client-key: %6$s
                contexts:
                - name: %4$s@%1$s
                  context:
                    cluster: %1$s
                    user: %4$s
                current-context: %4$s@%1$s
                """.formatted(
                spec.cluster(), NodeFiles.API, certificate.ca(), name, certificate.certificate(), certificate.key()));
    }
}
