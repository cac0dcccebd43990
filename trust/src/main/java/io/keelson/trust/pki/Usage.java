package io.keelson.trust.pki;

/** What a certificate may be used for (extended key usage, RFC 5280 section 4.2.1.12). */
public enum Usage {
    /** To be dialled. */
    SERVER,
    /** To dial. */
    CLIENT,
    /** Both, as etcd's peers need. */
    SERVER_AND_CLIENT,
    /** To sign orders; opens no connection. */
    ORDER_SIGNING
}
