package io.keelson.server.api;

import io.keelson.etcd.MemberDisk;
import io.keelson.etcd.MemberStatus;
import io.keelson.fleet.HostId;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.proto.agent.v1.EtcdUsage;
import io.keelson.server.session.HostQuestions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Hosts that are connected are those of which a test has said what they answer; whom was asked is listed. */
final class RecordedQuestions implements HostQuestions {
    final List<String> asked = new ArrayList<>();
    private final Map<String, Function<Duration, EtcdUsage>> answers = new LinkedHashMap<>();
    private final Map<String, Optional<MemberDisk>> disks = new LinkedHashMap<>();

    private final Map<String, Optional<MemberStatus>> members = new LinkedHashMap<>();

    /** @param status null if it does not answer */
    void isNow(String host, @Nullable MemberStatus status) {
        members.put(host, Optional.ofNullable(status));
    }

    /** @param disk null if it holds nothing */
    void holds(String host, @Nullable MemberDisk disk) {
        disks.put(host, Optional.ofNullable(disk));
    }

    void answers(String host, EtcdUsage usage) {
        answers.put(host, limit -> usage);
    }

    void refuses(String host, ProblemCode code) {
        answers.put(host, limit -> {
            throw Problem.error(code, "host " + host, Remedy.advise("Look.")).asException();
        });
    }

    @Override
    public boolean reaches(HostId host) {
        return answers.containsKey(host.value());
    }

    @Override
    public Optional<MemberDisk> etcdDisk(HostId host, Duration limit) {
        return known(host, disks);
    }

    @Override
    public Optional<MemberStatus> etcdStatus(HostId host, Duration limit) {
        return known(host, members);
    }

    private static <T> T known(HostId host, Map<String, T> answers) {
        return Optional.ofNullable(answers.get(host.value()))
                .orElseThrow(() -> Problem.error(ProblemCode.HOST_NOT_CONNECTED, "host " + host, Remedy.advise("Look."))
                        .asException());
    }

    @Override
    public EtcdUsage etcdUsage(HostId host, Duration limit) {
        asked.add(host.value());
        return answers.getOrDefault(host.value(), unused -> EtcdUsage.getDefaultInstance())
                .apply(limit);
    }
}
