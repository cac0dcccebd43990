package io.keelson.agent.host;

import io.keelson.problem.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the ports promise, whoever keeps it: the host in memory, and a real one with real systemd. Without a test
 * framework, so that it runs where there is none: {@code main} checks the machine that it is started on.
 */
public final class HostContract {
    /** The unit that cannot be started. */
    static final String BROKEN = "keelson-contract-broken.service";

    private static final String UNIT = "keelson-contract.service";
    private static final Path UNITS = Path.of("/etc/systemd/system");
    private static final Path ROOT = Path.of("/var/lib/keelson-contract");

    private HostContract() {}

    /** One sentence, and how to see that it is true; throws AssertionError if not. */
    record Promise(String sentence, Consumer<Host> check) {
        /** Checks on a host where nothing of an earlier check is left, and leaves nothing. */
        void check(Host host) {
            clean(host);
            try {
                check.accept(host);
            } finally {
                clean(host);
            }
        }

        @Override
        public String toString() {
            return sentence;
        }
    }

    /** All of them. */
    static List<Promise> promises() {
        return List.of(
                new Promise("what is written is read, and replaces what was there", HostContract::replaces),
                new Promise("what is not there is empty, and removing it is nothing", HostContract::absent),
                new Promise("a link is swapped and read through", HostContract::links),
                new Promise("a directory is listed in order", HostContract::lists),
                new Promise("bytes are replaced in the middle and at the end", HostContract::overwrites),
                new Promise("a tree gets another name, but not one that is taken", HostContract::moves),
                new Promise("what is not written to its end is not there", HostContract::writesWholly),
                new Promise("a tree is removed, but not what a link in it points to", HostContract::removes),
                new Promise("a directory is not overwritten by a file", HostContract::keepsDirectories),
                new Promise("a unit without a file is unknown", HostContract::unknownUnit),
                new Promise("a unit is enabled and disabled for the next boot", HostContract::enables),
                new Promise("starting twice starts once; restarting is another process", HostContract::starts),
                new Promise("a stopped unit has no process", HostContract::stops),
                new Promise(
                        "the changed file of a running unit needs a reload until it had one", HostContract::reloads),
                new Promise("enabling makes the changed file of a running unit count", HostContract::enablesChanged),
                new Promise("a new unit is enabled and started without reading all units again", HostContract::fresh),
                new Promise("a unit that does not start is a problem that names it", HostContract::fails));
    }

    /** Checks this machine; needs root and systemd. */
    public static void main(String[] arguments) {
        int broken = 0;
        try (var host = new LinuxHost()) {
            for (var promise : promises()) {
                try {
                    promise.check(host);
                    System.out.println("kept: " + promise);
                } catch (AssertionError | RuntimeException e) {
                    broken++;
                    System.out.println("BROKEN: " + promise + ": " + e);
                }
            }
        }
        System.exit(broken == 0 ? 0 : 1);
    }

    private static void replaces(Host host) {
        var file = ROOT.resolve("deep/below/file");
        host.files().write(file, bytes("old and long"), Files.Access.SECRET);
        host.files().write(file, bytes("new"), Files.Access.PUBLIC);
        same("new", text(host, file));
        same(List.of(Path.of("file")), host.files().list(ROOT.resolve("deep/below")));
    }

    private static void absent(Host host) {
        var file = ROOT.resolve("nothing");
        same(Optional.empty(), host.files().read(file));
        same(false, host.files().exists(file));
        same(List.of(), host.files().list(file));
        same(0L, host.files().bytes(file));
        same(Optional.empty(), host.files().linkTarget(file));
        host.files().remove(file);
    }

    private static void links(Host host) {
        var link = ROOT.resolve("current");
        host.files().write(ROOT.resolve("one/file"), bytes("1"), Files.Access.PUBLIC);
        host.files().write(ROOT.resolve("two/file"), bytes("2"), Files.Access.PUBLIC);
        host.files().link(link, ROOT.resolve("one"));
        same("1", text(host, link.resolve("file")));
        same(0L, host.files().bytes(link));
        host.files().link(link, ROOT.resolve("two"));
        same(Optional.of(ROOT.resolve("two")), host.files().linkTarget(link));
        same("2", text(host, link.resolve("file")));
        same("1", text(host, ROOT.resolve("one/file")));
    }

    private static void overwrites(Host host) {
        var file = ROOT.resolve("file");
        host.files().write(file, bytes("abcd"), Files.Access.SECRET);
        host.files().overwrite(file, 1, bytes("XY"));
        same(4L, host.files().bytes(file));
        host.files().overwrite(file, 4, bytes("Z"));
        same(5L, host.files().bytes(file));
        try (var in = host.files().open(file).orElseThrow()) {
            same("aXYdZ", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        same(Optional.empty(), host.files().open(ROOT.resolve("missing")));
    }

    private static void moves(Host host) {
        host.files().write(ROOT.resolve("from/deep/file"), bytes("x"), Files.Access.PUBLIC);
        host.files().directory(ROOT.resolve("taken"), Files.Access.PUBLIC);
        host.files().move(ROOT.resolve("from"), ROOT.resolve("to"));
        same(true, host.files().exists(ROOT.resolve("to/deep/file")));
        same(false, host.files().exists(ROOT.resolve("from")));
        try {
            host.files().move(ROOT.resolve("to"), ROOT.resolve("taken"));
        } catch (UncheckedIOException expected) {
            same(true, host.files().exists(ROOT.resolve("to/deep/file")));
            return;
        }
        throw new AssertionError("it took the place of what was there");
    }

    private static void writesWholly(Host host) {
        var file = ROOT.resolve("file");
        host.files().write(file, Files.Access.SECRET, out -> out.write(bytes("whole")));
        try {
            host.files().write(file, Files.Access.SECRET, out -> {
                out.write(bytes("half"));
                throw new IOException("the disk fails");
            });
        } catch (UncheckedIOException expected) {
            same("whole", new String(host.files().read(file).orElseThrow(), StandardCharsets.UTF_8));
            same(List.of(Path.of("file")), host.files().list(ROOT));
            return;
        }
        throw new AssertionError("nobody says that it is not written");
    }

    private static void lists(Host host) {
        for (var name : List.of("b", "a", "c")) {
            host.files().write(ROOT.resolve(name), bytes(name), Files.Access.PUBLIC);
        }
        same(List.of(Path.of("a"), Path.of("b"), Path.of("c")), host.files().list(ROOT));
    }

    private static void removes(Host host) {
        host.files().write(ROOT.resolve("kept/file"), bytes("kept"), Files.Access.PUBLIC);
        host.files().write(ROOT.resolve("tree/below/file"), bytes("gone"), Files.Access.PUBLIC);
        host.files().link(ROOT.resolve("tree/link"), ROOT.resolve("kept"));
        host.files().remove(ROOT.resolve("tree"));
        same(false, host.files().exists(ROOT.resolve("tree")));
        same("kept", text(host, ROOT.resolve("kept/file")));
    }

    private static void keepsDirectories(Host host) {
        host.files().write(ROOT.resolve("directory/file"), bytes("kept"), Files.Access.PUBLIC);
        try {
            host.files().write(ROOT.resolve("directory"), bytes("x"), Files.Access.PUBLIC);
            throw new AssertionError("a directory was replaced by a file");
        } catch (UncheckedIOException expected) {
            same("kept", text(host, ROOT.resolve("directory/file")));
        }
    }

    private static void unknownUnit(Host host) {
        same(Optional.empty(), host.units().state(UNIT));
    }

    private static void enables(Host host) {
        daemon(host, "600");
        same(false, state(host).enabled());
        same(false, state(host).running());
        host.units().enable(UNIT);
        same(true, state(host).enabled());
        host.units().disable(UNIT);
        same(false, state(host).enabled());
    }

    private static void starts(Host host) {
        daemon(host, "600");
        host.units().start(UNIT);
        var first = state(host);
        same(true, first.running());
        same(true, first.mainPid() > 0 && first.activeSince() > 0);
        host.units().start(UNIT);
        same(first.mainPid(), state(host).mainPid());
        host.units().restart(UNIT);
        same(true, state(host).running());
        same(false, state(host).mainPid() == first.mainPid());
    }

    private static void stops(Host host) {
        daemon(host, "600");
        host.units().start(UNIT);
        host.units().stop(UNIT);
        same(false, state(host).running());
        same(0, state(host).mainPid());
    }

    private static void reloads(Host host) {
        // Of a unit that does not run systemd keeps nothing, and reads the file whenever it is asked.
        daemon(host, "600");
        host.units().start(UNIT);
        same(false, state(host).needsReload());
        write(host, UNIT, "ExecStart=/bin/sleep 700\n");
        same(true, state(host).needsReload());
        host.units().reload();
        same(false, state(host).needsReload());
    }

    private static void enablesChanged(Host host) {
        daemon(host, "600");
        host.units().start(UNIT);
        write(host, UNIT, "ExecStart=/bin/sleep 700\n");
        host.units().enable(UNIT);
        same(true, state(host).enabled());
        same(false, state(host).needsReload());
    }

    private static void fresh(Host host) {
        same(Optional.empty(), host.units().state(UNIT));
        write(host, UNIT, "Type=exec\nExecStart=/bin/sleep 600\n");
        host.units().enable(UNIT);
        host.units().restart(UNIT);
        same(true, state(host).enabled() && state(host).running());
    }

    private static void fails(Host host) {
        write(host, BROKEN, "Type=oneshot\nExecStart=/bin/false\n");
        host.units().reload();
        try {
            host.units().start(BROKEN);
            throw new AssertionError("a unit that fails was said to have started");
        } catch (ProblemException expected) {
            same(true, expected.problem().what().contains(BROKEN));
        }
    }

    private static void daemon(Host host, String seconds) {
        write(host, UNIT, "Type=exec\nExecStart=/bin/sleep " + seconds + "\n");
        host.units().reload();
    }

    private static void write(Host host, String unit, String service) {
        var text = "[Service]\n" + service + "[Install]\nWantedBy=multi-user.target\n";
        host.files().write(UNITS.resolve(unit), bytes(text), Files.Access.PUBLIC);
    }

    private static Units.State state(Host host) {
        return host.units().state(UNIT).orElseThrow(() -> new AssertionError(UNIT + " is unknown"));
    }

    private static void clean(Host host) {
        for (var unit : List.of(UNIT, BROKEN)) {
            if (host.units().state(unit).isPresent() && host.files().exists(UNITS.resolve(unit))) {
                host.units().stop(unit);
                host.units().disable(unit);
            }
            host.files().remove(UNITS.resolve(unit));
        }
        host.units().reload();
        host.files().remove(ROOT);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(Host host, Path file) {
        return new String(
                host.files().read(file).orElseThrow(() -> new AssertionError(file + " is not there")),
                StandardCharsets.UTF_8);
    }

    private static void same(Object expected, Object found) {
        if (!Objects.equals(expected, found)) {
            throw new AssertionError("expected " + expected + ", found " + found);
        }
    }
}
