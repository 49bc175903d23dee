package dev.tocsin.lab;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** The lab's passwords, tokens and keys, new for every lab. */
record Secrets(
        String superuser,
        String stress,
        String exporter,
        String replication,
        String webhook,
        String api,
        KeyPair restart) {
    static Secrets random() {
        var random = new SecureRandom();
        return new Secrets(word(random), word(random), word(random), word(random), word(random), word(random), keys());
    }

    /** What signs requests for a restart of the node, in PEM. */
    String restartKey() {
        var text = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(restart.getPrivate().getEncoded());
        return "-----BEGIN PRIVATE KEY-----\n" + text + "\n-----END PRIVATE KEY-----\n";
    }

    private static KeyPair keys() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has Ed25519", e);
        }
    }

    private static String word(SecureRandom random) {
        var bytes = new byte[16];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
