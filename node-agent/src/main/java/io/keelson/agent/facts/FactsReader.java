package io.keelson.agent.facts;

import io.keelson.agent.host.Host;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/** Reads facts anew on each call; what cannot be read is empty or 0, because no fact is worth a failure. */
public final class FactsReader {
    private static final Path PROC = Path.of("/proc");
    private static final Path OS_RELEASE = Path.of("/etc/os-release");
    private static final Path OS_RELEASE_OF_VENDOR = Path.of("/usr/lib/os-release");

    private final Host host;

    public FactsReader(Host host) {
        this.host = host;
    }

    /** What the host is now. */
    public HostFacts read() {
        return new HostFacts(
                hostname(),
                "linux",
                architecture(),
                osName(),
                proc("sys/kernel/osrelease"),
                Runtime.getRuntime().availableProcessors(),
                memory(),
                host.files().usableBytes(Path.of("/var/lib")),
                host.network().addresses().stream()
                        .filter(address -> !address.startsWith("127.") && !address.equals("0:0:0:0:0:0:0:1"))
                        .sorted()
                        .toList(),
                bootId());
    }

    /** Of this boot. */
    public String bootId() {
        return proc("sys/kernel/random/boot_id");
    }

    /** The kernel's name of this host up to the first dot, in lower case. */
    public String hostname() {
        var name = proc("sys/kernel/hostname").toLowerCase(Locale.ROOT);
        int dot = name.indexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    /** As Go names it. */
    public static String architecture() {
        var jvm = System.getProperty("os.arch", "");
        return switch (jvm) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> jvm;
        };
    }

    private String proc(String name) {
        return text(PROC.resolve(name)).strip();
    }

    private String osName() {
        var release = text(OS_RELEASE);
        return (release.isEmpty() ? text(OS_RELEASE_OF_VENDOR) : release)
                .lines()
                .filter(line -> line.startsWith("PRETTY_NAME="))
                .map(line -> line.substring("PRETTY_NAME=".length()).replace("\"", ""))
                .findFirst()
                .orElse("");
    }

    private long memory() {
        return text(PROC.resolve("meminfo"))
                .lines()
                .filter(line -> line.startsWith("MemTotal:"))
                .map(line -> line.replaceAll("\\D", ""))
                .filter(digits -> !digits.isEmpty())
                .map(digits -> Long.parseLong(digits) * 1024)
                .findFirst()
                .orElse(0L);
    }

    private String text(Path file) {
        return host.files()
                .read(file)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse("");
    }
}
