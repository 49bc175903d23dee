package dev.tocsin.http;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority that signs certificates for tests; all keys are made anew each time. */
public final class Authority {
    private static final AtomicLong SERIAL = new AtomicLong(1);

    private final String name;
    private final KeyPair keys = keys();
    private final X509Certificate certificate;

    /** A certificate and its key. */
    public record Identity(X509Certificate certificate, KeyPair keys) {
        public Path certFile(Path file) throws IOException {
            return write(file, certificate);
        }

        public Path keyFile(Path file) throws IOException {
            return write(file, keys.getPrivate());
        }
    }

    public Authority(String name) throws GeneralSecurityException, IOException {
        this.name = "CN=" + name;
        certificate = sign(this.name, keys, true);
    }

    /** Makes a certificate; alternative names that are addresses are taken for such. */
    public Identity identity(String subject, String... alternatives) throws GeneralSecurityException, IOException {
        var own = keys();
        return new Identity(sign("CN=" + subject, own, false, alternatives), own);
    }

    /** The file that others need to believe this authority. */
    public Path file(Path file) throws IOException {
        return write(file, certificate);
    }

    /** What a client needs that believes this authority and shows who it is itself, or nothing where it is null. */
    public SSLContext client(@org.jspecify.annotations.Nullable Identity shown)
            throws GeneralSecurityException, IOException {
        var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", certificate);
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var own = KeyStore.getInstance(KeyStore.getDefaultType());
        own.load(null, null);
        if (shown != null) {
            own.setKeyEntry("own", shown.keys().getPrivate(), new char[0], new X509Certificate[] {shown.certificate()});
        }
        var key = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        key.init(own, new char[0]);
        var context = SSLContext.getInstance("TLS");
        context.init(key.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private X509Certificate sign(String subject, KeyPair own, boolean authority, String... alternatives)
            throws GeneralSecurityException, IOException {
        var now = Instant.now();
        var builder = new JcaX509v3CertificateBuilder(
                new X500Name(name),
                BigInteger.valueOf(SERIAL.getAndIncrement()),
                Date.from(now.minus(Duration.ofHours(1))),
                Date.from(now.plus(Duration.ofDays(1))),
                new X500Name(subject),
                own.getPublic());
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (alternatives.length > 0) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(Stream.of(alternatives)
                                .map(other -> new GeneralName(
                                        other.matches("[0-9.]+") ? GeneralName.iPAddress : GeneralName.dNSName, other))
                                .toArray(GeneralName[]::new)));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (CertIOException | OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private static KeyPair keys() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A file appears whole or not at all, as from a tool that rotates certificates. */
    private static Path write(Path file, Object what) throws IOException {
        var text = new StringWriter();
        try (var pem = new JcaPEMWriter(text)) {
            pem.writeObject(
                    what instanceof java.security.PrivateKey key
                            ? new org.bouncycastle.openssl.jcajce.JcaPKCS8Generator(key, null)
                            : what);
        }
        var fresh = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), text.toString());
        return Files.move(fresh, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }
}
