package io.keelson.trust.snapshot;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSAuthEnvelopedDataParser;
import org.bouncycastle.cms.CMSAuthEnvelopedDataStreamGenerator;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.KeyAgreeRecipientId;
import org.bouncycastle.cms.RecipientInformation;
import org.bouncycastle.cms.jcajce.JceKeyAgreeAuthEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyAgreeRecipientInfoGenerator;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * Encrypts snapshots to a public key while they stream by, and decrypts them: CMS AuthEnvelopedData (RFC 5083) with
 * AES-256-GCM (RFC 5084) for one P-256 key (RFC 5753, ephemeral-static ECDH), which {@code openssl cms -decrypt} reads too.
 * The recipient is named by the SHA-256 of its SubjectPublicKeyInfo. Needs kilobytes of memory, whatever the size.
 */
public final class SnapshotSeal {
    private static final int CHUNK = 64 << 10;
    /** Made once: it takes a moment. Never put among the JVM's own, so that nothing else changes. */
    private static final Provider PROVIDER = new BouncyCastleProvider();

    private SnapshotSeal() {}

    /**
     * A stream that encrypts.
     *
     * @param recipient P-256
     * @param target gets the encrypted bytes; stays open when the stream is closed, which ends the file
     */
    public static OutputStream sealing(PublicKey recipient, OutputStream target) throws IOException {
        try {
            var sender = Keys.generate(Algorithm.ECDSA_P256);
            var generator = new CMSAuthEnvelopedDataStreamGenerator();
            generator.setBufferSize(CHUNK);
            generator.addRecipientInfoGenerator(new JceKeyAgreeRecipientInfoGenerator(
                            CMSAlgorithm.ECDH_SHA256KDF,
                            sender.getPrivate(),
                            sender.getPublic(),
                            CMSAlgorithm.AES256_WRAP)
                    .addRecipient(name(recipient), recipient)
                    .setProvider(PROVIDER));
            return generator.open(target, new GcmEncryptor());
        } catch (CMSException | GeneralSecurityException e) {
            throw new IOException("cannot encrypt to this key", e);
        }
    }

    /**
     * Decrypts all of it. What came out is worth nothing before this has returned: only the end says whether it is what
     * was encrypted.
     *
     * @param what names it for a person
     * @throws ProblemException ETCD_SNAPSHOT_FOREIGN: it is for another key; ETCD_SNAPSHOT_CORRUPT: it was cut short or
     *     changed, or was never a snapshot
     * @throws UncheckedIOException if the plain bytes cannot be written
     */
    public static void open(InputStream sealed, PrivateKey key, OutputStream plain, String what) {
        byte[] own = name(publicKey(key));
        try {
            var parser = new CMSAuthEnvelopedDataParser(sealed);
            var recipient = parser.getRecipientInfos().getRecipients().stream()
                    .filter(each -> isFor(each, own))
                    .findFirst()
                    .orElseThrow(() -> foreign(what));
            // By Bouncy Castle's AES: the JVM's own would keep all of the content in memory.
            var content = recipient
                    .getContentStream(new JceKeyAgreeAuthEnvelopedRecipient(key).setProvider(PROVIDER))
                    .getContentStream();
            pass(content, plain);
            content.close();
            sealed.transferTo(OutputStream.nullOutputStream());
        } catch (CMSException | IOException | RuntimeException e) {
            throw refused(e, what);
        }
    }

    private static void pass(InputStream content, OutputStream plain) throws IOException {
        var buffer = new byte[CHUNK];
        for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
            try {
                plain.write(buffer, 0, n);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write what was decrypted", e);
            }
        }
    }

    private static boolean isFor(RecipientInformation recipient, byte[] own) {
        return recipient.getRID() instanceof KeyAgreeRecipientId id && Arrays.equals(id.getSubjectKeyIdentifier(), own);
    }

    private static ProblemException foreign(String what) {
        return Problem.error(
                        ProblemCode.ETCD_SNAPSHOT_FOREIGN,
                        what + " was encrypted to another key",
                        Remedy.advise("Name the cluster that it was taken of.", "keelson etcd snapshot list"))
                .asException();
    }

    /** Whatever a parser says to bytes from outside, they are no snapshot; a full disk is another matter. */
    private static RuntimeException refused(Exception cause, String what) {
        if (cause instanceof ProblemException || cause instanceof UncheckedIOException) {
            return (RuntimeException) cause;
        }
        return new ProblemException(
                Problem.error(
                        ProblemCode.ETCD_SNAPSHOT_CORRUPT,
                        what + " cannot be decrypted: it was cut short or changed",
                        Remedy.advise("Use another copy of it, or another snapshot.", "keelson etcd snapshot list")),
                cause);
    }

    private static byte[] name(PublicKey key) {
        return HexFormat.of().parseHex(Keys.spkiDigest(key).hex());
    }

    private static PublicKey publicKey(PrivateKey key) {
        try {
            return Keys.publicKeyOf(key);
        } catch (InvalidKeyException e) {
            throw new IllegalArgumentException("no P-256 key", e);
        }
    }
}
