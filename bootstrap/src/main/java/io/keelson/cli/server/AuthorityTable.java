package io.keelson.cli.server;

import io.keelson.cli.output.TextTable;
import io.keelson.proto.operator.v1.HostAuthorityResponse;
import io.keelson.proto.operator.v1.HostAuthorityResponse.Authority;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How the authorities and their rotation are shown. */
final class AuthorityTable {
    private static final int DIGEST = 16;

    private AuthorityTable() {}

    static void write(PrintWriter out, HostAuthorityResponse answer) {
        var table = new TextTable(List.of("AUTHORITY", "PHASE", "SINCE", "EXPIRES", "KEY"));
        for (var each : answer.getAuthoritiesList()) {
            var key = each.getSha256();
            table.row(List.of(
                    String.valueOf(each.getNumber()),
                    each.getPhase(),
                    since(each).toString(),
                    expires(each).toString(),
                    key.substring(0, Math.min(DIGEST, key.length()))));
        }
        table.write(out, "");
        if (!answer.getNext().isEmpty()) {
            out.println();
            out.println("Rotation: " + answer.getNext());
            answer.getWaitingForList().forEach(host -> out.println("  " + host));
        }
        out.flush();
    }

    static Map<String, Object> plain(HostAuthorityResponse answer) {
        var plain = new LinkedHashMap<String, Object>();
        plain.put(
                "authorities",
                answer.getAuthoritiesList().stream().map(AuthorityTable::plain).toList());
        plain.put("next", answer.getNext());
        plain.put("waitingFor", List.copyOf(answer.getWaitingForList()));
        return plain;
    }

    private static Map<String, Object> plain(Authority each) {
        var plain = new LinkedHashMap<String, Object>();
        plain.put("number", each.getNumber());
        plain.put("phase", each.getPhase());
        plain.put("since", since(each).toString());
        plain.put("expires", expires(each).toString());
        plain.put("sha256", each.getSha256());
        plain.put("certificate", each.getCertificate().toStringUtf8());
        return plain;
    }

    private static Instant since(Authority each) {
        return Instant.ofEpochMilli(each.getSinceMillis());
    }

    private static Instant expires(Authority each) {
        return Instant.ofEpochMilli(each.getExpiresMillis());
    }
}
