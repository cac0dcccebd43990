package io.keelson.lab.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keelson.lab.history.Operation.Action;
import io.keelson.lab.host.LabHost;
import io.keelson.trust.pki.Pem;
import io.keelson.trust.pki.TlsContext;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/**
 * Registers in a cluster's etcd, one for each key, reached through one member at a time over the JSON form of etcd's API. A
 * call is sent once; nothing below tries it again.
 */
final class EtcdRegister implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    /** An etcd that starts takes connections long before it serves them. */
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PKI = "/etc/kubernetes/pki/";

    private final HttpClient client;

    /** The call was never sent, so it did nothing. */
    static final class NotSent extends IOException {
        private static final long serialVersionUID = 1;

        NotSent(IOException cause) {
            super("the member takes no connections", cause);
        }
    }

    private EtcdRegister(HttpClient client) {
        this.client = client;
    }

    /** With the API server's certificate for etcd, of a control-plane host. */
    static EtcdRegister with(LabHost host) {
        var tls = TlsContext.mutual(
                Pem.privateKey(host.readBytes(PKI + "apiserver-etcd-client.key")),
                Pem.certificates(host.readBytes(PKI + "apiserver-etcd-client.crt")),
                Pem.certificates(host.readBytes(PKI + "etcd/ca.crt")));
        return new EtcdRegister(HttpClient.newBuilder()
                .sslContext(tls)
                .connectTimeout(CONNECT_LIMIT)
                .version(HttpClient.Version.HTTP_1_1)
                .build());
    }

    /** A linearizable read. @throws IOException if no answer came */
    Optional<String> read(LabHost member, String key) throws IOException, InterruptedException {
        var body = JSON.createObjectNode().put("key", base64(key));
        var found = call(member, "range", body).path("kvs").path(0).path("value");
        return found.isMissingNode()
                ? Optional.empty()
                : Optional.of(new String(Base64.getDecoder().decode(found.asText()), StandardCharsets.UTF_8));
    }

    /** @throws IOException if no answer came: it may have happened, or happen yet, unless it is NotSent */
    void write(LabHost member, String key, String value) throws IOException, InterruptedException {
        var unused = call(member, "put", put(key, value));
    }

    /** @throws IOException as above */
    Action.CompareAndSet swap(LabHost member, String key, Optional<String> expected, String value)
            throws IOException, InterruptedException {
        var compare = JSON.createObjectNode().put("key", base64(key)).put("result", "EQUAL");
        expected.ifPresentOrElse(
                held -> compare.put("target", "VALUE").put("value", base64(held)),
                () -> compare.put("target", "VERSION").put("version", "0"));
        var body = JSON.createObjectNode();
        body.putArray("compare").add(compare);
        body.putArray("success").addObject().set("request_put", put(key, value));
        var swapped = call(member, "txn", body).path("succeeded").asBoolean(false);
        return new Action.CompareAndSet(expected, value, swapped);
    }

    private static JsonNode put(String key, String value) {
        return JSON.createObjectNode().put("key", base64(key)).put("value", base64(value));
    }

    private JsonNode call(LabHost member, String method, JsonNode body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("https://" + member.address() + ":2379/v3/kv/" + method))
                .timeout(LIMIT)
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                .build();
        try {
            var response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            var answer = JSON.readTree(response.body());
            if (response.statusCode() != 200 || !answer.has("header")) {
                throw new IOException("etcd answers " + response.statusCode() + " " + answer);
            }
            return answer;
        } catch (ConnectException | HttpConnectTimeoutException e) {
            throw new NotSent(e);
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
