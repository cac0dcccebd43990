package io.keelson.server.configuration;

import java.net.URI;
import java.nio.file.Path;

/**
 * An S3-compatible store.
 *
 * @param credentials file with the id of an access key and its secret
 */
public record S3Settings(URI endpoint, String bucket, String region, Path credentials) {}
