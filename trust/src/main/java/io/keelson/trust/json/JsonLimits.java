package io.keelson.trust.json;

/**
 * What a reader takes at most.
 *
 * @param bytes of the whole document
 * @param depth of nested objects and arrays
 * @param textLength characters of one string
 */
public record JsonLimits(int bytes, int depth, int textLength) {}
