package io.keelson.apiproxy;

/**
 * Where an API server listens.
 *
 * @param host an address as a literal; names are not resolved
 * @param port 1 to 65535
 */
record Endpoint(String host, int port) {
    Endpoint {
        if (!host.matches("[0-9.]{7,15}") || port < 1 || port > 65_535) {
            throw new IllegalArgumentException("not an endpoint (want 192.0.2.7:6443): '" + host + ":" + port + "'");
        }
    }

    static Endpoint parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0 || !text.substring(colon + 1).matches("\\d{1,5}")) {
            throw new IllegalArgumentException("not an endpoint (want 192.0.2.7:6443): '" + text + "'");
        }
        return new Endpoint(text.substring(0, colon), Integer.parseInt(text, colon + 1, text.length(), 10));
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
