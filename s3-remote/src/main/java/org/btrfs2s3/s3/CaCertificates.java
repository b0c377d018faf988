package org.btrfs2s3.s3;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.RemoteException.Kind;

/** Trust in the certificates of a PEM file, and in nothing else. */
final class CaCertificates {

  private CaCertificates() {}

  /**
   * @param file one certificate or several
   */
  static TrustManager[] trusting(Path file) throws RemoteException {
    try {
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(keyStore(file));
      return factory.getTrustManagers();
    } catch (IOException | GeneralSecurityException e) {
      throw new RemoteException(
          Kind.REFUSED,
          "cannot read CA certificates (--ca-file, or verify) from %s: %s; a PEM file is needed"
              .formatted(file, reason(e)),
          e);
    }
  }

  private static String reason(Exception failure) {
    return switch (failure) {
      case NoSuchFileException _ -> "there is no such file";
      case AccessDeniedException _ -> "permission denied";
      default -> String.valueOf(failure.getMessage());
    };
  }

  private static KeyStore keyStore(Path file) throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (var in = Files.newInputStream(file)) {
      int count = 0;
      for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca-" + count++, certificate);
      }
    }
    if (store.size() == 0) {
      throw new CertificateException("no certificate in it");
    }
    return store;
  }
}
