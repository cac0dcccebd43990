package io.keelson.trust.secret;

import java.util.regex.Pattern;

/**
 * Names a key without telling anything of it: 16 hexadecimal digits of a hash.
 *
 * @param hex lower case
 */
public record SecretKeyId(String hex) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{16}");

    public SecretKeyId {
        if (!FORM.matcher(hex).matches()) {
            throw new IllegalArgumentException("not the id of a secrets key");
        }
    }

    @Override
    public String toString() {
        return hex;
    }
}
