package io.keelson.cli.pool;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.keelson.proto.agent.v1.ProblemReport;
import io.keelson.proto.operator.v1.GetPoolResponse;
import io.keelson.proto.operator.v1.Problems;
import io.keelson.proto.operator.v1.Resource;
import java.time.Duration;
import java.time.Instant;

/** What a server says of a node pool: two hosts, of which one is being emptied, or as it is said. */
final class PoolAnswers {
    static final Instant LONG_AGO = Instant.now().minus(Duration.ofDays(5)).minus(Duration.ofMinutes(30));

    private PoolAnswers() {}

    static String host(String name, String stage, String level, String more) {
        return """
                {"host": "%s", "zone": "z1", "stage": "%s", "since": "%s", "why": "it works", "osLevel": "%s"%s}""".formatted(name, stage, LONG_AGO, level, more);
    }

    static String moving() {
        return host("w-1", "serving", "os-b", "") + ","
                + host("w-2", "draining", "os-a", ", \"waitsFor\": \"pod shop/web-1: ends soon\"");
    }

    static GetPoolResponse.Builder pool(String status, String hosts) {
        return GetPoolResponse.newBuilder()
                .setPool(Resource.newBuilder()
                        .setKind("NodePool")
                        .setName("workers")
                        .setJson("""
                        {"apiVersion": "keelson.io/v1alpha1", "kind": "NodePool", "metadata": {"name": "workers"},
                         "spec": {"cluster": "prod", "size": 2, "osLevel": "os-b", "strategy": "replace",
                          "maxUnavailable": 1, "maintenanceWindows": [
                           {"days": ["saturday"], "opens": "22:00", "length": "PT4H", "timeZone": "Europe/Berlin"}]},
                         "status": {"hostsAtLevel": "1/2", "nodesServing": "1/2", "spares": 0, "failed": 0, %s,
                          "hosts": [%s]}}""".formatted(status, hosts)));
    }

    static GetPoolResponse replacing() {
        return pool("\"phase\": \"Replacing\"", moving())
                .setRemainingMinutes(12)
                .build();
    }

    static GetPoolResponse atRest() {
        return pool(
                        "\"phase\": \"Ready\"",
                        host("w-1", "serving", "os-b", "") + "," + host("w-2", "serving", "os-b", ""))
                .setAtRest(true)
                .build();
    }

    static GetPoolResponse stopped(String hosts) {
        return pool("\"phase\": \"Holding\", \"holds\": \"1 hosts have failed, tolerated are 0\"", hosts)
                .setFailed(true)
                .build();
    }

    static StatusRuntimeException problem(String code) {
        var problems = Problems.newBuilder()
                .addProblems(ProblemReport.newBuilder()
                        .setCode(code)
                        .setWhat("there is no node pool workers")
                        .setAdvice("See which node pools there are.")
                        .setCommand("keelson get nodepools"));
        var trailers = new Metadata();
        trailers.put(
                Metadata.Key.of("keelson-problems-bin", Metadata.BINARY_BYTE_MARSHALLER),
                problems.build().toByteArray());
        return Status.FAILED_PRECONDITION.asRuntimeException(trailers);
    }
}
