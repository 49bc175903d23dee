package dev.tocsin.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * Ed25519, as {@code openssl genpkey -algorithm ed25519} makes it: Tocsin holds the private key and the agents the public
 * one, so that nobody who takes over a node can ask for the restart of another.
 */
public final class RestartKeys {
    private static final String ALGORITHM = "Ed25519";
    private static final Pattern PEM = Pattern.compile("-----BEGIN ([A-Z ]+)-----([^-]+)-----END \\1-----");

    private RestartKeys() {}

    /** Reads Tocsin's own key from what its file holds. */
    public static PrivateKey signing(Path file, String text) {
        try {
            return KeyFactory.getInstance(ALGORITHM)
                    .generatePrivate(new PKCS8EncodedKeySpec(pem(file, text, "PRIVATE KEY")));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(file + " holds no Ed25519 private key in PEM", e);
        }
    }

    /** Reads the key that an agent trusts. */
    public static PublicKey trusted(Path file) throws IOException {
        try {
            return KeyFactory.getInstance(ALGORITHM)
                    .generatePublic(new X509EncodedKeySpec(pem(file, Files.readString(file), "PUBLIC KEY")));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(file + " holds no Ed25519 public key in PEM", e);
        }
    }

    private static byte[] pem(Path file, String text, String what) {
        var found = PEM.matcher(text);
        if (!found.find() || !found.group(1).equals(what)) {
            throw new IllegalArgumentException(file + " holds no " + what + " in PEM");
        }
        return Base64.getMimeDecoder().decode(found.group(2));
    }

    static String sign(PrivateKey key, String text) {
        try {
            var signature = Signature.getInstance(ALGORITHM);
            signature.initSign(key);
            signature.update(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has Ed25519", e);
        }
    }

    static boolean verifies(PublicKey key, String text, String signature) {
        try {
            var verifier = Signature.getInstance(ALGORITHM);
            verifier.initVerify(key);
            verifier.update(text.getBytes(StandardCharsets.UTF_8));
            return verifier.verify(Base64.getDecoder().decode(signature));
        } catch (GeneralSecurityException | IllegalArgumentException _) {
            return false; // a signature that cannot even be read
        }
    }
}
