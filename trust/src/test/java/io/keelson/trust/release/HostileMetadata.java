package io.keelson.trust.release;

import static io.keelson.problem.ProblemCode.TRUST_CONTENT_MISMATCH;
import static io.keelson.problem.ProblemCode.TRUST_METADATA_INVALID;
import static io.keelson.problem.ProblemCode.TRUST_THRESHOLD_NOT_MET;
import static io.keelson.problem.ProblemCode.TRUST_TOO_LARGE;
import static io.keelson.problem.ProblemCode.TRUST_TOO_SLOW;
import static io.keelson.trust.release.HostileRelease.before;
import static io.keelson.trust.release.HostileRelease.of;

import io.keelson.problem.ProblemCode;
import io.keelson.trust.tuf.SimulatedRepository;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Files that are cut, flipped, doubled, too long, without end or as slow as can be. */
final class HostileMetadata {
    private static final Map<String, Integer> CAPS =
            Map.of("root", 512_000, "timestamp", 16_384, "snapshot", 2_000_000, "targets", 5_000_000);
    private static final int CUT_EVERY = 64;
    private static final int FLIP_EVERY = 48;
    private static final int NESTING = 100_000;
    private static final String MANIFEST = "manifest.json";
    private static final String FLOOR = "floor.json";

    private final List<HostileRelease> made = new ArrayList<>();

    private HostileMetadata() {}

    static List<HostileRelease> all() {
        var bytes = new HostileMetadata();
        for (var role : Mirror.ROLES) {
            bytes.cutAndFlipped(role);
            bytes.malformed(role);
        }
        for (var file : List.of(MANIFEST, FLOOR)) {
            bytes.contents(file);
        }
        for (var ending : List.of("root.json", "timestamp.json", "snapshot.json", "targets.json", MANIFEST, FLOOR)) {
            bytes.streams(ending);
        }
        bytes.floors();
        return bytes.made;
    }

    private void add(String name, String role, ProblemCode code, UnaryOperator<byte[]> change) {
        made.add(changed(name, role, code, change));
    }

    /** The next release, with one role's latest file replaced. */
    private static HostileRelease changed(String name, String role, ProblemCode code, UnaryOperator<byte[]> change) {
        return of(role + " " + name, code, before(role), m -> {
            m.release(role, m.signers(role));
            m.repository().replaceLatest(role, change.apply(m.repository().latest(role)));
        });
    }

    /** At most as long as a file of that role is; which bytes there are differs with each signature. */
    private static int length(String role) {
        return SimulatedRepository.fresh(Mirror.BEGIN).latest(role).length - 8;
    }

    private void cutAndFlipped(String role) {
        for (int at = 0; at < length(role); at += CUT_EVERY) {
            int cut = at;
            add("cut at " + at, role, TRUST_METADATA_INVALID, bytes -> Arrays.copyOf(bytes, cut));
        }
        for (int at = 0; at < length(role); at += FLIP_EVERY) {
            int flip = at;
            made.add(changed("with bit flipped at " + at, role, TRUST_THRESHOLD_NOT_MET, bytes -> flipped(bytes, flip))
                    .with(TRUST_THRESHOLD_NOT_MET, TRUST_METADATA_INVALID));
        }
    }

    private static byte[] flipped(byte[] bytes, int at) {
        var changed = bytes.clone();
        changed[at] ^= 1;
        return changed;
    }

    private void malformed(String role) {
        for (var trail : List.of("{}", "\0", " x", "]")) {
            add("with bytes behind it: " + trail.trim(), role, TRUST_METADATA_INVALID, bytes -> joined(bytes, trail));
        }
        add("after a byte order mark", role, TRUST_METADATA_INVALID, bytes -> ascii("\ufeff" + text(bytes)));
        add(
                "with a field twice",
                role,
                TRUST_METADATA_INVALID,
                bytes -> ascii(text(bytes).replaceFirst("\"_type\"", "\"_type\":\"other\",\"_type\"")));
        add(
                "with signatures twice",
                role,
                TRUST_METADATA_INVALID,
                bytes -> ascii(text(bytes).replaceFirst("\\{", "{\"signatures\":[],")));
        add(
                "of another type",
                role,
                TRUST_METADATA_INVALID,
                bytes -> ascii(text(bytes).replaceFirst("\"_type\":\"[a-z]+\"", "\"_type\":\"mirrors\"")));
        add("that is a list", role, TRUST_METADATA_INVALID, bytes -> ascii("[" + text(bytes) + "]"));
        add("in UTF-16", role, TRUST_METADATA_INVALID, bytes -> text(bytes).getBytes(StandardCharsets.UTF_16));
        boolean fits = 2 * NESTING < cap(role);
        add(
                "nested 100,000 deep",
                role,
                fits ? TRUST_METADATA_INVALID : TRUST_TOO_LARGE,
                bytes -> ascii("[".repeat(NESTING) + "]".repeat(NESTING)));
        add(
                "nested as deep as its cap lets it be",
                role,
                TRUST_METADATA_INVALID,
                bytes -> ascii("{\"a\":".repeat(16_000 / 6) + "1" + "}".repeat(16_000 / 6)));
        add("above its cap", role, TRUST_TOO_LARGE, bytes -> Arrays.copyOf(bytes, cap(role) + 1));
    }

    private static int cap(String role) {
        return CAPS.getOrDefault(role, 0);
    }

    /** Of what the targets list: length and hash are known before a byte of it comes. */
    private void contents(String file) {
        contents(file + " cut to nothing", file, TRUST_CONTENT_MISMATCH, bytes -> new byte[0]);
        contents(
                file + " cut by a byte", file, TRUST_CONTENT_MISMATCH, bytes -> Arrays.copyOf(bytes, bytes.length - 1));
        contents(
                file + " with a byte behind it",
                file,
                TRUST_TOO_LARGE,
                bytes -> Arrays.copyOf(bytes, bytes.length + 1));
        for (int part = 0; part < 8; part++) {
            int eighth = part;
            contents(
                    file + " with bit flipped in eighth " + part,
                    file,
                    TRUST_CONTENT_MISMATCH,
                    bytes -> flipped(bytes, bytes.length * eighth / 8));
        }
    }

    private void contents(String name, String file, ProblemCode code, UnaryOperator<byte[]> change) {
        made.add(of(name, code, before("content"), m -> {
            m.releases().floor("1.20.0");
            m.release();
            m.repository().contents.replaceAll((path, bytes) -> path.endsWith(file) ? change.apply(bytes) : bytes);
        }));
    }

    private void streams(String ending) {
        var role = ending.replace(".json", "");
        var accepted = before(Mirror.ROLES.contains(role) ? role : "content");
        made.add(of(ending + " without end", TRUST_TOO_LARGE, accepted, m -> {
            m.releases().floor("1.20.0");
            m.release();
            m.stream(
                    ending,
                    () -> Stream.generate(() -> ascii(" ".repeat(1_000))).iterator());
        }));
        made.add(of(ending + " at a byte in a second", TRUST_TOO_SLOW, accepted, m -> {
            m.releases().floor("1.20.0");
            m.release();
            m.trickling = true;
            m.stream(ending, () -> Stream.generate(() -> ascii(" ")).iterator());
        }));
    }

    /** Signed by whom it should be, and no floor all the same. */
    private void floors() {
        for (var floor : List.of(
                "",
                "{}",
                "{\"_type\":\"keelson-floor\",\"formatVersion\":2,\"kubernetes\":\"1.20.0\"}",
                "{\"_type\":\"keelson-floor\",\"formatVersion\":1,\"kubernetes\":\"latest\"}",
                "{\"_type\":\"keelson-floor\",\"formatVersion\":1,\"kubernetes\":\"1.20.0\",\"more\":1}",
                "{\"_type\":\"keelson-floor\",\"formatVersion\":1,\"kubernetes\":\"1.20.0\"}{}",
                "[\"keelson-floor\"]")) {
            made.add(of("a floor that says " + floor, TRUST_METADATA_INVALID, before("content"), m -> {
                m.repository().addTarget("targets", FLOOR, floor);
                m.release();
            }));
        }
        made.add(of("a floor above its cap", TRUST_TOO_LARGE, before("content"), m -> {
            m.repository().addTarget("targets", FLOOR, " ".repeat(Floor.MAXIMUM_BYTES + 1));
            m.release();
        }));
    }

    private static byte[] joined(byte[] bytes, String trail) {
        return ascii(text(bytes) + trail);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
