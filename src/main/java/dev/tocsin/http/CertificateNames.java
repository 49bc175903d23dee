package dev.tocsin.http;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;

/** What a certificate calls its holder: the common name of the subject, and the DNS names beside it. */
final class CertificateNames {
    /** The number of a DNS name among the kinds of alternative names (RFC 5280). */
    private static final int DNS = 2;

    private CertificateNames() {}

    static List<String> of(X509Certificate certificate) {
        var names = new ArrayList<String>();
        try {
            for (var part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    names.add(part.getValue().toString());
                }
            }
            var others = certificate.getSubjectAlternativeNames();
            if (others != null) {
                for (var other : others) {
                    if (Integer.valueOf(DNS).equals(other.getFirst())) {
                        names.add(String.valueOf(other.getLast()));
                    }
                }
            }
        } catch (InvalidNameException | CertificateParsingException _) {
            return List.of(); // who cannot be read is nobody
        }
        return names;
    }
}
