package io.keelson.agent.session.identity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.fleet.HostId;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.trust.pki.Pem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * The identity's files. {@code identity.json} is written last: without it there is no identity, whatever else a crash
 * left behind. Format version 1.
 */
public final class IdentityStore {
    private static final int VERSION = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;

    /** @param directory {@link AgentDirectory#identity()} */
    public IdentityStore(Path directory) {
        this.directory = directory;
    }

    /** Whether this host has enrolled. */
    public boolean exists() {
        return Files.exists(commitPoint());
    }

    /**
     * The identity.
     *
     * @throws ProblemException HOST_NOT_ENROLLED if there is none, HOST_STATE_UNREADABLE if its files are damaged
     */
    public Identity load() {
        if (!exists()) {
            throw Problem.error(
                            ProblemCode.HOST_NOT_ENROLLED,
                            "this host has no identity in " + directory,
                            Remedy.advise(
                                    "Join the host with a token from the server.",
                                    "keelson-agent join --server HOST:7443 --token-file FILE"))
                    .asException();
        }
        try {
            var main = read("identity.json");
            return new Identity(
                    new HostId(main.path("host").asText()),
                    Pem.privateKey(bytes("key.pem")),
                    Pem.certificates(bytes("cert.pem")),
                    Pem.certificates(bytes("ca.pem")),
                    texts(main.path("endpoints")));
        } catch (IOException | IllegalArgumentException e) {
            throw new ProblemException(unreadable(String.valueOf(e.getMessage())), e);
        } catch (ProblemException e) {
            throw new ProblemException(unreadable(e.problem().what()), e);
        }
    }

    /** Writes all files, the commit point last. */
    void save(Identity identity) {
        makeDirectory();
        write("key.pem", Pem.encode(identity.key()));
        write("cert.pem", Pem.encode(identity.chain()));
        write("ca.pem", Pem.encode(identity.ca()));
        writeMain(identity.host(), identity.endpoints());
    }

    /** Replaces the certificate; everything else stays. */
    public void renew(List<X509Certificate> chain) {
        write("cert.pem", Pem.encode(chain));
    }

    /** Replaces the authorities; everything else stays. @param ca not empty */
    public void authorities(List<X509Certificate> ca) {
        write("ca.pem", Pem.encode(ca));
    }

    /** Replaces the servers; everything else stays. @param endpoints not empty */
    public void servers(List<String> endpoints) {
        writeMain(load().host(), endpoints);
    }

    private void writeMain(HostId host, List<String> endpoints) {
        var main = JSON.createObjectNode().put("v", VERSION).put("host", host.value());
        var list = main.putArray("endpoints");
        endpoints.forEach(list::add);
        write("identity.json", utf8(main));
    }

    private Path commitPoint() {
        return directory.resolve("identity.json");
    }

    private void makeDirectory() {
        try {
            Files.createDirectories(directory);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + directory, e);
        }
    }

    private void write(String name, byte[] content) {
        AtomicFile.write(directory.resolve(name), content, FileMode.SECRET);
    }

    private byte[] bytes(String name) throws IOException {
        return Files.readAllBytes(directory.resolve(name));
    }

    private JsonNode read(String name) throws IOException {
        var node = JSON.readTree(bytes(name));
        if (node.path("v").asInt() != VERSION) {
            throw new IOException(name + " has version " + node.path("v") + ", this agent reads " + VERSION);
        }
        return node;
    }

    private static List<String> texts(JsonNode array) {
        List<String> found = new ArrayList<>();
        array.forEach(item -> found.add(item.asText()));
        return found;
    }

    private static byte[] utf8(JsonNode node) {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree of texts and numbers is always written", e);
        }
    }

    private Problem unreadable(String why) {
        return Problem.error(
                ProblemCode.HOST_STATE_UNREADABLE,
                "the identity in " + directory + " cannot be read: " + why,
                Remedy.advise(
                        "Restore the directory from a copy; or move it away and join the host anew.",
                        "ls -l " + directory));
    }
}
