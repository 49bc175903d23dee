package dev.tocsin.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.X509KeyManager;

/**
 * What a listener shows to prove who it is, and whose certificates it asks for. All of it is tried here, because the JDK
 * would find a wrong key only when somebody connects.
 */
public final class Certificates {

    /** A file of certificates or keys. */
    public record Pem(Path file, String text) {
        Buffer buffer() {
            return Buffer.buffer(text);
        }

        /** Keeps the key out of logs. */
        @Override
        public String toString() {
            return file.toString();
        }
    }

    private Certificates() {}

    /**
     * What a listener needs to speak TLS.
     *
     * @param clientCa whose certificates are asked for; nobody has to show one
     * @throws IllegalArgumentException naming the file that cannot be used
     */
    public static ServerSSLOptions listening(Vertx vertx, Pem certificate, Pem key, Optional<Pem> clientCa) {
        var shown = certificates(certificate).getFirst();
        var pair = new PemKeyCertOptions().addCertValue(certificate.buffer()).addKeyValue(key.buffer());
        if (!belongsTo(shown.getPublicKey(), privateKey(vertx, pair, shown, key))) {
            throw new IllegalArgumentException(key.file() + " is not the key of " + certificate.file());
        }
        // HTTP/2 would gain nothing here, and every route would have a second way to end.
        var options = new ServerSSLOptions().setKeyCertOptions(pair).setUseAlpn(false);
        clientCa.ifPresent(trusted -> {
            var _ = certificates(trusted);
            options.setTrustOptions(new PemTrustOptions().addCertValue(trusted.buffer()))
                    .setClientAuth(ClientAuth.REQUEST);
        });
        return options;
    }

    private static List<? extends Certificate> certificates(Pem pem) {
        try {
            var found = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.text().getBytes(StandardCharsets.UTF_8)));
            if (!found.isEmpty()) {
                return List.copyOf(found);
            }
        } catch (GeneralSecurityException _) {
            // whose message may quote the file
        }
        throw new IllegalArgumentException(pem.file() + " holds no certificate in PEM");
    }

    private static PrivateKey privateKey(Vertx vertx, PemKeyCertOptions pair, Certificate shown, Pem key) {
        try {
            for (var manager : pair.getKeyManagerFactory(vertx).getKeyManagers()) {
                if (manager instanceof X509KeyManager known) {
                    var aliases = known.getServerAliases(shown.getPublicKey().getAlgorithm(), null);
                    if (aliases != null && aliases.length > 0) {
                        return known.getPrivateKey(aliases[0]);
                    }
                }
            }
        } catch (Exception _) { // Vert.x declares no less, and the message may quote the file
        }
        throw new IllegalArgumentException(key.file() + " holds no private key in PEM that can be used");
    }

    private static boolean belongsTo(PublicKey shown, PrivateKey key) {
        var algorithm = switch (shown.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> shown.getAlgorithm();
        };
        try {
            var text = "whoever can sign this has the key".getBytes(StandardCharsets.UTF_8);
            var signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(text);
            var signature = signer.sign();
            signer.initVerify(shown);
            signer.update(text);
            return signer.verify(signature);
        } catch (InvalidKeyException | SignatureException _) {
            return false; // of another kind than the certificate
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("keys of the kind " + shown.getAlgorithm() + " cannot be used", e);
        }
    }
}
