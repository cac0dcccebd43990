package io.keelson.server.session;

import io.keelson.etcd.EtcdUsage;
import io.keelson.etcd.EtcdUsage.Eater;
import io.keelson.etcd.EtcdUsage.History;
import io.keelson.etcd.EtcdUsage.Ranking;
import io.keelson.etcd.EtcdUsage.Removable;
import io.keelson.etcd.EtcdUsage.Removable.Kind;
import io.keelson.etcd.EtcdUsage.StoredObject;
import io.keelson.proto.agent.v1.EtcdEater;
import io.keelson.proto.agent.v1.EtcdHistory;
import io.keelson.proto.agent.v1.EtcdObject;
import io.keelson.proto.agent.v1.EtcdRanking;
import io.keelson.proto.agent.v1.EtcdRemovable;
import io.keelson.proto.agent.v1.EtcdRemovableKind;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What an agent says of its etcd's usage, from the wire to domain values. People act on it and it is shown on their
 * terminals: nothing is cut or guessed, what is too much, unspecified or not printable is refused.
 */
public final class EtcdUsages {
    private static final int MOST_ROWS = 128;
    private static final int LONGEST_TEXT = 800;
    private static final Pattern PRINTABLE = Pattern.compile("[ -~]*");

    private EtcdUsages() {}

    /**
     * The domain's value.
     *
     * @throws io.keelson.problem.ProblemException RESOURCE_INVALID
     */
    public static EtcdUsage read(io.keelson.proto.agent.v1.EtcdUsage message) {
        atMost("alarms", message.getAlarmsCount());
        atMost("large objects", message.getLargestCount());
        atMost("removables", message.getRemovablesCount());
        return new EtcdUsage(
                text(message.getVersion()),
                number(message.getDbBytes()),
                number(message.getDbInUseBytes()),
                message.getAlarmsList().stream().map(EtcdReports::alarm).collect(Collectors.toUnmodifiableSet()),
                number(message.getKeys()),
                number(message.getBytes()),
                message.getComplete(),
                history(message.getHistory()),
                ranking(message.getTypes()),
                ranking(message.getNamespaces()),
                ranking(message.getOwners()),
                message.getLargestList().stream().map(EtcdUsages::object).toList(),
                message.getRemovablesList().stream().map(EtcdUsages::removable).toList());
    }

    private static History history(EtcdHistory message) {
        return new History(
                number(message.getFromRevision()),
                number(message.getToRevision()),
                number(message.getWrites()),
                number(message.getBytes()),
                message.getComplete());
    }

    private static Ranking ranking(EtcdRanking message) {
        atMost("rows", message.getEatersCount());
        return new Ranking(
                message.getEatersList().stream().map(EtcdUsages::eater).toList(), eater(message.getOthers()));
    }

    private static Eater eater(EtcdEater message) {
        return new Eater(
                text(message.getName()),
                number(message.getKeys()),
                number(message.getBytes()),
                number(message.getVersions()),
                number(message.getWrites()),
                number(message.getWrittenBytes()));
    }

    private static StoredObject object(EtcdObject message) {
        return new StoredObject(
                text(message.getType()),
                text(message.getNamespace()),
                text(message.getName()),
                number(message.getBytes()));
    }

    private static Removable removable(EtcdRemovable message) {
        return new Removable(
                kind(message.getKind()),
                text(message.getType()),
                text(message.getNamespace()),
                text(message.getName()),
                number(message.getKeys()),
                number(message.getBytes()));
    }

    private static Kind kind(EtcdRemovableKind kind) {
        return switch (kind) {
            case ETCD_REMOVABLE_KIND_EVENTS -> Kind.EVENTS;
            case ETCD_REMOVABLE_KIND_SUCCEEDED_PODS -> Kind.SUCCEEDED_PODS;
            case ETCD_REMOVABLE_KIND_FAILED_PODS -> Kind.FAILED_PODS;
            case ETCD_REMOVABLE_KIND_FINISHED_JOB -> Kind.FINISHED_JOB;
            case ETCD_REMOVABLE_KIND_UNOWNED_CUSTOM -> Kind.UNOWNED_CUSTOM;
            case ETCD_REMOVABLE_KIND_LARGE_OBJECT -> Kind.LARGE_OBJECT;
            case ETCD_REMOVABLE_KIND_UNSPECIFIED, UNRECOGNIZED ->
                throw AgentReports.invalid("something could be deleted for a reason that this server does not know");
        };
    }

    private static void atMost(String what, int count) {
        if (count > MOST_ROWS) {
            throw AgentReports.invalid("more than " + MOST_ROWS + " " + what);
        }
    }

    private static long number(long value) {
        return AgentReports.atLeastZero("number in the usage of etcd", value);
    }

    private static String text(String text) {
        if (text.length() > LONGEST_TEXT || !PRINTABLE.matcher(text).matches()) {
            throw AgentReports.invalid("a name in the usage of etcd is too long or cannot be printed");
        }
        return text;
    }
}
