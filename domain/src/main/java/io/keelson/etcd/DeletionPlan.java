package io.keelson.etcd;

import io.keelson.etcd.EtcdUsage.Removable;
import io.keelson.etcd.EtcdUsage.Removable.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a person could delete from a cluster to make room in its etcd, the most bytes first, each with what it would
 * break. Text for a person and nothing else: no part of Keelson runs any of it.
 */
public final class DeletionPlan {
    /** Names in one command; a longer one is hard to read and to check. */
    private static final int MOST_NAMES = 8;

    /** What etcd holds is not trusted in a command that somebody pastes into a shell: names are those of Kubernetes. */
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9]([-a-zA-Z0-9._]{0,251}[a-zA-Z0-9])?");

    private DeletionPlan() {}

    /**
     * One command.
     *
     * @param bytes that the live objects take up, as far as they were seen; they are free after a compaction, and given
     *     back to the disk by a defragmentation
     * @param breaks what would be lost or stop working
     */
    public record Deletion(String command, long keys, long bytes, String breaks) {}

    /** All of it; what has a name that no object of Kubernetes can have is left out. */
    public static List<Deletion> of(EtcdUsage usage) {
        var plan = new ArrayList<Deletion>();
        var named = new LinkedHashMap<String, List<Removable>>();
        for (var each : usage.removables()) {
            if (!speakable(each)) {
                continue;
            }
            if (each.kind() == Kind.FINISHED_JOB) {
                named.computeIfAbsent(each.namespace(), unused -> new ArrayList<>())
                        .add(each);
            } else {
                plan.add(new Deletion(command(each), each.keys(), each.bytes(), breaks(each)));
            }
        }
        named.values().forEach(jobs -> plan.add(jobs(jobs)));
        plan.sort(Comparator.comparingLong(Deletion::bytes).reversed().thenComparing(Deletion::command));
        return List.copyOf(plan);
    }

    private static boolean speakable(Removable each) {
        return NAME.matcher(each.type()).matches()
                && (each.namespace().isEmpty() || NAME.matcher(each.namespace()).matches())
                && (each.name().isEmpty() || NAME.matcher(each.name()).matches());
    }

    private static String command(Removable each) {
        var where = each.namespace().isEmpty() ? "" : " -n " + each.namespace();
        return "kubectl delete "
                + switch (each.kind()) {
                    case EVENTS -> "events" + where + " --all";
                    case SUCCEEDED_PODS -> "pods" + where + " --field-selector=status.phase=Succeeded";
                    case FAILED_PODS -> "pods" + where + " --field-selector=status.phase=Failed";
                    case UNOWNED_CUSTOM -> each.type() + where + " --all";
                    case FINISHED_JOB, LARGE_OBJECT -> each.type() + where + " " + each.name();
                };
    }

    private static String breaks(Removable each) {
        return switch (each.kind()) {
            case EVENTS -> "nothing runs by events; what happened there lately cannot be looked up any more";
            case SUCCEEDED_PODS -> "their logs are gone; a job that still runs may do their part again";
            case FAILED_PODS -> "their logs, and with them why they failed, are gone";
            case FINISHED_JOB -> "its result and logs are gone; a tool that applies it again runs it again";
            case UNOWNED_CUSTOM ->
                "whatever they stand for: their controller may delete that too, and --all spares no owned one either;"
                        + " ask who installed " + group(each.type());
            case LARGE_OBJECT -> "pods that mount or read it do not start any more; keep a copy";
        };
    }

    private static String group(String type) {
        return type.substring(type.indexOf('.') + 1);
    }

    /** The largest ones by name, since no selector says of a job that it is over. */
    private static Deletion jobs(List<Removable> jobs) {
        var largest = jobs.stream()
                .sorted(Comparator.comparingLong(Removable::bytes).reversed().thenComparing(Removable::name))
                .limit(MOST_NAMES)
                .toList();
        var first = largest.getFirst();
        var where = Optional.of(first.namespace())
                .filter(namespace -> !namespace.isEmpty())
                .map(namespace -> " -n " + namespace)
                .orElse("");
        return new Deletion(
                "kubectl delete " + first.type() + where + " "
                        + String.join(" ", largest.stream().map(Removable::name).toList()),
                largest.stream().mapToLong(Removable::keys).sum(),
                largest.stream().mapToLong(Removable::bytes).sum(),
                breaks(first));
    }
}
